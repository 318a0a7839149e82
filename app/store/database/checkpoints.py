"""Runs SQLite's checkpoints in a thread of their own, so that the event loop does not wait for the disk.

By itself, SQLite runs a checkpoint in about every fiftieth commit, which then takes a thousand times as long as others.
"""

import asyncio
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Final

_PAGES: Final = 20_000
"""The approximate number of pages that the log has when a checkpoint begins."""
_FEWEST, _MOST = 1_000, 4_000
"""Bounds of the number of rows between checkpoints: a started session fills dozens of pages, a copied row one."""
_FEW_PAGES: Final = 250
_ROUNDS: Final = 6


class Checkpoints:
    """The checkpoints of one file, on their own connection. A writer holds `turn`."""

    def __init__(self, driver: sqlite3.Connection, turn: asyncio.Lock) -> None:
        self._driver = driver
        self._turn = turn
        self._thread = ThreadPoolExecutor(1, "wattif-checkpoint")
        self._task: asyncio.Task[None] | None = None
        self._rows = 0
        self._enough = _FEWEST

    def wrote(self, rows: int) -> None:
        """Begins a checkpoint if enough was written; `rows` counts what the writer has written since it was opened."""
        if rows - self._rows >= self._enough and (self._task is None or self._task.done()):
            self._rows = rows
            self.begin()

    def begin(self) -> None:
        """Begins a checkpoint, unless one is running."""
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run())

    def close(self) -> None:
        """Waits for the checkpoint that is running."""
        self._thread.shutdown()

    async def _run(self) -> None:
        """Writes back in rounds while others write, then the rest while no other writes, so that the log restarts."""
        loop, written = asyncio.get_running_loop(), 0
        # After `close`, the thread takes no more work, and the rest stays in the log.
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
        """Runs a checkpoint; returns how many pages the log has. All are in the file unless another process wrote."""
        return int(self._driver.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()[1])
