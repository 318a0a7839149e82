"""An application that fails, or does not answer, does not leave its client without an answer."""

from contextlib import suppress
from typing import Any

import pytest

from app.server.bounds import Bounds
from tests.serving.local_server import GET, HOST, PROBLEM, local_server, respond


async def failing(_scope: Any, _receive: Any, _send: Any) -> None:  # noqa: ANN401 - ASGI's callables
    raise RuntimeError


async def silent(_scope: Any, _receive: Any, _send: Any) -> None:  # noqa: ANN401 - ASGI's callables
    return


async def breaking_off(_scope: Any, _receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's callables
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"9")]})
    await send({"type": "http.response.body", "body": b"a", "more_body": True})
    raise RuntimeError


@pytest.mark.parametrize("app", [failing, silent])
def test_a_failure_is_a_problem_body(caplog: pytest.LogCaptureFixture, app: Any) -> None:  # noqa: ANN401 - ASGI's
    """The answer is 500 and says that it is a bug; the log has one entry."""
    with local_server(app) as running:
        (reply,) = running.replies(GET)

    assert (reply.status, reply.headers["content-type"], reply.json["status"]) == (500, PROBLEM, 500)
    assert "bug in Wattif" in reply.json["detail"]
    assert ["bug in Wattif" in message for message in caplog.messages] == [True]


def test_a_failure_within_an_answer_ends_the_connection(caplog: pytest.LogCaptureFixture) -> None:
    """A part of an answer cannot be taken for the whole; the log has the reason."""
    with local_server(breaking_off) as running:
        (reply,) = running.replies(GET)

    assert (reply.headers["content-length"], reply.body) == ("9", b"a")
    assert [record.exc_info is not None for record in caplog.records] == [True]


def test_a_body_is_not_dropped_without_end() -> None:
    """After an answer, the rest of the request's body is read up to a limit; within it, the connection stays open."""

    async def early(_scope: Any, _receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's callables
        await respond(send, b"early")

    with local_server(early, Bounds(dropped_bytes=100_000)) as running:
        small, large = (b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: %d\r\n\r\n" % n for n in (90_000, 900_000))
        client = running.client()
        assert client.call(small).body == b"early"
        assert client.send(b"a" * 90_000).call(GET).body == b"early"
        assert client.call(large).body == b"early"
        with suppress(OSError):
            client.send(b"a" * 900_000 + GET)
        assert client.reply() is None
