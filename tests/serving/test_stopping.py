"""A server that is stopped finishes its requests, or says that it does not."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest

from tests.serving.local_server import GET, PATIENCE_S, PROBLEM, local_server, respond


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


def test_requests_that_have_arrived_are_answered() -> None:
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


def later(seconds: float) -> tuple[Callable[[Any, Any, Any], Any], threading.Event]:
    """An application that answers after some time, and an event that is set when it is called."""
    begun = threading.Event()

    async def late(_scope: Any, _receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's callables
        begun.set()
        await asyncio.sleep(seconds)
        await respond(send, b"late")

    return late, begun
