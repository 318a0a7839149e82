"""A server that is stopped finishes its requests, or says that it does not."""

import asyncio
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import httpx2
import pytest

from tests.databases import Kept
from tests.serving.local_server import GET, HOST, PATIENCE_S, PROBLEM, Client, local_server, respond
from tests.serving.servers import serving

WORLDS: Final = "/_sandbox/v1/worlds"


def test_a_request_is_finished(caplog: pytest.LogCaptureFixture) -> None:
    """A request that ends soon gets its answer, the last one of its connection; idle connections are closed."""
    app, begun = later(0.3)
    with local_server(app) as running:
        idle, busy = running.client(), running.client()
        busy.send(GET)
        assert begun.wait(PATIENCE_S)
        running.server.should_exit = True
        replies = busy.replies()

        assert [(reply.status, reply.headers["connection"]) for reply in replies] == [(200, "close")]
        assert "keep-alive" not in replies[0].headers
        assert idle.replies() == []
    assert caplog.messages == []


def test_a_long_request_is_refused(caplog: pytest.LogCaptureFixture) -> None:
    """A request that is not finished in time gets 503 as a problem body. The log has one line, and no traceback."""
    app, begun = later(PATIENCE_S)
    with local_server(app, grace_s=0) as running:
        client = running.client().send(GET)
        assert begun.wait(PATIENCE_S)
        running.server.should_exit = True
        (reply,) = client.replies()

    assert (reply.status, reply.headers["content-type"], reply.json["status"]) == (503, PROBLEM, 503)
    assert caplog.messages == ["The server stops. Requests that were not finished: 1."]
    assert [record.exc_info for record in caplog.records] == [None]


def test_a_begun_answer_is_cut(caplog: pytest.LogCaptureFixture) -> None:
    """An answer that is being sent does not end as a whole one, and what it then fails with is not logged."""
    begun = threading.Event()

    async def endless(_scope: Any, _receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's callables
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"9")]})
        await send({"type": "http.response.body", "body": b"a", "more_body": True})
        begun.set()
        try:
            await asyncio.sleep(PATIENCE_S)
        except asyncio.CancelledError:
            raise RuntimeError from None

    with local_server(endless, grace_s=0) as running:
        client = running.client().send(GET)
        assert begun.wait(PATIENCE_S)
        running.server.should_exit = True
        reply = client.reply()

    assert reply is not None
    assert (reply.headers["content-length"], reply.body) == ("9", b"a")
    assert caplog.messages == ["The server stops. Requests that were not finished: 1."]


def test_what_has_arrived_is_answered() -> None:
    """Requests that wait to be read when the server is stopped are answered, not reset."""
    blocked, go_on = threading.Event(), threading.Event()

    async def blocking(_scope: Any, _receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's callables
        if not blocked.is_set():
            blocked.set()
            go_on.wait(PATIENCE_S)
        await respond(send, b"")

    with local_server(blocking) as running:
        first = running.client().send(GET)
        assert blocked.wait(PATIENCE_S)
        others = [running.client().send(GET) for _ in range(20)]
        running.server.should_exit = True
        go_on.set()

        assert [[reply.status for reply in client.replies()] for client in (first, *others)] == [[200]] * 21


@pytest.mark.slow
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


@pytest.mark.slow
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


def later(seconds: float) -> tuple[Callable[[Any, Any, Any], Any], threading.Event]:
    """An application that answers after some time, and an event that is set when it is called."""
    begun = threading.Event()

    async def late(_scope: Any, _receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's callables
        begun.set()
        await asyncio.sleep(seconds)
        await respond(send, b"late")

    return late, begun
