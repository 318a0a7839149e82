"""A body that is too large costs little: only as much is read as the sender needs to receive the answer."""

import asyncio
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any, Final

import pytest
from starlette.requests import Request
from starlette.types import Message

from app.web.request_body import BadJsonError, BodyTooLargeError, read

LIMIT: Final = 4096
MIB: Final = 1 << 20
PATIENCE: Final = 16 * MIB
GONE: Final[Message] = {"type": "http.disconnect"}


class Sender:
    """Sends a body in pieces, and counts how many were asked for."""

    def __init__(self, pieces: Iterable[bytes], **headers: str) -> None:
        messages: list[Message] = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
        self._messages = iter([*messages, {"type": "http.request", "body": b"", "more_body": False}, GONE])
        self._headers = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        self.asked = 0

    def body(self, at_most: int | None = None) -> bytes:
        """The body as the server reads it, with LIMIT bytes in its settings."""
        context = SimpleNamespace(body_bytes=LIMIT)
        application: Any = SimpleNamespace(state=SimpleNamespace(context=context))
        scope = {"type": "http", "method": "POST", "headers": self._headers, "app": application}
        return asyncio.run(read(Request(scope, self._receive), at_most))

    async def _receive(self) -> Message:
        self.asked += 1
        return next(self._messages)


@pytest.mark.parametrize("headers", [{}, {"content_length": "4096"}, {"content_length": "x"}, {"content_length": "²"}])
def test_a_body_is_read_to_its_end(headers: dict[str, str]) -> None:
    """A body up to the limit is read, for every Content-Length."""
    assert Sender([b"x" * 4000, b"y" * 96], **headers).body() == b"x" * 4000 + b"y" * 96


@pytest.mark.parametrize("at_most", [1, 100_000])
def test_another_limit_can_be_given(at_most: int) -> None:
    """A caller can read larger or smaller bodies."""
    assert len(Sender([b"x" * at_most]).body(at_most)) == at_most
    with pytest.raises(BodyTooLargeError) as refused:
        Sender([b"x" * at_most, b"y"]).body(at_most)

    assert refused.value.limit == at_most


def test_a_sender_that_waits_sends_no_large_body() -> None:
    """With `Expect: 100-continue` a body that is announced as too large is not read."""
    sender = Sender([b"x" * 5000], content_length="5000", expect="100-Continue")
    with pytest.raises(BodyTooLargeError):
        sender.body()

    assert sender.asked == 0


def test_a_sender_that_waits_sends_a_small_body() -> None:
    """With `Expect: 100-continue` a body that is announced as small enough is read."""
    assert Sender([b"x" * 4096], content_length="4096", expect="100-continue").body() == b"x" * 4096


def test_a_huge_body_is_not_read() -> None:
    """A body that is announced as more than 16 MiB above the limit is refused before it is read."""
    sender = Sender([b"x"], content_length=str(LIMIT + PATIENCE + 1))
    with pytest.raises(BodyTooLargeError):
        sender.body()

    assert sender.asked == 0


def test_a_body_above_the_limit_is_read_and_dropped() -> None:
    """If it were not read, the connection would close before its sender has read the answer."""
    sender = Sender([b"x" * 3000, b"x" * 3000], content_length="6000")
    with pytest.raises(BodyTooLargeError):
        sender.body()

    assert sender.asked == 3


def test_an_endless_body_is_read_to_a_bound() -> None:
    """A sender that announces no length and never stops is read up to 16 MiB above the limit."""
    sender = Sender([b"x" * MIB] * 40)
    with pytest.raises(BodyTooLargeError):
        sender.body()

    assert sender.asked == 17


def test_dropped_bytes_are_counted_above_the_limit() -> None:
    """The 16 MiB that are read and dropped come on top of a large limit."""
    assert len(Sender([b"x" * MIB] * 20).body(20 * MIB)) == 20 * MIB


def test_a_body_that_is_cut_short_is_refused() -> None:
    """A client that disconnects within its body causes BadJsonError."""
    sender = Sender([b"x" * 10])
    sender._messages = iter([{"type": "http.request", "body": b"x", "more_body": True}, GONE])  # noqa: SLF001 - its own
    with pytest.raises(BadJsonError, match="cut short"):
        sender.body()
