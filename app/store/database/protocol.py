"""The interface and the errors of a database: `ask` reads and `change` writes, in one transaction each."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Final, Protocol, TypeAlias, TypeVar

from sqlalchemy import Connection

Answer = TypeVar("Answer")
Transaction: TypeAlias = Connection

VIEWS: Final = 4
"""The views that may be held at the same time; each has its own connection."""
VIEW_PATIENCE_S: Final = 30.0


class DatabaseUnavailableError(Exception):
    """The database did not run the transaction. Nothing was saved, and the transaction may be tried again.

    The message is for the operator. `reason` is for callers: it follows "the database is not available" and names no
    folder, host or user. `retry_after_s` is None if a repetition fails until the operator has done something. `lost`
    is true when the connection is gone; the database itself may still be there.
    """

    def __init__(
        self, message: str, *, reason: str | None = None, retry_after_s: int | None = 1, lost: bool = False
    ) -> None:
        super().__init__(message)
        self.reason = reason or message
        self.retry_after_s = retry_after_s
        self.lost = lost


class DatabaseDamagedError(DatabaseUnavailableError):
    """The file is no SQLite database, or a damaged one."""


class DatabaseInUseError(DatabaseUnavailableError):
    """A server or another program has the database open; the message says which."""


class OutcomeUnknownError(Exception):
    """The connection was lost during a commit, so the change may or may not have been saved."""


class UnsupportedDatabaseError(Exception):
    """The URL does not name a database that Wattif runs on."""


class View(Protocol):
    """One state of the database, for as long as the view is held."""

    async def ask(self, work: Callable[[Connection], Answer]) -> Answer:
        """Reads in the state that is held. Other requests are served between two calls."""


class Database(Protocol):
    """The database that keeps the worlds. `ask` and `change` each run `work` in a transaction of its own."""

    async def ask(self, work: Callable[[Connection], Answer], *, one_statement: bool = False) -> Answer:
        """Reads; `work` sees one state of the database throughout.

        With `one_statement`, `work` runs a single statement, and no transaction is opened around it.
        """

    async def change(self, work: Callable[[Connection], Answer], *, keeps_worlds: bool = False) -> Answer:
        """Writes; commits when `work` returns, and rolls back when it raises.

        With `keeps_worlds`, the change alters nothing of worlds that is cached, and the version may stay the same.
        """

    def view(self) -> AbstractAsyncContextManager[View]:
        """Holds one state of the database, so that it can be read in small steps while others change it.

        Raises DatabaseUnavailableError when all views stay taken for too long.
        """

    def version(self) -> int:
        """Returns a number that changes with every change except those that keep the worlds; it may change sooner.

        What was read of worlds under one version may be wrong under another.
        """

    async def agreed(self) -> None:
        """Waits, after a change, until no process uses what it has cached of worlds from before that change."""

    async def change_alone(self, work: Callable[[Connection], Answer]) -> Answer:
        """Like `change`, while no other process has the database open; comes before `join`.

        Waits for others that are starting as well. Raises DatabaseInUseError, and then nothing was changed.
        """

    async def others(self) -> str:
        """Returns the servers that use the database, in words; empty for none. Comes before `join`."""

    def is_alone(self) -> bool:
        """Whether no other process has used the database since this one joined; False if that is unknown."""

    def join(self, address: str) -> None:
        """Makes this process, which serves at that address, known as a user of the database until `close`."""

    async def check(self, rewrite: Callable[[Connection], object]) -> None:
        """Raises DatabaseUnavailableError unless changes are possible.

        Writes nothing to the database, unless a change has failed since the last one that succeeded: then it runs
        `rewrite`, which stores what is there already.
        """

    async def watch(self) -> None:
        """Keeps looking whether the database is still there; never ends by itself."""

    async def shrink(self, kept_bytes: int) -> bool:
        """Gives a little unused space of the database back to the disk, in a short transaction.

        Returns whether more than `kept_bytes` may still be unused. A database that does so by itself returns False.
        """

    def close(self) -> None:
        """Closes all connections."""


@asynccontextmanager
async def turn(turns: asyncio.Lock | asyncio.Semaphore, patience_s: float) -> AsyncIterator[None]:
    """Takes one of a few turns, waiting until one is free. Raises DatabaseUnavailableError when that takes too long."""
    try:
        async with asyncio.timeout(patience_s):
            await turns.acquire()
    except TimeoutError:
        raise DatabaseUnavailableError("other requests took too long") from None
    try:
        yield
    finally:
        turns.release()
