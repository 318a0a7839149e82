"""Wattif's server in the process of the test, with an application of the test, and clients that speak raw HTTP."""

import asyncio
import socket
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Self

import orjson
import uvicorn

from app.server.bounds import Bounds
from app.server.protocol import HttpProtocol
from app.server.server import BoundedServer

PATIENCE_S: Final = 20
LOOPS: Final = ("asyncio",) if sys.platform == "win32" else ("uvloop", "asyncio")
HOST: Final = b"Host: localhost\r\n"
GET: Final = b"GET / HTTP/1.1\r\n" + HOST + b"\r\n"
PROBLEM: Final = "application/problem+json"

App = Callable[[Any, Any, Any], Awaitable[None]]


async def echo(scope: dict[str, Any], receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's callables
    """An application that answers with the request."""
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        body += message["body"]
        if not message["more_body"]:
            break
    headers = [[name.decode(), value.decode()] for name, value in scope["headers"]]
    said = {"method": scope["method"], "path": scope["path"], "query": scope["query_string"].decode()}
    await respond(send, orjson.dumps({**said, "headers": headers, "body": body.decode()}))


async def respond(send: Any, content: bytes) -> None:  # noqa: ANN401 - ASGI's callable
    """Sends an answer."""
    length = str(len(content)).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", length)]})
    await send({"type": "http.response.body", "body": content})


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it was received."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        parsed: dict[str, Any] = orjson.loads(self.body)
        return parsed


class Client:
    """A connection to a server."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE_S)
        self._file = self.socket.makefile("rb")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._file.close()
        self.socket.close()

    def send(self, data: bytes) -> Self:
        self.socket.sendall(data)
        return self

    def reply(self) -> Reply | None:
        """The next answer; None if the server has closed the connection."""
        try:
            line = self._file.readline()
        except ConnectionResetError:
            return None
        if not line:
            return None
        headers = dict(self._header_lines())
        body = self._file.read(int(headers.get("content-length", 0)))
        return Reply(int(line.split()[1]), headers, body)

    def replies(self) -> list[Reply]:
        """All answers until the server closes the connection."""
        return list(iter(self.reply, None))

    def call(self, data: bytes) -> Reply:
        """Sends a request and returns its answer."""
        reply = self.send(data).reply()
        assert reply is not None
        return reply

    def _header_lines(self) -> Iterator[tuple[str, str]]:
        while line := self._file.readline().decode().strip():
            name, _, value = line.partition(":")
            yield name.lower(), value.strip()


@dataclass(slots=True)
class LocalServer:
    """A server that runs."""

    server: BoundedServer
    port: int
    _clients: list[Client] = field(default_factory=list)

    def client(self) -> Client:
        """A new connection, which ends with the server."""
        client = Client(self.port)
        self._clients.append(client)
        return client

    def call(self, data: bytes) -> Reply:
        """The answer to a request on a connection of its own."""
        return self.client().call(data)

    def replies(self, data: bytes) -> list[Reply]:
        """The answers on a connection that the server closes."""
        return self.client().send(data).replies()

    def close_clients(self) -> None:
        for client in self._clients:
            client.close()


@contextmanager
def local_server(
    app: App = echo,
    bounds: Bounds | None = None,
    *,
    loop: str = LOOPS[0],
    protocol: type[asyncio.Protocol] = HttpProtocol,
    grace_s: int = 2,
) -> Iterator[LocalServer]:
    """Serves until the end of the block. Bounds of time are looked at ten times a second."""
    config = uvicorn.Config(
        app,
        loop=loop,
        http=protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=grace_s,
    )
    server = BoundedServer(config, bounds or Bounds(), sweep_ticks=1)
    listening = socket.create_server(("127.0.0.1", 0))
    running = LocalServer(server, listening.getsockname()[1])
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    try:
        yield running
    finally:
        running.close_clients()
        server.should_exit = True
        thread.join(PATIENCE_S)
    assert not thread.is_alive()
