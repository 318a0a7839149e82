"""Turns: how much long work is done at the same time, and how many callers may wait for it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final


class BusyError(Exception):
    """As many callers wait for work of that kind as may; the message says what they wait for."""

    retry_after_s: Final = 2


class Turns:
    """Lets `at_once` callers do work of a kind at the same time, and `waiting` more wait for a turn.

    Without `patience_s` they wait until they have one, or leave.
    """

    def __init__(self, what: str, at_once: int, waiting: int, patience_s: float | None = None) -> None:
        self._patience_s = patience_s
        self._what = what
        self._free = asyncio.Semaphore(at_once)
        self._most_waiting = waiting
        self._waiting = 0

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """Holds one turn, after those that were asked for before.

        Raises BusyError at once if too many wait, and after the time that a caller waits.
        """
        busy = BusyError(f"Too many {self._what} are under way; try again later.")
        if self._free.locked() and self._waiting >= self._most_waiting:
            raise busy
        self._waiting += 1
        try:
            async with asyncio.timeout(self._patience_s):
                await self._free.acquire()
        except TimeoutError:
            raise busy from None
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._free.release()
