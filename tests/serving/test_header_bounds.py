"""What stands around a body is bounded, and what goes beyond is refused before it is put together."""

from collections.abc import Iterator
from typing import Final

import pytest

from app.server.bounds import Bounds
from tests.serving.local_server import GET, HOST, PROBLEM, Client, LocalServer, local_server

BOUNDS: Final = Bounds(target_bytes=100, header_bytes=1000, header_lines=20)
CHUNKED: Final = b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.fixture(scope="module")
def server() -> Iterator[LocalServer]:
    with local_server(bounds=BOUNDS) as running:
        yield running


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET /" + b"a" * 100 + b" HTTP/1.1\r\n" + HOST + b"\r\n", 414),
        (b"GET /" + b"a" * 100_000, 414),
        (b"GET / HTTP/1.1\r\n" + HOST + b"A: " + b"a" * 1000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\n" + HOST + b"A: " + b"a" * 100_000, 431),
        (b"GET / HTTP/1.1\r\n" + HOST + b"a" * 100_000, 431),
        (b"GET / HTTP/1.1\r\n" + HOST + b"A: a\r\n" * 20 + b"\r\n", 431),
        (b"GET / HTTP/1.1\r\n" + b"A: a\r\n" * 30, 431),
        (CHUNKED + b"0\r\n" + b"A: a\r\n" * 30, 431),
        (CHUNKED + b"0\r\nA: " + b"a" * 100_000, 400),
        (CHUNKED + b"1;" + b"a" * 100_000, 400),
        (CHUNKED + b"1" + b";a=b" * 25_000 + b"\r\n", 400),
    ],
    ids=[
        "target",
        "unfinished-target",
        "value",
        "unfinished-value",
        "unfinished-name",
        "lines",
        "unfinished-lines",
        "trailers",
        "unfinished-trailer",
        "unfinished-extension",
        "extensions",
    ],
)
def test_excess_is_refused(server: LocalServer, request_: bytes, status: int) -> None:
    """The answer is a problem body that says the bound, and the connection is closed after it."""
    (reply,) = server.replies(request_)

    assert reply.status == status
    assert reply.headers["content-type"] == PROBLEM
    assert reply.headers["connection"] == "close"
    assert reply.json["status"] == status
    assert reply.json["detail"].endswith(".")


def test_a_request_within_the_bounds_is_served(server: LocalServer) -> None:
    """A request may have as many lines and bytes as the bounds say, and the next one as many again."""
    lines = b"".join(b"A%02d: %s\r\n" % (n, b"a" * 40) for n in range(18))
    target = b"/" + b"a" * 99
    whole = b"GET " + target + b" HTTP/1.1\r\n" + HOST + lines + b"\r\n"
    client = server.client()

    for _ in range(3):
        assert client.call(whole).json["path"] == target.decode()


def test_a_body_of_small_chunks_is_served(server: LocalServer) -> None:
    """The bound on framing leaves room for chunks of one byte."""
    chunked = b"".join(b"1\r\n%c\r\n" % (97 + n % 26) for n in range(5000))
    reply = server.call(CHUNKED + chunked + b"0\r\n\r\n")

    assert len(reply.json["body"]) == 5000


def test_trailers_are_no_headers(server: LocalServer) -> None:
    """A trailer is neither a header of its request nor of the next one."""
    client = server.client().send(CHUNKED + b"1\r\na\r\n0\r\nHost: other\r\nAuthorization: x\r\n\r\n" + GET)
    replies = [client.reply(), client.reply()]

    for reply in replies:
        assert reply is not None
        assert [value for name, value in reply.json["headers"] if name in {"host", "authorization"}] == ["localhost"]


def test_a_flood_is_not_read_to_its_end() -> None:
    """A client that goes on sending after its refusal is disconnected."""
    with local_server(bounds=Bounds(header_bytes=1000, linger_bytes=10_000)) as running:
        assert mebibytes_taken(running.client()) < 256
        assert running.call(GET).status == 200


def test_a_flood_costs_little(server: LocalServer) -> None:
    """A refused connection is not read by the parser: what follows a bad request is no request."""
    replies = server.replies(b"BAD\r\n\r\n" + GET * 5)

    assert [reply.status for reply in replies] == [400]


def mebibytes_taken(client: Client) -> int:
    """How much of an endless header the server takes before it disconnects the client; 1024 if it does not."""
    for sent in range(1024):
        try:
            client.send(b"a" * (1 << 20))
        except OSError:
            return sent
    return 1024
