"""The number of open connections is bounded, so that a process does not run out of descriptors."""

import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx2
import pytest

from app.server.bounds import Bounds, connections_at_most
from tests.conftest import HAMLET
from tests.serving.local_server import GET, HOST, PROBLEM, Client, local_server
from tests.serving.servers import PATIENCE_S, READY, environment


def test_a_connection_too_many_is_refused(caplog: pytest.LogCaptureFixture) -> None:
    """It gets 503 and is closed; those that are open are served. The log says so once, and when it is over."""
    with local_server(bounds=Bounds(connections=3)) as running:
        held = [running.client() for _ in range(3)]
        assert [client.call(GET).status for client in held] == [200] * 3
        for _ in range(5):
            (reply,) = running.client().replies()
            assert (reply.status, reply.headers["content-type"], reply.json["status"]) == (503, PROBLEM, 503)
        assert [client.call(GET).status for client in held] == [200] * 3
        for client in held:
            client.close()
        until = time.monotonic() + PATIENCE_S
        while len(caplog.messages) < 2 and time.monotonic() < until:
            time.sleep(0.02)
        assert running.call(GET).status == 200

    assert caplog.messages == [
        "Connections are refused: 3 are open, which is the limit.",
        "Connections are accepted again.",
    ]


@pytest.mark.parametrize(
    ("descriptors", "most"),
    [(256, 192), (1024, 896), (1 << 20, 10_000), (resource.RLIM_INFINITY, 10_000), (20, 1)],
    ids=["few", "usual", "many", "unlimited", "too-few"],
)
def test_descriptors_are_left_for_files(monkeypatch: pytest.MonkeyPatch, descriptors: int, most: int) -> None:
    """An eighth of the descriptors, and at least 64, are kept for the database and for files."""
    monkeypatch.setattr(resource, "getrlimit", lambda _: (descriptors, descriptors))

    assert connections_at_most() == most


@pytest.mark.slow
def test_a_server_with_few_descriptors_goes_on() -> None:
    """With 256 descriptors and 300 connections it serves those that it holds, keeps worlds, and recovers."""
    get = b"GET /_sandbox/v1/ready HTTP/1.1\r\n" + HOST + b"\r\n"
    json = b"Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
    make = b"POST /_sandbox/v1/worlds HTTP/1.1\r\n" + HOST + json
    with few_descriptors() as url, ExitStack() as stack:
        port = int(url.rpartition(":")[2])
        clients = [stack.enter_context(Client(port)) for _ in range(300)]
        replies = [client.send(get).reply() if n < 150 else client.reply() for n, client in enumerate(clients[:150])]
        assert {reply and reply.status for reply in replies} == {200}
        assert clients[299].reply() is None or clients[299].reply() is None
        made = clients[0].call(make)
        assert made.status == 201, made.body
        exported = clients[1].send(get.replace(b"ready", b"worlds/default/export")).reply()
        assert exported is not None
        assert exported.status == 200
        for client in clients[100:]:
            client.close()
        with httpx2.Client(base_url=url) as fresh:
            assert fresh.get("/_sandbox/v1/ready").status_code == 200
            assert fresh.get(f"/_sandbox/v1/worlds/{made.json['name']}").status_code == 200


@contextmanager
def few_descriptors() -> Iterator[str]:
    """A server of a process that may have 256 descriptors; its URL."""
    with TemporaryDirectory() as folder:
        limited = "import resource, runpy; resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256)); "
        command = f"{limited}runpy.run_module('app', run_name='__main__')"
        words = ("serve", "--port", "0", "--database", f"sqlite:///{Path(folder)}/wattif.db", "--scenario", HAMLET)
        with subprocess.Popen(  # noqa: S603 - the interpreter that runs the tests
            [sys.executable, "-c", command, *words],
            cwd=folder,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                lines = (line.rstrip("\n") for line in process.stdout or ())
                yield next(line for line in lines if line.startswith(READY)).removeprefix(READY)
                process.terminate()
                _, complaints = process.communicate(timeout=PATIENCE_S)
                assert complaints.count("Connections are refused") == 1
                assert "Traceback" not in complaints
            finally:
                process.kill()
