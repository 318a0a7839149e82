"""A client on many connections at once: as soon as one has its answer, it sends what comes next.

It spends some tens of microseconds on a call, and keeps every answer with the time it took.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Final, cast

import uvloop

from . import load, machine
from .client import HOST, MeasureFailedError
from .load import Load
from .server import Server

_PATIENCE_S: Final = 30
_LENGTH: Final = b"content-length:"
_STATUS: Final = slice(9, 12)


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, and how many seconds after it was asked for."""

    took: float
    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Flight:
    """The replies to each stream of requests, and the seconds and the server's microseconds that all of them took."""

    replies: list[list[Reply]]
    spent: float
    worked: float

    @property
    def share(self) -> float:
        """The share of a core that the server had."""
        return self.worked / 1e6 / self.spent

    def load(self, replies: Sequence[Reply]) -> Load:
        """Some of the replies as a load."""
        return load.timed([reply.took for reply in replies], self.spent, self.worked)


def request(method: str, path: str, key: str, body: bytes = b"") -> bytes:
    """A request as it is sent."""
    head = f"{method} {path} HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {key}\r\n"
    if method == "POST":
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return f"{head}\r\n".encode() + body


def flown(server: Server, streams: Sequence[Iterator[bytes]], seconds: float) -> Flight:
    """Sends each stream on a connection of its own until it ends or time is up. Connections may share a stream."""
    before = machine.cpu_us(server.pid)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        began = perf_counter()
        replies = runner.run(_all(server.port, streams, began + seconds))
        spent = perf_counter() - began
    return Flight(replies, spent, machine.cpu_us(server.pid) - before)


async def _all(port: int, streams: Sequence[Iterator[bytes]], until: float) -> list[list[Reply]]:
    loop = asyncio.get_running_loop()
    flyers = []
    for stream in streams:
        _, flyer = await loop.create_connection(lambda stream=stream: _Flyer(stream, until), HOST, port)  # type: ignore[misc]
        flyers.append(flyer)
    try:
        async with asyncio.timeout(until - perf_counter() + _PATIENCE_S):
            return [await flyer.done for flyer in flyers]
    except TimeoutError:
        raise MeasureFailedError("an answer did not come") from None


@dataclass(slots=True, eq=False)
class _Flyer(asyncio.Protocol):
    """One connection, and its replies once all of them are there."""

    stream: Iterator[bytes]
    until: float
    done: asyncio.Future[list[Reply]] = field(default_factory=asyncio.Future)
    _replies: list[Reply] = field(default_factory=list)
    _come: bytes = b""
    _sent_at: float = 0.0
    _transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._send()

    def data_received(self, data: bytes) -> None:
        self._come += data
        head, _, body = self._come.partition(b"\r\n\r\n")
        if not self._is_whole(head, body):
            return
        self._replies.append(Reply(perf_counter() - self._sent_at, int(head[_STATUS]), body))
        self._come = b""
        self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(MeasureFailedError(f"the connection was lost: {exc!r}"))

    def _is_whole(self, head: bytes, body: bytes) -> bool:
        at = head.lower().find(_LENGTH)
        return at >= 0 and len(body) >= int(head[at + len(_LENGTH) :].split(b"\r\n", 1)[0])

    def _send(self) -> None:
        assert self._transport is not None
        self._sent_at = perf_counter()
        following = next(self.stream, None) if self._sent_at < self.until else None
        if following is None:
            self.done.set_result(self._replies)
            self._transport.close()
        else:
            self._transport.write(following)
