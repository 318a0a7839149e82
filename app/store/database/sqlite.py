"""SQLite in a file. Both verbs run on the event loop itself, because every transaction is short."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path
from threading import Event
from typing import Final

from sqlalchemy import Connection, create_engine
from sqlalchemy.engine import URL
from sqlalchemy.exc import DatabaseError

from ...domain.clock import MILLISECOND
from ...wall_clock import lasting
from .checkpoints import Checkpoints
from .file_users import FileUsers
from .file_watch import FileWatch, check_folder
from .protocol import (
    VIEW_PATIENCE_S,
    VIEWS,
    Answer,
    DatabaseDamagedError,
    DatabaseInUseError,
    DatabaseUnavailableError,
    OutcomeUnknownError,
    View,
    turn,
)
from .sqlite_failures import is_busy, unavailable

_PATIENCE_S: Final = 5.0
_RETRY_S: Final = 0.001
_STARTING_S: Final = 0.05
"""How long others may take that are just starting, before the next try to be alone."""
_LOOK_EVERY_S: Final = 1.0
_OURS: Final = "meta"
_SHRINKING: Final = 2 * MILLISECOND
_INCREMENTAL: Final = 2
"""SQLite's number of the mode in which unused pages are given back when it is asked for."""
_CACHE_KIB: Final = 8192
"""The pages that a connection keeps. Twice as much takes 9 MiB more and makes no list of a million sessions faster."""


class Sqlite:
    """SQLite in a file, in WAL mode. The writers of a process queue on a lock, never inside SQLite's busy handler."""

    def __init__(self, url: URL, file: Path) -> None:
        self._engine = create_engine(url, isolation_level="AUTOCOMMIT", connect_args={"check_same_thread": False})
        self._turn = asyncio.Lock()
        self._views = asyncio.Semaphore(VIEWS)
        self._own = 0
        self._failure: DatabaseUnavailableError | None = None
        self._file = file.resolve()
        self._users = FileUsers(self._file)
        if not file.exists() or not file.stat().st_size:
            self._refuse_remains(file)
        try:
            self._open()
        except DatabaseUnavailableError as error:
            raise type(error)(f"cannot open {file}: {error}", reason=error.reason) from error

    async def ask(self, work: Callable[[Connection], Answer], *, one_statement: bool = False) -> Answer:
        if not self._watch.is_there:
            self._look()
        try:
            if one_statement:
                return work(self._reader)
            self._reading.execute("BEGIN")
            try:
                return work(self._reader)
            finally:
                self._reading.execute("COMMIT")
        except (sqlite3.DatabaseError, DatabaseError) as error:
            raise self._failed(error, self._reading) from error

    async def change(self, work: Callable[[Connection], Answer], *, keeps_worlds: bool = False) -> Answer:
        deadline = asyncio.get_running_loop().time() + _PATIENCE_S
        async with turn(self._turn, _PATIENCE_S):
            try:
                await self._begin(deadline)
                self._look()
                answer = work(self._writer)
                self._writing.execute("COMMIT")
            except (sqlite3.DatabaseError, DatabaseError) as error:
                raise self._failed(error, self._writing) from error
            except BaseException:
                _undo(self._writing)
                raise
            if not self._watch.look():
                raise OutcomeUnknownError(_moved(self._file))
            self._failure = None
            if not keeps_worlds:
                self._own += 1
            self._checkpoints.wrote(self._writing.total_changes)
            return answer

    async def change_alone(self, work: Callable[[Connection], Answer]) -> Answer:
        deadline = asyncio.get_running_loop().time() + _PATIENCE_S
        self._disconnect()
        while True:
            try:
                with self._users.alone():
                    self._open()
                    return await self.change(work)
            except DatabaseInUseError:
                if asyncio.get_running_loop().time() > deadline:
                    self._open()
                    raise
            await asyncio.sleep(_STARTING_S)

    @asynccontextmanager
    async def view(self) -> AsyncIterator[View]:
        async with turn(self._views, VIEW_PATIENCE_S):
            self._look()
            connection, driver = self._connect()
            with closing(connection):
                # A connection that was opened just now has the file that the path named then.
                self._look()
                driver.execute("BEGIN")
                try:
                    yield _Held(connection, self._file.name)
                finally:
                    _undo(driver)

    def version(self) -> int:
        """Adds up this process's own changes and those of other processes, which SQLite counts for the connection."""
        try:
            return self._own + int(self._writing.execute("PRAGMA data_version").fetchone()[0])
        except sqlite3.DatabaseError as error:
            raise self._failed(error, self._writing) from error

    async def agreed(self) -> None:
        """Returns at once, because every process sees the version change."""

    async def others(self) -> str:
        return self._users.users()

    def is_alone(self) -> bool:
        return self._users.are_alone()

    def join(self, address: str) -> None:
        self._users.join(address)

    async def check(self, rewrite: Callable[[Connection], object]) -> None:
        self._look()
        check_folder(self._file)
        if isinstance(self._failure, DatabaseDamagedError):
            raise DatabaseDamagedError(str(self._failure), retry_after_s=None)
        if self._failure is not None:
            await self.change(rewrite, keeps_worlds=True)

    async def watch(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            self._watch.look()

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
        self._disconnect()
        self._users.leave()

    def _refuse_remains(self, file: Path) -> None:
        """Refuses to make a file whose name has a user, or a log, which SQLite would delete."""
        if users := self._users.users():
            raise DatabaseInUseError(f"{file} is missing or empty, but {users} uses it")
        log = Path(f"{self._file}-wal")
        if log.exists() and log.stat().st_size:
            raise DatabaseUnavailableError(
                f"{file} is missing or empty, but the log of its latest changes is there, {log.name}; put the file "
                "back, or give --fresh, which renames the log"
            )

    def _open(self) -> None:
        self._reader, self._reading = self._connect()
        self._writer, self._writing = self._connect()
        self._writing.execute("PRAGMA wal_autocheckpoint = 0")
        self._checkpointer, log = self._connect()
        self._checkpoints = Checkpoints(log, self._turn)
        self._watch = FileWatch(self._file)

    def _disconnect(self) -> None:
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
                if not is_busy(error) or asyncio.get_running_loop().time() > deadline:
                    raise
            else:
                return
            await asyncio.sleep(_RETRY_S)

    def _look(self) -> None:
        """Raises DatabaseUnavailableError if the path does not name the open file."""
        if not self._watch.look():
            raise DatabaseUnavailableError(_moved(self._file), retry_after_s=None)

    def _failed(self, error: Exception, driver: sqlite3.Connection) -> Exception:
        """Ends the transaction that failed; returns what to raise."""
        _undo(driver)
        failure = unavailable(error, self._file.name)
        if isinstance(failure, DatabaseUnavailableError):
            self._failure = failure
        return failure

    def _connect(self) -> tuple[Connection, sqlite3.Connection]:
        try:
            connection = self._engine.connect()
            driver = connection.connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)  # noqa: S101 - for types; the URL is one of SQLite
            driver.execute("PRAGMA busy_timeout = 5000")
            if not _is_foreign(driver):
                if not driver.execute("PRAGMA page_count").fetchone()[0]:
                    # Only an empty file can be told so, and in another one it would wait for the writer.
                    driver.execute("PRAGMA auto_vacuum = INCREMENTAL")
                _turn_to_wal(driver)
            driver.execute("PRAGMA synchronous = NORMAL")
            driver.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
            driver.execute("PRAGMA journal_size_limit = 67108864")
            driver.execute("PRAGMA busy_timeout = 0")
            # The files beside a new file exist once it has been read.
            driver.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        except (sqlite3.DatabaseError, DatabaseError) as error:
            raise unavailable(error, self._file.name) from error
        return connection, driver


