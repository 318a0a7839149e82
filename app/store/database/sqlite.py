"""SQLite in a file. Both verbs run on the event loop itself, because every transaction is short."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from itertools import count
from pathlib import Path
from threading import Event
from typing import Final

from sqlalchemy import Connection, create_engine
from sqlalchemy.engine import URL
from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError

from ...domain.clock import MILLISECOND
from ...wall_clock import lasting
from .checkpoints import Checkpoints
from .protocol import VIEW_PATIENCE_S, VIEWS, Answer, DatabaseUnavailableError, View, turn

_PATIENCE_S: Final = 5.0
_RETRY_S: Final = 0.001
_SHRINKING: Final = 2 * MILLISECOND
_INCREMENTAL: Final = 2
"""SQLite's number of the mode in which unused pages are given back when it is asked for."""
_CACHE_KIB: Final = 8192
"""The pages that a connection keeps. Twice as much takes 9 MiB more and makes no list of a million sessions faster."""


def set_aside(file: Path) -> Path:
    """Renames a SQLite file, and the files that SQLite keeps beside it, to `*.old`, or `*.old2` and so on.

    Returns the new path. No file that was set aside before is overwritten.
    """
    names = (file.with_name(f"{file.name}.old{n if n > 1 else ''}") for n in count(1))
    aside = next(name for name in names if not name.exists())
    for suffix in ("-wal", "-shm", ""):
        part = file.with_name(file.name + suffix)
        if part.exists():
            part.rename(aside.with_name(aside.name + suffix))
    return aside


