"""A neighbour's figures hold every call that was due while another caller held up the server."""

import os
import socketserver
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from threading import Event, Thread
from time import sleep

import pytest

from bench import neighbours
from bench.connections import request
from bench.neighbours import Calls
from bench.servers import Server, Wait

pytestmark = pytest.mark.slow

_STANDS_STILL_S = 1.0


class _Slow(socketserver.StreamRequestHandler):
    """Stands still before its first answer, never answers `/never`, and refuses `/refused`."""

    stood_still = False

    def handle(self) -> None:
        while line := self.rfile.readline():
            path = line.split()[1]
            while self.rfile.readline() not in (b"\r\n", b""):
                pass
            if path == b"/never":
                Event().wait(30)
            if not _Slow.stood_still:
                _Slow.stood_still = True
                sleep(_STANDS_STILL_S)
            status = b"503 Service Unavailable" if path == b"/refused" else b"200 OK"
            self.wfile.write(b"HTTP/1.1 " + status + b"\r\nContent-Length: 2\r\n\r\n{}")


class _Threads(socketserver.ThreadingTCPServer):
    daemon_threads = True


@pytest.fixture
def server() -> Iterator[Server]:
    _Slow.stood_still = False
    with _Threads(("127.0.0.1", 0), _Slow) as listening:
        thread = Thread(target=listening.serve_forever, args=(0.01,))
        thread.start()
        yield Server(os.getpid(), listening.server_address[1], Wait(0, 0))
        listening.shutdown()
        thread.join()


def test_calls_due_while_a_server_stands_still_are_late(server: Server) -> None:
    """One slow answer delays every call that is due meanwhile, so that a p99 shows it."""
    calls = _late(server, "/some", 2 * _STANDS_STILL_S)
    p50, p99, most = calls.percentiles_ms()

    assert len(calls.late) >= 2 * _STANDS_STILL_S / 0.05 - 3
    assert p50 < p99 <= most
    assert sum(late > _STANDS_STILL_S / 2 for late in calls.late) >= _STANDS_STILL_S / 2 / 0.05 - 3
    assert (calls.refused, calls.unanswered) == (0, 0)


def test_calls_without_an_answer_count(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A call that is never answered, and those that are due behind it, are as late as they are at the end."""
    monkeypatch.setattr(neighbours, "_PATIENCE_S", 0.2)
    calls = _late(server, "/never", 1.0)

    assert calls.unanswered == len(calls.late) >= 1.0 / 0.05 - 3
    assert max(calls.late) > 1.0
    assert "unanswered" in str(calls)


def test_refusals_are_told(server: Server) -> None:
    """A cell of the table says how many calls were refused."""
    calls = _late(server, "/refused", 0.5)

    assert calls.refused == len(calls.late) > 0
    assert str(calls).endswith(f", {calls.refused} refused")


def _late(server: Server, path: str, seconds: float) -> Calls:
    def wait() -> str:
        sleep(seconds)
        return ""

    with ThreadPoolExecutor(1) as background:
        caller = background.submit(wait)
        return neighbours.late(server, {"calls": repeat(request("GET", path))}, caller)["calls"]
