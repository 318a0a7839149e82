"""What is no HTTP, or names no host, gets a problem body, and the connection is closed."""

from collections.abc import Iterator

import pytest

from tests.serving.local_server import GET, HOST, PROBLEM, LocalServer, local_server


@pytest.fixture(scope="module")
def server() -> Iterator[LocalServer]:
    with local_server() as running:
        yield running


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 400),
        (b"HELLO\r\n\r\n", 400),
        (b"GET /\xff HTTP/1.1\r\n" + HOST + b"\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost : localhost\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + HOST + b"A: b\r\n folded\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + HOST + HOST + b"\r\n", 400),
        (b"GET / HTTP/1.0\r\n" + HOST + HOST + b"\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: me@localhost\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: localhost:http\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: localhost/path\r\n\r\n", 400),
        (GET.replace(b"localhost", b"m\xc3\xbcnchen"), 400),
        (b"GET http://a<b/ HTTP/1.1\r\n" + HOST + b"\r\n", 400),
        (b"GET nothing HTTP/1.1\r\n" + HOST + b"\r\n", 400),
        (b"GET * HTTP/1.1\r\n" + HOST + b"\r\n", 400),
        (b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", 400),
        (b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\nhello\r\n", 400),
        (b"CONNECT localhost:80 HTTP/1.1\r\n" + HOST + b"\r\n", 501),
        (b"GET / HTTP/2.0\r\n" + HOST + b"\r\n", 505),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    ],
    ids=[
        "tls",
        "method",
        "path",
        "space-before-colon",
        "folded",
        "no-host",
        "two-hosts",
        "two-hosts-1.0",
        "host-with-space",
        "host-with-user",
        "host-with-name-as-port",
        "host-with-path",
        "host-not-ascii",
        "target-host",
        "relative-target",
        "asterisk",
        "two-lengths",
        "different-lengths",
        "chunk-size",
        "connect",
        "version",
        "http2",
    ],
)
def test_an_invalid_request_is_refused(
    server: LocalServer, caplog: pytest.LogCaptureFixture, request_: bytes, status: int
) -> None:
    """The refusal is a problem body, and no line in the log."""
    (reply,) = server.replies(request_)

    assert (reply.status, reply.headers["content-type"], reply.json["status"]) == (status, PROBLEM, status)
    assert reply.headers["connection"] == "close"
    assert caplog.messages == []


def test_the_answers_before_it_are_sent(server: LocalServer) -> None:
    """An invalid request behind others in the same packet is refused after their answers."""
    replies = server.replies(GET + GET + b"BAD\r\n\r\n" + GET)

    assert [reply.status for reply in replies] == [200, 200, 400]


def test_http_1_0_needs_no_host(server: LocalServer) -> None:
    """An HTTP/1.0 request is answered, and the connection is closed as it says."""
    (reply,) = server.replies(b"GET /a HTTP/1.0\r\n\r\n")

    assert (reply.status, reply.json["path"], reply.headers["connection"]) == (200, "/a", "close")
    assert "keep-alive" not in reply.headers


@pytest.mark.parametrize("host", ["localhost", "a_b:8000", "127.0.0.1:1", "[::1]:8000", "[::1]", "a.example.", ""])
def test_valid_hosts_are_served(server: LocalServer, host: str) -> None:
    """Names, addresses and ports of every usual form are passed on."""
    request = f"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()

    assert server.call(request).json["headers"] == [["host", host]]


@pytest.mark.parametrize(
    ("target", "path", "query", "host"),
    [
        (b"http://other:80/a/b?c=d", "/a/b", "c=d", "other:80"),
        (b"http://other", "/", "", "other"),
        (b"HTTP://me@other?c", "/", "c", "other"),
    ],
)
def test_an_absolute_target_replaces_host(server: LocalServer, target: bytes, path: str, query: str, host: str) -> None:
    """A target with an authority is served, and the authority takes the place of Host (RFC 9112, 3.2.2)."""
    said = server.call(b"GET " + target + b" HTTP/1.1\r\n" + HOST + b"\r\n").json

    assert (said["path"], said["query"]) == (path, query)
    assert [value for name, value in said["headers"] if name == "host"] == [host]


def test_the_server_has_options(server: LocalServer) -> None:
    """`OPTIONS *` asks for the server itself, and does not reach the application."""
    assert server.call(b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n").status == 204


def test_blank_space_around_a_value_is_no_part_of_it(server: LocalServer) -> None:
    """Spaces and tabs before and behind a header value are cut off (RFC 9112, 5.1)."""
    headers = server.call(b"GET / HTTP/1.1\r\n" + HOST + b"A: \t b c \t \r\n\r\n").json["headers"]

    assert ["a", "b c"] in headers
