"""A server process that gets a signal to stop ends without a traceback, and without half an answer."""

import signal
import threading
import time
from pathlib import Path
from typing import Final

import httpx2
import pytest

from tests.databases import Kept
from tests.serving.local_server import GET, HOST, PATIENCE_S, Client
from tests.serving.servers import serving

pytestmark = pytest.mark.slow

WORLDS: Final = "/_sandbox/v1/worlds"


def test_long_work_is_ended_without_a_traceback(tmp_path: Path) -> None:
    """SIGTERM while exports, forks and resets are under way: each is finished, refused with 503, or cut."""
    finished: list[int] = []
    cut: list[str] = []

    def call(method: str, path: str, body: dict[str, str] | None) -> None:
        with httpx2.Client(base_url=server.url, timeout=PATIENCE_S) as client:
            try:
                finished.append(client.request(method, path, json=body).status_code)
            except httpx2.HTTPError:
                cut.append(path)

    calls = [("GET", f"{WORLDS}/default/export", None), ("POST", WORLDS, {"fork": "default"})]
    calls += [("POST", f"{WORLDS}/default/reset", None)]
    complaints = (tmp_path / "complaints").open("w+")
    with complaints, serving(Kept(f"sqlite:///{tmp_path}/w.db"), "--scenario", "town", complaints=complaints) as server:
        threads = [threading.Thread(target=call, args=each) for each in calls * 6]
        for thread in threads:
            thread.start()
        time.sleep(0.5)
        code = server.stop()
        for thread in threads:
            thread.join()
        complaints.seek(0)
        lines = complaints.read().splitlines()

    assert code == -signal.SIGTERM
    assert set(finished) <= {200, 201, 503}
    assert 503 in finished
    assert set(cut) <= {f"{WORLDS}/default/export"}
    assert [line.startswith("wattif: The server stops. ") for line in lines] == [True]


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
