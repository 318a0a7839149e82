"""A client that closes its side of a connection gets the answers to what it has sent."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from typing import Any, Final

import pytest

from app.server.bounds import Bounds
from tests.serving.local_server import GET, HOST, LOOPS, PATIENCE_S, LocalServer, Reply, echo, local_server, respond

pytestmark = pytest.mark.slow

POST: Final = b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\n\r\nhello"


@pytest.fixture(scope="module", params=LOOPS)
def server(request: pytest.FixtureRequest) -> Iterator[LocalServer]:
    with local_server(slow, loop=request.param) as running:
        yield running


def replies(server: LocalServer, data: bytes) -> list[Reply]:
    client = server.client().send(data)
    client.socket.shutdown(socket.SHUT_WR)
    return client.replies()


async def slow(scope: dict[str, Any], receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's callables
    """Answers after the end of the client's side has arrived."""
    await asyncio.sleep(0.05)
    await echo(scope, receive, send)


def test_the_answer_is_sent(server: LocalServer) -> None:
    """One answer, with and without a body in the request, and then the connection is closed."""
    assert [reply.status for reply in replies(server, GET)] == [200]
    assert [reply.json["body"] for reply in replies(server, POST)] == ["hello"]


def test_all_answers_are_sent(server: LocalServer) -> None:
    """Each of several requests is answered; a last one that is not whole gets no answer."""
    assert [reply.status for reply in replies(server, GET * 3)] == [200] * 3
    assert [reply.status for reply in replies(server, GET * 2 + GET[:-5])] == [200] * 2
    assert [reply.status for reply in replies(server, GET * 2 + POST[:-1])] == [200] * 2


@pytest.mark.parametrize("loop", LOOPS)
def test_the_end_may_come_before_all_is_read(loop: str) -> None:
    """Requests that wait to be read when the client has closed its side are answered as well."""
    with local_server(loop=loop) as running:
        assert len(replies(running, GET * 2000)) == 2000


@pytest.mark.parametrize("half", [b"", GET[:-5], POST[:-1]], ids=["nothing", "header", "body"])
def test_half_a_request_has_no_answer(server: LocalServer, half: bytes) -> None:
    """A request that cannot become whole ends the connection."""
    assert replies(server, half) == []


def test_a_client_that_is_gone_is_given_up() -> None:
    """A client that has closed its side may be gone altogether, so a long request is told after a while."""
    told = threading.Event()

    async def long(_scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's callables
        while (await receive())["type"] != "http.disconnect":
            pass
        told.set()
        await respond(send, b"")

    with local_server(long, Bounds(half_closed_s=0.1)) as running:
        running.client().send(GET).close()

        assert told.wait(PATIENCE_S)
