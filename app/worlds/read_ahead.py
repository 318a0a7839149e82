"""Reads the pieces of a file ahead of the one who takes them, into a temporary file."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from tempfile import TemporaryFile
from threading import Lock
from typing import Final

PIECE: Final = 1 << 18
"""The bytes of a piece, which is held in memory on the way to the temporary file and on the way from it."""


class NoSpaceError(Exception):
    """The temporary file cannot be written; the message says why."""


async def read_ahead(pieces: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    """Yields the content of `pieces` in pieces of up to PIECE bytes.

    `pieces` is read to its end and closed as fast as it comes, so that a slow reader does not keep open what it reads
    from. Raises NoSpaceError, and what `pieces` raises.
    """
    spool, grown = await asyncio.to_thread(_opened), asyncio.Event()
    filling = asyncio.create_task(_fill(spool, pieces, grown))
    try:
        taken = 0
        while taken < spool.size or not filling.done():
            if taken == spool.size:
                grown.clear()
                await grown.wait()
                continue
            piece = await asyncio.to_thread(spool.read, taken)
            taken += len(piece)
            yield piece
        filling.result()
    finally:
        filling.cancel()
        await asyncio.gather(filling, return_exceptions=True)
        spool.close()


async def _fill(spool: "_Spool", pieces: AsyncGenerator[bytes, None], grown: asyncio.Event) -> None:
    batch: list[bytes] = []
    try:
        async with aclosing(pieces):
            async for piece in pieces:
                batch.append(piece)
                if sum(map(len, batch)) >= PIECE:
                    await asyncio.to_thread(spool.write, b"".join(batch))
                    batch.clear()
                    grown.set()
            await asyncio.to_thread(spool.write, b"".join(batch))
    finally:
        grown.set()


def _opened() -> "_Spool":
    try:
        return _Spool()
    except OSError as error:
        raise NoSpaceError(str(error.strerror or error)) from error


class _Spool:
    """A temporary file that one thread writes while another reads it."""

    def __init__(self) -> None:
        self._file = TemporaryFile()  # noqa: SIM115 - closed by `close`
        self._lock = Lock()
        self.size = 0

    def write(self, content: bytes) -> None:
        """Appends content. Raises NoSpaceError."""
        with self._lock:
            try:
                self._file.seek(self.size)
                self._file.write(content)
                self._file.flush()
            except OSError as error:
                raise NoSpaceError(str(error.strerror or error)) from error
            self.size += len(content)

    def read(self, at: int) -> bytes:
        """The content from a place on, up to PIECE bytes."""
        with self._lock:
            self._file.seek(at)
            return self._file.read(PIECE)

    def close(self) -> None:
        with self._lock:
            self._file.close()