class Sqlite:
    """SQLite in a file, in WAL mode. The writers of a process queue on a lock, never inside SQLite's busy handler."""

    def __init__(self, url: URL) -> None:
        self._engine = create_engine(url, isolation_level="AUTOCOMMIT", connect_args={"check_same_thread": False})
        self._turn = asyncio.Lock()
        self._views = asyncio.Semaphore(VIEWS)
        self._own = 0
        try:
            self._reader, self._reading = self._connect()
            self._writer, self._writing = self._connect()
            self._writing.execute("PRAGMA wal_autocheckpoint = 0")
            self._checkpointer, log = self._connect()
            self._checkpoints = Checkpoints(log, self._turn)
        except (DBAPIError, sqlite3.Error) as error:
            message = f"cannot open {url.database}: {error.__cause__ or error}"
            raise DatabaseUnavailableError(message) from error

    async def ask(self, work: Callable[[Connection], Answer], *, one_statement: bool = False) -> Answer:
        try:
            if one_statement:
                return work(self._reader)
            self._reading.execute("BEGIN")
            try:
                return work(self._reader)
            finally:
                self._reading.execute("COMMIT")
        except (sqlite3.DatabaseError, DatabaseError) as error:
            raise _unavailable(error) from error

    async def change(self, work: Callable[[Connection], Answer], *, keeps_worlds: bool = False) -> Answer:
        deadline = asyncio.get_running_loop().time() + _PATIENCE_S
        async with turn(self._turn, _PATIENCE_S):
            await self._begin(deadline)
            try:
                answer = work(self._writer)
                self._writing.execute("COMMIT")
            except (sqlite3.DatabaseError, DatabaseError) as error:
                self._undo()
                raise _unavailable(error) from error
            except BaseException:
                self._undo()
                raise
            if not keeps_worlds:
                self._own += 1
            self._checkpoints.wrote(self._writing.total_changes)
            return answer

    @asynccontextmanager
    async def view(self) -> AsyncIterator[View]:
        async with turn(self._views, VIEW_PATIENCE_S):
            connection, driver = self._connect()
            with closing(connection):
                driver.execute("BEGIN")
                try:
                    yield _Held(connection)
                finally:
                    driver.execute("ROLLBACK")

    def version(self) -> int:
        """Adds up this process's own changes and those of other processes, which SQLite counts for the connection."""
        return self._own + int(self._writing.execute("PRAGMA data_version").fetchone()[0])

    async def agreed(self) -> None:
        """Returns at once, because every process sees the version change."""

    async def shrink(self, kept_bytes: int) -> bool:
        """Moves pages for a few milliseconds; files of earlier releases keep their size (no `auto_vacuum`)."""
        [[pages]] = self._reading.execute("PRAGMA freelist_count")
        [[page_bytes]] = self._reading.execute("PRAGMA page_size")
        [[mode]] = self._reading.execute("PRAGMA auto_vacuum")
        if mode != _INCREMENTAL or pages * page_bytes <= kept_bytes:
            return False

        def move(_db: Connection) -> None:
            more = lasting(_SHRINKING)
            for _ in range(pages - kept_bytes // page_bytes):
                # One page, because the driver runs only the first step of this statement.
                self._writing.execute("PRAGMA incremental_vacuum(1)")
                if not more():
                    break

        await self.change(move, keeps_worlds=True)
        [[left]] = self._reading.execute("PRAGMA freelist_count")
        if left * page_bytes <= kept_bytes:
            # The file itself becomes shorter when the log is written back.
            self._checkpoints.begin()
        return bool(left * page_bytes > kept_bytes)

    def close(self) -> None:
        self._checkpoints.close()
        for connection in (self._reader, self._writer, self._checkpointer):
            connection.close()
        self._engine.dispose()

    async def _begin(self, deadline: float) -> None:
        """Begins to write. While another process writes, it tries again, and the loop serves others meanwhile."""
        while True:
            try:
                self._writing.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if asyncio.get_running_loop().time() > deadline:
                    raise DatabaseUnavailableError(str(error)) from error
            else:
                return
            await asyncio.sleep(_RETRY_S)

    def _undo(self) -> None:
        if self._writing.in_transaction:
            self._writing.execute("ROLLBACK")

    def _connect(self) -> tuple[Connection, sqlite3.Connection]:
        connection = self._engine.connect()
        driver = connection.connection.driver_connection
        if not isinstance(driver, sqlite3.Connection):
            raise DBAPIError.instance(None, None, TypeError("not SQLite"), Exception)
        driver.execute("PRAGMA busy_timeout = 5000")
        [[pages]] = driver.execute("PRAGMA page_count")
        if not pages:
            # Only an empty file can be told so, and in another one it would wait for the writer.
            driver.execute("PRAGMA auto_vacuum = INCREMENTAL")
        _turn_to_wal(driver)
        driver.execute("PRAGMA synchronous = NORMAL")
        driver.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        driver.execute("PRAGMA journal_size_limit = 67108864")
        driver.execute("PRAGMA busy_timeout = 0")
        return connection, driver


class _Held:
    """A view: a connection whose transaction sees the same state until it ends."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def ask(self, work: Callable[[Connection], Answer]) -> Answer:
        try:
            return work(self._connection)
        except (sqlite3.DatabaseError, DatabaseError) as error:
            raise _unavailable(error) from error


def _unavailable(error: Exception) -> Exception:
    """What to raise for an error of SQLite: DatabaseUnavailableError if the database failed, or is damaged.

    A constraint that a statement violates, and a statement that is wrong, are errors of its author.
    """
    if isinstance(error, sqlite3.OperationalError | OperationalError):
        return DatabaseUnavailableError(str(error))
    if type(error) in {sqlite3.DatabaseError, DatabaseError}:
        return DatabaseUnavailableError(f"{error.__cause__ or error}; the file is damaged")
    return error


def _turn_to_wal(driver: sqlite3.Connection) -> None:
    """Sets WAL mode. SQLite does not wait by itself when two processes do so for a new file at once."""
    for _ in range(int(_PATIENCE_S / _RETRY_S)):
        try:
            driver.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            Event().wait(_RETRY_S)
        else:
            return
    driver.execute("PRAGMA journal_mode = WAL")
