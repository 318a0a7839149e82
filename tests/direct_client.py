"""A TestClient that calls the application in one step of its event loop; Starlette's own takes several per request."""

import asyncio
from collections.abc import MutableMapping
from typing import Any, Final, Self

import httpx2
from anyio.from_thread import BlockingPortal
from starlette.testclient import TestClient
from starlette.types import ASGIApp

_PEER: Final = ("testclient", 50_000)
"""The client address that Starlette's TestClient gives."""


class DirectClient(TestClient):
    """Returns complete responses only, and must be used as a context manager: the event loop runs in another thread."""

    def __enter__(self) -> Self:
        super().__enter__()
        assert self.portal is not None
        self._transport = DirectTransport(self.app, self.portal)
        return self


class DirectTransport(httpx2.BaseTransport):
    """Sends a request to an application that runs in a portal's event loop, and returns the complete response."""

    def __init__(self, application: ASGIApp, portal: BlockingPortal) -> None:
        self._application = application
        self._portal = portal

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        request.read()
        return self._portal.call(self._respond, request)

    async def _respond(self, request: httpx2.Request) -> httpx2.Response:
        exchange = _Exchange(request.content)
        await self._application(_scope(request), exchange.receive, exchange.send)
        content = None if request.method == "HEAD" else b"".join(exchange.pieces)
        return httpx2.Response(exchange.status, headers=exchange.headers, content=content)


class _Exchange:
    """The body of a request, and the parts of the response."""

    def __init__(self, body: bytes) -> None:
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self.pieces: list[bytes] = []
        self._unread = [{"type": "http.request", "body": body}]
        self._is_complete = asyncio.Event()

    async def receive(self) -> MutableMapping[str, Any]:
        if self._unread:
            return self._unread.pop()
        await self._is_complete.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], message["headers"]
        else:
            self.pieces.append(message.get("body", b""))
            if not message.get("more_body", False):
                self._is_complete.set()


def _scope(request: httpx2.Request) -> dict[str, Any]:
    url = request.url
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": url.scheme,
        "path": url.path,
        "raw_path": url.raw_path.partition(b"?")[0],
        "query_string": url.query,
        "root_path": "",
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "client": _PEER,
        "server": (url.host, url.port),
    }
