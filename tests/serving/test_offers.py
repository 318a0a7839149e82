"""A request that offers another protocol is served as one that offers none."""

from collections.abc import Iterator
from typing import Final

import pytest
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from tests.serving.local_server import GET, HOST, LOOPS, LocalServer, local_server

OFFERS: Final = {
    "h2c": b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n",
    "websocket": b"connection: upgrade\r\nupgrade: websocket\r\nSec-WebSocket-Version: 13\r\n",
    "tls": b"Upgrade: TLS/1.0\r\nConnection: keep-alive, Upgrade\r\n",
    "several": b"Upgrade: x/1, y/2\r\nUpgrade: z\r\nConnection: Upgrade\r\n",
}


@pytest.fixture(scope="module", params=LOOPS)
def server(request: pytest.FixtureRequest) -> Iterator[LocalServer]:
    with local_server(loop=request.param) as running:
        yield running


@pytest.mark.parametrize("offer", OFFERS.values(), ids=OFFERS.keys())
@pytest.mark.parametrize(
    "body",
    [
        b"Content-Length: 5\r\n\r\nhello",
        b"Transfer-Encoding: chunked\r\n\r\n2;a=b\r\nhe\r\n3\r\nllo\r\n0\r\nX: y\r\n\r\n",
    ],
    ids=["length", "chunked"],
)
def test_the_body_is_kept(server: LocalServer, offer: bytes, body: bytes) -> None:
    """The application gets the whole body, with a length and in chunks, and the connection is not upgraded."""
    reply = server.call(b"POST /a?b HTTP/1.1\r\n" + HOST + offer + body)

    assert reply.status == 200
    assert (reply.json["method"], reply.json["path"], reply.json["query"]) == ("POST", "/a", "b")
    assert reply.json["body"] == "hello"


@pytest.mark.parametrize("offer", OFFERS.values(), ids=OFFERS.keys())
def test_pipelined_requests_follow(server: LocalServer, offer: bytes) -> None:
    """Requests behind an offer in the same packet are answered in order."""
    first = b"POST /1 HTTP/1.1\r\n" + HOST + offer + b"Content-Length: 3\r\n\r\none"
    second = b"GET /2 HTTP/1.1\r\n" + HOST + offer + b"\r\n"
    client = server.client().send(first + second + GET)
    replies = [client.reply() for _ in range(3)]

    assert [reply and reply.json["path"] for reply in replies] == ["/1", "/2", "/"]
    assert [reply and reply.json["body"] for reply in replies] == ["one", "", ""]


def test_a_body_may_come_in_pieces(server: LocalServer) -> None:
    """The header and the body of an offering request may be split anywhere."""
    whole = b"POST / HTTP/1.1\r\n" + HOST + OFFERS["h2c"] + b"Content-Length: 5\r\n\r\nhello"
    client = server.client()
    for byte in whole:
        client.send(bytes([byte]))
    reply = client.reply()

    assert reply is not None
    assert reply.json["body"] == "hello"


@pytest.mark.parametrize("size", [17_000, 40_000, 200_000])
def test_a_large_body_keeps_its_order(server: LocalServer, size: int) -> None:
    """A body that arrives with the header, and is larger than what the parser is fed at a time, is read in order."""
    body = b"".join(b"%07d," % n for n in range(size // 8))
    request = b"POST / HTTP/1.1\r\n" + HOST + OFFERS["h2c"] + b"Content-Length: %d\r\n\r\n" % len(body) + body

    assert server.call(request).json["body"] == body.decode()


def test_many_offers_are_answered_in_order(server: LocalServer) -> None:
    """More pipelined offers than the parser is fed at a time are all answered, in order."""
    count = 300
    offers = (b"GET /%d HTTP/1.1\r\n" % n + HOST + OFFERS["h2c"] + b"\r\n" for n in range(count))
    client = server.client().send(b"".join(offers))
    replies = [client.reply() for _ in range(count)]

    assert [reply and reply.json["path"] for reply in replies] == [f"/{n}" for n in range(count)]


def test_a_large_header_may_offer(server: LocalServer) -> None:
    """A header near its bound is read again as a whole."""
    lines = b"".join(b"A%02d: %s\r\n" % (n, b"a" * 1000) for n in range(62))
    request = b"POST / HTTP/1.1\r\n" + HOST + OFFERS["h2c"] + lines + b"Content-Length: 20000\r\n\r\n" + b"a" * 20_000

    assert len(server.call(request).json["body"]) == 20_000


def test_offers_leave_no_line_in_the_log(server: LocalServer, caplog: pytest.LogCaptureFixture) -> None:
    """An attempt to open a WebSocket is no event, and no advice about packages is logged."""
    server.call(b"GET / HTTP/1.1\r\n" + HOST + OFFERS["websocket"] + b"\r\n")

    assert caplog.messages == []


def test_uvicorn_still_drops_the_body() -> None:
    """uvicorn's own class does not serve such a body. When this fails, `RequestReader._ignore_offer` can go."""
    request = b"POST / HTTP/1.1\r\n" + HOST + OFFERS["h2c"] + b"Content-Length: 5\r\n\r\nhello"
    with local_server(protocol=HttpToolsProtocol) as running:
        assert running.call(request).json["body"] == ""
