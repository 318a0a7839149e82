"""Sends prepared requests on many connections. A connection sends its next request when it has its answer.

It keeps every answer with the time that it took.
"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf, isinf
from time import perf_counter, sleep
from typing import Final

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


def one_by_one(server: Server, requests: Iterable[bytes], pause_s: float = 0) -> Exchange:
    """Sends requests on one connection with pauses between them. Raises unless all succeed; pauses do not count."""

    def paused() -> Iterator[bytes]:
        for n, each in enumerate(requests):
            if n:
                sleep(pause_s)
            yield each

    sent = exchange(server, [paused()])
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


async def answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """The status and the body of the next answer on a connection. Raises EOFError if it is closed before."""
    head = await reader.readuntil(b"\r\n\r\n")
    # An answer with status 204 has neither a body nor a length.
    _, _, length = head.lower().partition(_LENGTH)
    return int(head[_STATUS]), await reader.readexactly(int(length.partition(b"\r\n")[0] or 0))


async def _all(port: int, streams: Sequence[Iterator[bytes]], until: float) -> list[list[Reply]]:
    try:
        async with asyncio.timeout(_PATIENCE_S + (0 if isinf(until) else until - perf_counter())):
            return await asyncio.gather(*(_one(port, stream, until) for stream in streams))
    except TimeoutError:
        raise MeasureFailedError("an answer did not come") from None
    except (OSError, EOFError) as error:
        raise MeasureFailedError(f"the connection was lost: {error!r}") from None


async def _one(port: int, stream: Iterator[bytes], until: float) -> list[Reply]:
    reader, writer = await asyncio.open_connection(HOST, port)
    replies = []
    try:
        while perf_counter() < until and (following := next(stream, None)) is not None:
            sent_at = perf_counter()
            writer.write(following)
            status, body = await answer(reader)
            replies.append(Reply(perf_counter() - sent_at, status, body))
    finally:
        writer.close()
        await writer.wait_closed()
    return replies
