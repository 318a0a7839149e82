"""The benchmark's client on many connections keeps every answer, whole and under the connection it came on."""

import os
import socketserver
from collections.abc import Iterator
from threading import Thread

import pytest

from bench.connections import exchange, one_by_one, request, successes
from bench.servers import MeasureFailedError, Server, Wait

pytestmark = pytest.mark.slow


class _Echo(socketserver.StreamRequestHandler):
    """Sends each request's path back in pieces, as 409 if it says so, no body as 204, and hangs up on `/bye`."""

    def handle(self) -> None:
        while line := self.rfile.readline():
            path = line.split()[1]
            while self.rfile.readline() not in (b"\r\n", b""):
                pass
            if path == b"/bye":
                return
            if path == b"/gone":
                self.wfile.write(b"HTTP/1.1 204 No Content\r\n\r\n")
                continue
            status = b"409 Conflict" if path == b"/busy" else b"200 OK"
            for piece in (
                b"HTTP/1.1 " + status,
                b"\r\nContent-Le",
                b"ngth: %d\r\n\r\n" % len(path),
                path[:2],
                path[2:],
            ):
                self.wfile.write(piece)
                self.wfile.flush()


class _Threads(socketserver.ThreadingTCPServer):
    daemon_threads = True


@pytest.fixture
def server() -> Iterator[Server]:
    with _Threads(("127.0.0.1", 0), _Echo) as listening:
        thread = Thread(target=listening.serve_forever, args=(0.01,))
        thread.start()
        yield Server(os.getpid(), listening.server_address[1], Wait(0, 0))
        listening.shutdown()
        thread.join()


def test_every_answer_is_kept(server: Server) -> None:
    """Each answer stands in the order of the requests, with its status."""
    streams = [iter([_get(f"/{name}/{n}") for n in range(20)]) for name in "ab"]
    sent = exchange(server, [*streams, iter([_get("/busy"), _get("/gone")])], 30)

    bodies = [[reply.body for reply in replies] for replies in sent.replies]
    assert bodies[0] == [f"/a/{n}".encode() for n in range(20)]
    assert bodies[1] == [f"/b/{n}".encode() for n in range(20)]
    assert [(reply.status, reply.body) for reply in sent.replies[2]] == [(409, b"/busy"), (204, b"")]


def test_connections_share_a_stream(server: Server) -> None:
    """Each request is sent once, on the connection that is free."""
    shared = iter([_get(f"/{n}") for n in range(40)])
    sent = exchange(server, [shared] * 4, 30)

    assert sorted(int(reply.body[1:]) for reply in sent.all()) == list(range(40))


def test_lost_connection_fails(server: Server) -> None:
    """A request without an answer is an error, not a gap in the figures."""
    with pytest.raises(MeasureFailedError, match="connection was lost"):
        exchange(server, [iter([_get("/bye"), _get("/1")])], 30)


def test_pauses_do_not_count(server: Server) -> None:
    """The time that is counted for requests one by one is that of their answers alone."""
    sent = one_by_one(server, [_get("/1"), _get("/2"), _get("/3")], pause_s=0.2)

    assert sent.spent == pytest.approx(sum(reply.took for reply in sent.all()))
    assert sent.spent < 0.2


def test_refusals_fail(server: Server) -> None:
    """A status that is not a success raises, unless it is the one that is expected."""
    replies = exchange(server, [iter([_get("/1"), _get("/busy")])]).all()

    assert [reply.body for reply in successes(replies, or_else=409)] == [b"/1"]
    with pytest.raises(MeasureFailedError, match="409 /busy"):
        successes(replies)


def _get(path: str) -> bytes:
    return request("GET", path, "key")
