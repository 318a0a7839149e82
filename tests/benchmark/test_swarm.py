"""The benchmark's client on many connections keeps every answer, whole and under the connection it came on."""

import os
import socketserver
from collections.abc import Iterator
from threading import Thread

import pytest

from bench import swarm
from bench.client import MeasureFailedError
from bench.server import Server


class _Echo(socketserver.StreamRequestHandler):
    """Sends each request's path back in pieces, as 409 if it says so, and hangs up on `/bye`."""

    def handle(self) -> None:
        while line := self.rfile.readline():
            path = line.split()[1]
            while self.rfile.readline() not in (b"\r\n", b""):
                pass
            if path == b"/bye":
                return
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
        yield Server(os.getpid(), listening.server_address[1], 0.0)
        listening.shutdown()
        thread.join()


def test_every_answer_is_kept(server: Server) -> None:
    """In the order of the requests, with its status."""
    streams = [iter([_get(f"/{name}/{n}") for n in range(20)]) for name in "ab"]
    flight = swarm.flown(server, [*streams, iter([_get("/busy")])], 30)

    bodies = [[reply.body for reply in replies] for replies in flight.replies]
    assert bodies[0] == [f"/a/{n}".encode() for n in range(20)]
    assert bodies[1] == [f"/b/{n}".encode() for n in range(20)]
    assert [(reply.status, reply.body) for reply in flight.replies[2]] == [(409, b"/busy")]


def test_connections_share_a_stream(server: Server) -> None:
    """Each request is sent once, by whoever is free."""
    shared = iter([_get(f"/{n}") for n in range(40)])
    flight = swarm.flown(server, [shared] * 4, 30)

    assert sorted(int(reply.body[1:]) for replies in flight.replies for reply in replies) == list(range(40))


def test_lost_connection_fails(server: Server) -> None:
    """What was lost cannot be left out of the figures."""
    with pytest.raises(MeasureFailedError, match="connection was lost"):
        swarm.flown(server, [iter([_get("/bye"), _get("/1")])], 30)


def _get(path: str) -> bytes:
    return swarm.request("GET", path, "key")
