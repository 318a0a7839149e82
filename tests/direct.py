"""A TestClient that goes into the application and out again in one step, where Starlette's goes back and forth."""

from typing import Any, Final, Self

import httpx2
from anyio.from_thread import BlockingPortal
from starlette.testclient import TestClient

_PEER: Final = ("testclient", 50_000)
"""Who TestClient says that it is."""


class DirectClient(TestClient):
    """It has whole answers only, and is used as a context manager: the application's event loop is another thread's."""

    def __enter__(self) -> Self:
        super().__enter__()
        assert self.portal is not None
        self._transport = OneStep(self.app, self.portal)
        return self


class OneStep(httpx2.BaseTransport):
    """Carries a request into an application that runs in a portal's event loop, and the whole answer out of it."""

    def __init__(self, application: Any, portal: BlockingPortal) -> None:  # noqa: ANN401 - Starlette and httpx2 write an application's type in two ways
        self._inside = httpx2.ASGITransport(application, client=_PEER)
        self._portal = portal

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        request.read()
        return self._portal.call(self._answered, request)

    async def _answered(self, request: httpx2.Request) -> httpx2.Response:
        answer = await self._inside.handle_async_request(request)
        return httpx2.Response(answer.status_code, headers=answer.headers.raw, content=await answer.aread())
