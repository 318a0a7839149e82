"""A connection stays open between two requests, for a time that every answer announces."""

from collections.abc import Iterator

import pytest

from app.server.bounds import Bounds
from tests.serving.local_server import GET, HOST, LocalServer, local_server


@pytest.fixture(scope="module")
def server() -> Iterator[LocalServer]:
    with local_server() as running:
        yield running


def test_the_time_is_announced(server: LocalServer) -> None:
    """Every answer on a connection that stays open says `Keep-Alive: timeout=75`."""
    client = server.client()

    assert [client.call(GET).headers["keep-alive"] for _ in range(3)] == ["timeout=75"] * 3


@pytest.mark.parametrize(
    "request_",
    [b"GET / HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n", b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"],
    ids=["close", "1.0"],
)
def test_a_connection_that_ends_announces_none(server: LocalServer, request_: bytes) -> None:
    """The last answer of a connection says `Connection: close`, and the connection is closed."""
    (reply,) = server.replies(request_ + GET)

    assert reply.headers["connection"] == "close"
    assert "keep-alive" not in reply.headers


def test_an_idle_connection_is_closed() -> None:
    """The connection is closed some time after the last answer."""
    with local_server(bounds=Bounds(keep_alive_s=0, keep_alive_margin_s=0.1)) as running:
        client = running.client()

        assert client.call(GET).status == 200
        assert client.reply() is None


def test_an_idle_connection_is_held_longer_than_a_new_one() -> None:
    """The bound on new connections does not hold after the first request."""
    with local_server(bounds=Bounds(first_request_s=0.1, header_s=0.1)) as running:
        client = running.client()
        assert client.call(GET).status == 200
        assert running.replies(b"") == []
        assert client.call(GET).status == 200


def test_a_body_after_a_refusal_is_no_request(server: LocalServer) -> None:
    """A request that expects `100 Continue` is the last one if it is answered without its body.

    The client may send the body or not, so that nothing else says where the next request begins.
    """

    async def refuse(_scope: object, _receive: object, send: object) -> None:
        assert callable(send)
        await send({"type": "http.response.start", "status": 413, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    expecting = b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 40\r\nExpect: 100-continue\r\n\r\n"
    with local_server(refuse) as refusing:
        (reply,) = refusing.replies(expecting)
        assert (reply.status, reply.headers["connection"]) == (413, "close")
    client = server.client().send(expecting)
    assert [reply and reply.status for reply in (client.reply(), client.send(b"a" * 40).reply())] == [100, 200]
    assert client.call(GET).status == 200
