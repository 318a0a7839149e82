"""A client that sends nothing, or too slowly, or does not read its answer, does not hold its connection."""

import asyncio
import time
from collections.abc import Iterator
from typing import Any, Final

import pytest

from app.server.bounds import Bounds
from tests.serving.local_server import GET, HOST, PROBLEM, Client, LocalServer, local_server, respond

pytestmark = pytest.mark.slow

SHORT_S: Final = 0.2
BOUNDS: Final = Bounds(
    first_request_s=SHORT_S,
    header_s=SHORT_S,
    body_pause_s=SHORT_S,
    body_bytes_per_s=100,
    unread_s=SHORT_S,
    linger_s=SHORT_S,
)
CHUNKED: Final = b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n"
SIZED: Final = b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 99\r\n\r\n"


@pytest.fixture(scope="module")
def server() -> Iterator[LocalServer]:
    with local_server(bounds=BOUNDS) as running:
        yield running


def test_a_silent_connection_is_closed(server: LocalServer) -> None:
    """A connection on which no request begins is closed without an answer; line breaks begin none."""
    assert server.replies(b"") == []
    assert server.replies(b"\r\n\r\n") == []


@pytest.mark.parametrize("half", [b"G", b"GET / HTTP/1.1\r\nHost: loc", GET[:-2]], ids=["method", "header", "lines"])
def test_half_a_header_is_refused(server: LocalServer, half: bytes) -> None:
    """A header that does not end gets 408 as a problem body."""
    (reply,) = server.replies(half)

    assert (reply.status, reply.headers["content-type"]) == (408, PROBLEM)


@pytest.mark.parametrize(
    "half",
    [SIZED, SIZED + b"a", CHUNKED, CHUNKED + b"9\r\na", CHUNKED + b"1\r\na\r\n0\r\nX: "],
    ids=["none", "some", "no-chunk", "half-chunk", "half-trailer"],
)
def test_half_a_body_is_refused(server: LocalServer, half: bytes) -> None:
    """A body that does not end gets 408, with a length and in chunks; also one whose trailers do not end."""
    (reply,) = server.replies(half)

    assert (reply.status, reply.headers["content-type"]) == (408, PROBLEM)


@pytest.mark.parametrize(
    ("begin", "drop"),
    [(GET[:-2] + b"A: ", b"a"), (SIZED, b"a"), (CHUNKED, b"1\r\na\r\n")],
    ids=["header", "body", "chunks"],
)
def test_a_drip_is_refused(begin: bytes, drop: bytes) -> None:
    """A byte now and then does not hold a connection."""
    with local_server(bounds=Bounds(header_s=SHORT_S, body_pause_s=SHORT_S, body_bytes_per_s=1000)) as running:
        client = running.client().send(begin)

        assert any(is_refused(client, drop) for _ in range(90))


def test_a_slow_body_is_served() -> None:
    """A body that grows at the rate that is asked for may take longer than its pauses may."""
    with local_server(bounds=Bounds(body_pause_s=1.5, body_bytes_per_s=1)) as running:
        client = running.client().send(b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 10\r\n\r\n")
        for _ in range(10):
            time.sleep(0.2)
            client.send(b"a")
        reply = client.reply()

        assert reply is not None
        assert reply.json["body"] == "a" * 10


def test_earlier_answers_are_sent(server: LocalServer) -> None:
    """Half a request behind a whole one is refused after the other's answer."""
    replies = server.replies(GET + GET[:-2])

    assert [reply.status for reply in replies] == [200, 408]


def test_time_that_the_server_takes_does_not_count() -> None:
    """A body that waits for `100 Continue` is not slow, nor is one that the server does not read."""

    async def late(_scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's callables
        await asyncio.sleep(0.8)
        while (await receive())["more_body"]:
            pass
        await respond(send, b"done")

    expecting = b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 4\r\nExpect: 100-continue\r\n\r\n"
    large = b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 200000\r\n\r\n"
    with local_server(late, Bounds(body_pause_s=0.5)) as running:
        client = running.client().send(expecting)
        assert [reply and reply.status for reply in (client.reply(), client.send(b"body").reply())] == [100, 200]
        client = running.client().send(large + b"a" * 100_000)
        time.sleep(0.65)
        reply = client.send(b"a" * 100_000).reply()
        assert reply is not None
        assert reply.body == b"done"


def test_an_answer_that_is_not_read_ends() -> None:
    """A client that takes nothing of a large answer is disconnected, and what it waited for is given up."""
    ended = []

    async def large(_scope: Any, _receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's callables
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _ in range(1000):
            await send({"type": "http.response.body", "body": b"a" * 100_000, "more_body": True})
        ended.append(True)

    with local_server(large, BOUNDS) as running:
        running.client().send(GET)
        until = time.monotonic() + 20
        while not ended and time.monotonic() < until:
            time.sleep(0.05)

    assert ended


def test_an_answer_that_is_read_slowly_is_sent() -> None:
    """A client that reads a little now and then gets all of a large answer."""

    async def large(_scope: Any, _receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's callables
        await respond(send, b"a" * 8_000_000)

    with local_server(large, Bounds(unread_s=1.4)) as running:
        client, size = running.client().send(GET), 0
        for _ in range(10):
            time.sleep(0.15)
            size += len(client.socket.recv(1_000_000))
        while size < 8_000_000 and (piece := client.socket.recv(1_000_000)):
            size += len(piece)

    assert size > 8_000_000


def is_refused(client: Client, drop: bytes) -> bool:
    """Sends a little, and looks whether the server has answered with 408 by then."""
    time.sleep(0.02)
    try:
        client.send(drop)
        client.socket.settimeout(0.001)
        return b" 408 " in client.socket.recv(100)
    except TimeoutError:
        return False