class _Held:
    """A view: a connection whose transaction sees the same state until it ends."""

    def __init__(self, connection: Connection, name: str) -> None:
        self._connection = connection
        self._name = name

    async def ask(self, work: Callable[[Connection], Answer]) -> Answer:
        try:
            return work(self._connection)
        except (sqlite3.DatabaseError, DatabaseError) as error:
            raise unavailable(error, self._name) from error


def _undo(driver: sqlite3.Connection) -> None:
    """Ends a transaction, unless SQLite has ended it already. What SQLite says of a failed file is known by then."""
    if driver.in_transaction:
        with suppress(sqlite3.Error):
            driver.execute("ROLLBACK")


def _moved(file: Path) -> str:
    return f"its file {file.name} was moved, deleted, emptied or replaced; put it back, or restart Wattif"


def _is_foreign(driver: sqlite3.Connection) -> bool:
    """Whether the file has tables, but not the one that every release has; it is then opened, but never changed."""
    names = [name for (name,) in driver.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    return bool(names) and _OURS not in names


def _turn_to_wal(driver: sqlite3.Connection) -> None:
    """Sets WAL mode. SQLite does not wait by itself when two processes do so for a new file at once."""
    for _ in range(int(_PATIENCE_S / _RETRY_S)):
        try:
            driver.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if not is_busy(error):
                raise
            Event().wait(_RETRY_S)
        else:
            return
    driver.execute("PRAGMA journal_mode = WAL")
