"""Prepared requests on many connections at once. A connection sends its next request when it has its answer.

It costs some tens of microseconds a call, and keeps every answer with the time that it took.
"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf, isinf
from time import perf_counter, sleep
from typing import Final, cast

import orjson
import uvloop

from . import loads, machine
from .loads import Load
from .servers import HOST, MeasureFailedError, Server

_PATIENCE_S: Final = 300
_LENGTH: Final = b"content-length:"
_STATUS: Final = slice(9, 12)
_SUCCESSES: Final = range(200, 300)


@dataclass(frozen=True, slots=True)
class Reply:
    """A status and a body, and the seconds from request to answer."""

    took: float
    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Exchange:
    """The replies on each connection, and the seconds and the server's microseconds that all of them took."""

    replies: list[list[Reply]]
    spent: float
    worked: float

    @property
    def share(self) -> float:
        """The share of a core that the server had."""
        return self.worked / 1e6 / self.spent

    def all(self) -> list[Reply]:
        return [reply for replies in self.replies for reply in replies]

    def load(self, replies: Sequence[Reply]) -> Load:
        """Some of the replies as a load."""
        return loads.timed([reply.took for reply in replies], self.spent, self.worked)


def request(method: str, path: str, key: str = "", body: Mapping[str, object] | None = None) -> bytes:
    """The bytes of a request."""
    head = f"{method} {path} HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {key}\r\n"
    content = b"" if body is None else orjson.dumps(body)
    if body is not None:
        head += f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n"
    return f"{head}\r\n".encode() + content


def exchange(server: Server, streams: Sequence[Iterator[bytes]], seconds: float = inf) -> Exchange:
    """Sends each stream on its own connection until it ends or time is up. Streams may be the same iterator."""
    before = machine.cpu_us(server.pid)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        began = perf_counter()
        replies = runner.run(_all(server.port, streams, began + seconds))
        spent = perf_counter() - began
    return Exchange(replies, spent, machine.cpu_us(server.pid) - before)


def one_by_one(server: Server, requests: Iterable[bytes], pause_s: float = 0, seconds: float = inf) -> Exchange:
    """Sends requests on one connection with pauses between them. Raises unless all succeed; pauses do not count."""

    def paused() -> Iterator[bytes]:
        for n, each in enumerate(requests):
            if n:
                sleep(pause_s)
            yield each

    sent = exchange(server, [paused()], seconds)
    return Exchange(sent.replies, sum(reply.took for reply in successes(sent.all())), sent.worked)


def successes(replies: Iterable[Reply], *, or_else: int = 0) -> list[Reply]:
    """The successful replies. Raises MeasureFailedError for each other one that does not have the status `or_else`."""
    found = []
    for reply in replies:
        if reply.status in _SUCCESSES:
            found.append(reply)
        elif reply.status != or_else:
            raise MeasureFailedError(f"{reply.status} {reply.body[:200].decode(errors='replace')}")
    return found


async def _all(port: int, streams: Sequence[Iterator[bytes]], until: float) -> list[list[Reply]]:
    loop = asyncio.get_running_loop()
    connections = []
    for stream in streams:
        _, one = await loop.create_connection(lambda stream=stream: _Connection(stream, until), HOST, port)  # type: ignore[misc]
        connections.append(one)
    try:
        async with asyncio.timeout(_PATIENCE_S + (0 if isinf(until) else until - perf_counter())):
            return [await one.done for one in connections]
    except TimeoutError:
        raise MeasureFailedError("an answer did not come") from None


@dataclass(slots=True, eq=False)
class _Connection(asyncio.Protocol):
    """One connection; `done` holds its replies when all have come."""

    stream: Iterator[bytes]
    until: float
    done: asyncio.Future[list[Reply]] = field(default_factory=asyncio.Future)
    _replies: list[Reply] = field(default_factory=list)
    _received: bytes = b""
    _sent_at: float = 0.0
    _transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._send()

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, body = self._received.partition(b"\r\n\r\n")
        if not end or len(body) < _length(head):
            return
        self._replies.append(Reply(perf_counter() - self._sent_at, int(head[_STATUS]), body))
        self._received = b""
        self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(MeasureFailedError(f"the connection was lost: {exc!r}"))

    def _send(self) -> None:
        assert self._transport is not None
        following = next(self.stream, None) if perf_counter() < self.until else None
        if following is None:
            self.done.set_result(self._replies)
            self._transport.close()
        else:
            self._sent_at = perf_counter()
            self._transport.write(following)


def _length(head: bytes) -> int:
    """The length of the body after this head; 204 has neither a body nor a length."""
    _, _, rest = head.lower().partition(_LENGTH)
    return int(rest.partition(b"\r\n")[0] or 0)
