"""A server process that gets a signal to stop ends without a traceback, and without half an answer."""

import signal
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import pytest

from tests.databases import Kept
from tests.serving.local_server import GET, HOST, PATIENCE_S, Client
from tests.serving.servers import serving

pytestmark = pytest.mark.slow

JSON: Final = b"Content-Type: application/json\r\n"


def test_long_work_is_ended_without_a_traceback(tmp_path: Path) -> None:
    """SIGTERM while exports, forks and resets are under way cuts exports; the others are finished, or get 503."""
    export = b"GET /_sandbox/v1/worlds/default/export HTTP/1.1\r\n" + HOST + b"\r\n"
    fork = b"POST /_sandbox/v1/worlds HTTP/1.1\r\n" + HOST + JSON + b'Content-Length: 18\r\n\r\n{"fork":"default"}'
    reset = b"POST /_sandbox/v1/worlds/default/reset HTTP/1.1\r\n" + HOST + b"\r\n"
    with (
        (tmp_path / "complaints").open("w+") as complaints,
        serving(
            Kept(f"sqlite:///{tmp_path}/w.db"), "--scenario", "town", "--log", "off", complaints=complaints
        ) as server,
        ExitStack() as stack,
    ):
        port = int(server.url.rpartition(":")[2])
        clients = [(request, stack.enter_context(Client(port))) for request in (export, fork, reset) * 6]
        for request, client in clients:
            client.send(request)
        code = server.stop()
        replies = [client.reply() for request, client in clients if request != export]
        complaints.seek(0)
        lines = complaints.read().splitlines()

    statuses = {reply.status if reply else None for reply in replies}
    assert code == -signal.SIGTERM
    assert 503 in statuses
    assert statuses <= {200, 201, 503}
    assert [line.partition(":")[0] for line in lines] == ["wattif"]
    assert "The server stops." in lines[0]


def test_a_second_signal_ends_at_once(tmp_path: Path) -> None:
    """A server that is asked twice to stop does not wait for its requests, and does not answer them."""
    half = b"POST /_sandbox/v1/worlds HTTP/1.1\r\n" + HOST + b"Content-Length: 9\r\n\r\n{"
    with (
        (tmp_path / "complaints").open("w+") as complaints,
        serving(Kept(f"sqlite:///{tmp_path}/w.db"), complaints=complaints) as server,
        Client(int(server.url.rpartition(":")[2])) as client,
    ):
        client.send(GET + half)
        assert client.reply() is not None
        server.process.send_signal(signal.SIGTERM)
        server.process.send_signal(signal.SIGINT)
        code = server.process.wait(PATIENCE_S)
        complaints.seek(0)

        assert code in {-signal.SIGTERM, -signal.SIGINT}
        assert complaints.read() == ""
        assert client.reply() is None
