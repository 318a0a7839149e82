"""A client keeps its connections, replaces those that the server has closed, and never sends a call twice."""

import os
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from threading import Barrier, Thread
from typing import Final

import pytest

from app.client import ControlClient, NoAnswerError, NotRunningError, RefusedError

_OK: Final = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
_REFUSED: Final = (
    b'HTTP/1.1 404 Not Found\r\nContent-Type: application/problem+json\r\nContent-Length: 16\r\n\r\n{"detail": "no"}'
)


@dataclass(slots=True)
class Host:
    """A server that keeps connections: `answer` says what it sends to the n-th request of one, and None closes it."""

    url: str
    answer: Callable[[int], bytes | None] = lambda _: _OK
    connections: list[socket.socket] = field(default_factory=list)
    requests: list[bytes] = field(default_factory=list)

    def hang_up(self) -> None:
        """Closes all connections."""
        for connection in self.connections:
            connection.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def host() -> Iterator[Host]:
    with hosting() as host:
        yield host


def test_calls_share_a_connection(host: Host) -> None:
    """One call after the other uses the same connection, also after a refusal and after an empty answer."""
    answers = [_OK, _REFUSED, b"HTTP/1.1 204 No Content\r\n\r\n", _OK]
    host.answer = lambda n: answers[n]
    with ControlClient(host.url) as client:
        for _ in answers:
            with suppress(RefusedError):
                client.request("POST", "/worlds", {})

    assert (len(host.connections), len(host.requests)) == (1, 4)


def test_a_closed_connection_is_replaced(host: Host) -> None:
    """A call after the server has closed the connection gets an answer, and is sent once."""
    with ControlClient(host.url) as client:
        client.request("GET", "/health")
        host.hang_up()
        client.request("POST", "/worlds", {})

    assert (len(host.connections), len(host.requests)) == (2, 2)


def test_a_connection_is_not_kept_against_the_servers_will(host: Host) -> None:
    """After an answer with `Connection: close` the next call opens a new connection."""
    host.answer = lambda _: _OK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1)
    with ControlClient(host.url) as client:
        client.request("GET", "/health")
        client.request("GET", "/health")

    assert len(host.connections) == 2


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_call_is_never_sent_twice(host: Host, method: str) -> None:
    """If the server hangs up on a call that it has got, the call fails, and the next one has a new connection."""
    host.answer = lambda n: _OK if n == 0 else None
    with ControlClient(host.url) as client:
        client.request("GET", "/health")
        with pytest.raises(NotRunningError):
            client.request(method, "/worlds")
        assert len(host.requests) == 2
        client.request("GET", "/health")

    assert (len(host.connections), len(host.requests)) == (2, 3)


def test_a_half_read_answer_is_not_followed_by_another(host: Host) -> None:
    """When an answer breaks off, the next call does not read its rest."""
    host.answer = lambda n: _OK[:-1] if n == 0 else None
    with ControlClient(host.url, timeout_s=0.2) as client:
        with pytest.raises(NoAnswerError):
            client.request("GET", "/health")
        host.answer = lambda _: _OK
        client.request("GET", "/health")

    assert len(host.connections) == 2


def test_threads_have_connections_of_their_own(host: Host) -> None:
    """Calls at the same time use one connection each; one after the other they share them again."""
    together = Barrier(4)

    def answer(_: int) -> bytes:
        together.wait(10)
        return _OK

    host.answer = answer
    with ControlClient(host.url) as client, ThreadPoolExecutor(4) as threads:
        for _ in range(3):
            list(threads.map(lambda _: client.request("GET", "/health"), range(4)))

    assert (len(host.connections), len(host.requests)) == (4, 12)


def test_a_client_is_used_again_after_it_was_closed(host: Host) -> None:
    """Closing ends its connections, and a later call opens a new one."""
    client = ControlClient(host.url)
    with client:
        client.request("GET", "/health")
    client.request("GET", "/health")
    client.close()

    assert len(host.connections) == 2


def test_a_client_that_is_dropped_closes_its_connection(host: Host) -> None:
    """No warning about an open socket is left behind: warnings are errors here."""
    ControlClient(host.url).request("GET", "/health")

    assert len(host.connections) == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="only a system with fork shares connections between processes")
def test_a_forked_process_opens_a_connection_of_its_own(host: Host) -> None:
    """The parent's connection stays the parent's, so that no answer reaches the wrong process."""
    with ControlClient(host.url) as client:
        client.request("GET", "/health")
        child = os.fork()
        if not child:
            code = 1
            with suppress(BaseException):
                client.request("GET", "/health")
                code = 0
            os._exit(code)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        client.request("GET", "/health")

    assert (len(host.connections), len(host.requests)) == (2, 3)


@contextmanager
def hosting() -> Iterator[Host]:
    """A host on a free port, until the end of the block."""
    listening = socket.create_server(("127.0.0.1", 0))
    host = Host(f"http://127.0.0.1:{listening.getsockname()[1]}")
    threads: list[Thread] = []

    def serve(connection: socket.socket) -> None:
        with closing(connection), suppress(OSError):
            for n in range(100):
                if not (request := _request(connection)):
                    return
                host.requests.append(request)
                answer = host.answer(n)
                if answer is None:
                    return
                connection.sendall(answer)

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listening.accept()
                host.connections.append(connection)
                threads.append(Thread(target=serve, args=(connection,)))
                threads[-1].start()

    accepting = Thread(target=accept)
    accepting.start()
    try:
        yield host
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        accepting.join(10)
        for connection in host.connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join(10)


def _request(connection: socket.socket) -> bytes:
    """The next request with its body; empty when the client has closed the connection."""
    data = b""
    while b"\r\n\r\n" not in data:
        if not (piece := connection.recv(65_536)):
            return b""
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    length = next((int(it[15:]) for it in head.lower().split(b"\r\n") if it.startswith(b"content-length:")), 0)
    while len(body) < length:
        body += connection.recv(65_536)
    return head + b"\r\n\r\n" + body
