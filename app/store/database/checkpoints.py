"""What SQLite has written to its log goes into the file from a thread of its own, so that the loop waits for no disk.

Left to itself, SQLite does so within every fiftieth commit or so, which then takes a thousand times as long as others.
"""

import asyncio
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Final

_PAGES: Final = 20_000
"""About so many pages are logged before the next checkpoint."""
_FEWEST, _MOST = 1_000, 4_000
"""So many rows that is: a start fills dozens of pages, a copied row one."""
_FEW_PAGES: Final = 250
_ROUNDS: Final = 6


class Checkpoints:
    """The checkpoints of one file, by a connection of their own; who writes holds `turn`."""

    def __init__(self, driver: sqlite3.Connection, turn: asyncio.Lock) -> None:
        self._driver = driver
        self._turn = turn
        self._thread = ThreadPoolExecutor(1, "wattif-checkpoint")
        self._task: asyncio.Task[None] | None = None
        self._rows = 0
        self._enough = _FEWEST

    def wrote(self, rows: int) -> None:
        """Told after a commit how many rows the writer has written since it was opened."""
        if rows - self._rows >= self._enough and (self._task is None or self._task.done()):
            self._rows = rows
            self._task = asyncio.get_running_loop().create_task(self._run())

    def close(self) -> None:
        """Waits for the one that is under way."""
        self._thread.shutdown()

    async def _run(self) -> None:
        """Round after round while others write, until little is left; that is done alone, and the log begins anew."""
        loop, written = asyncio.get_running_loop(), 0
        # A thread that was shut down takes nothing more, and what is in the log stays there.
        with suppress(sqlite3.Error, RuntimeError):
            for _ in range(_ROUNDS):
                logged, before = await loop.run_in_executor(self._thread, self._write_back), written
                if not before:
                    self._enough = min(max(_FEWEST, self._enough * _PAGES // max(1, logged)), _MOST)
                written = logged
                if logged - before < _FEW_PAGES:
                    break
            async with self._turn:
                await loop.run_in_executor(self._thread, self._write_back)

    def _write_back(self) -> int:
        """How many pages the log has, all of which are in the file now unless another process is at it."""
        return int(self._driver.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()[1])
