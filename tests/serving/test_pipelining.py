"""Requests that are sent without waiting are answered in order, and few of them are kept at a time."""

import asyncio
import logging
import socket
import struct
import threading
from typing import Any, Final

import pytest

from app.server.protocol import HttpProtocol
from tests.serving.local_server import GET, HOST, LOOPS, PATIENCE_S, echo, local_server

pytestmark = pytest.mark.slow

NO_LINGER: Final = socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
"""The option of a socket whose end resets the connection."""


@pytest.mark.parametrize("loop", LOOPS)
def test_thousands_are_answered(loop: str) -> None:
    """All are answered, in the order in which they were sent."""
    many = b"".join(b"GET /%d HTTP/1.1\r\n%s\r\n" % (n, HOST) for n in range(5000))
    with local_server(loop=loop) as running:
        client = running.client()
        sender = threading.Thread(target=client.send, args=(many,))
        sender.start()
        paths = [reply.json["path"] for reply in (client.reply() for _ in range(5000)) if reply]
        sender.join()

    assert paths == [f"/{n}" for n in range(5000)]


def test_few_are_kept() -> None:
    """While one request is answered, those behind it are not read without end."""
    waiting: list[int] = []

    async def slow(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's callables
        if not waiting:
            await asyncio.sleep(0.3)
            connections = running.server.server_state.connections
            waiting.extend(len(each.pipeline) for each in connections if isinstance(each, HttpProtocol))
        await echo(scope, receive, send)

    with local_server(slow) as running:
        client = running.client().send(GET * 2000)
        count = sum(1 for _ in range(2000) if client.reply())

    assert 0 < waiting[0] < 500
    assert count == 2000


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("reads", [True, False], ids=["reads", "writes"])
def test_a_hang_up_leaves_no_line_in_the_log(caplog: pytest.LogCaptureFixture, loop: str, *, reads: bool) -> None:
    """A client that hangs up in the midst of its requests is no event, whether they read a body or only answer."""
    begun, ended = threading.Event(), threading.Event()

    async def late(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's callables
        begun.set()
        try:
            await asyncio.sleep(0.2)
            if reads:
                await receive()
                await receive()
            await echo(scope, receive, send)
        finally:
            ended.set()

    with caplog.at_level(logging.DEBUG), local_server(late, loop=loop) as running:
        client = running.client().send(GET * 50 + b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 9\r\n\r\n")
        assert begun.wait(PATIENCE_S)
        client.socket.setsockopt(*NO_LINGER)
        client.close()
        assert ended.wait(PATIENCE_S)

    assert [record.message for record in caplog.records if record.levelno >= logging.WARNING] == []
