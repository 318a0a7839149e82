"""The database itself: the two verbs, and SQLite, on which both run inline, since both are short."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from pathlib import Path
from threading import Event
from typing import Final, Protocol, TypeAlias, TypeVar

from sqlalchemy import Connection, create_engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from .checkpoints import Checkpoints

Answer = TypeVar("Answer")
Transaction: TypeAlias = Connection

_PATIENCE_S: Final = 5.0
_RETRY_S: Final = 0.001
VIEWS: Final = 4
"""Views that are held at one time; each has a connection of its own."""
VIEW_PATIENCE_S: Final = 30.0


class DatabaseUnavailableError(Exception):
    """The database did not take the transaction; nothing of it was saved, and it may be tried again.

    `lost` says that the connection is gone, perhaps no more than that.
    """

    def __init__(self, message: str, *, lost: bool = False) -> None:
        super().__init__(message)
        self.lost = lost


class OutcomeUnknownError(Exception):
    """The database went away while it was to commit: nobody can say whether it did."""


class UnsupportedDatabaseError(Exception):
    """The URL names no database that Wattif runs on."""


class View(Protocol):
    """One state of the database, for as long as it is held."""

    async def ask(self, work: Callable[[Connection], Answer]) -> Answer:
        """Read a little; others go on between any two questions."""


class Database(Protocol):
    """What keeps the worlds: `ask` and `change` each run `work` in one transaction of its own."""

    async def ask(self, work: Callable[[Connection], Answer], *, single: bool = False) -> Answer:
        """Read; `work` sees one state of the database throughout. A `single` statement does so by itself."""

    async def change(self, work: Callable[[Connection], Answer], *, quiet: bool = False) -> Answer:
        """Write; committed when `work` returns, undone when it raises. A `quiet` change need not change the version."""

    def view(self) -> AbstractAsyncContextManager[View]:
        """Hold one state of the database, to read much of it little by little while others change it.

        Whoever waits too long for others' views is told DatabaseUnavailableError.
        """

    def version(self) -> int:
        """A number: what was read under one need not be true under another.

        It changes with every change but the quiet ones, or sooner.
        """

    async def agreed(self) -> None:
        """Waits, after a change, until whatever anybody has read before it was read under another version."""

    def close(self) -> None:
        """Let go of the database."""


@asynccontextmanager
async def turn(turns: asyncio.Lock | asyncio.Semaphore, patience_s: float) -> AsyncIterator[None]:
    """One of a few turns, when others leave one. Raises DatabaseUnavailableError."""
    try:
        async with asyncio.timeout(patience_s):
            await turns.acquire()
    except TimeoutError:
        raise DatabaseUnavailableError("others took too long") from None
    try:
        yield
    finally:
        turns.release()


def open_database(url: str) -> Database:
    """The database at a SQLAlchemy URL. UnsupportedDatabaseError says what is wrong with it."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        message = f"{url!r} is not a database URL such as sqlite:///wattif.db"
        raise UnsupportedDatabaseError(message) from error
    if parsed.drivername in {"postgres", "postgresql", "postgresql+psycopg"}:
        return _postgres(parsed.set(drivername="postgresql+psycopg"))
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        message = (
            "Wattif runs on SQLite in a file, such as sqlite:///wattif.db, or on postgresql+psycopg://…, "
            f"not on {parsed.render_as_string()!r}"
        )
        raise UnsupportedDatabaseError(message)
    return Sqlite(parsed)


def _postgres(url: URL) -> Database:
    try:
        from .postgres import Postgres  # noqa: PLC0415 - an extra, which a server on SQLite does without
    except ImportError as error:
        message = f"PostgreSQL needs the extra `postgres`, which brings psycopg: {error}"
        raise UnsupportedDatabaseError(message) from error
    return Postgres(url)


def set_aside(file: Path) -> Path:
    """Renames a SQLite file, and what SQLite keeps beside it, to `*.old`; where it is now."""
    for suffix in ("-wal", "-shm", ""):
        part = file.with_name(file.name + suffix)
        old = file.with_name(f"{file.name}.old{suffix}")
        old.unlink(missing_ok=True)
        if part.exists():
            part.rename(old)
    return file.with_name(f"{file.name}.old")


class Sqlite:
    """SQLite in a file, in WAL mode: writers of this process queue on a lock, never inside SQLite's busy handler."""

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

    async def ask(self, work: Callable[[Connection], Answer], *, single: bool = False) -> Answer:
        try:
            if single:
                return work(self._reader)
            self._reading.execute("BEGIN")
            try:
                return work(self._reader)
            finally:
                self._reading.execute("COMMIT")
        except (sqlite3.OperationalError, OperationalError) as error:
            raise DatabaseUnavailableError(str(error)) from error

    async def change(self, work: Callable[[Connection], Answer], *, quiet: bool = False) -> Answer:
        deadline = asyncio.get_running_loop().time() + _PATIENCE_S
        async with turn(self._turn, _PATIENCE_S):
            await self._begin(deadline)
            try:
                answer = work(self._writer)
                self._writing.execute("COMMIT")
            except (sqlite3.OperationalError, OperationalError) as error:
                self._undo()
                raise DatabaseUnavailableError(str(error)) from error
            except BaseException:
                self._undo()
                raise
            if not quiet:
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
        """What the writer's connection is told counts what other processes have changed."""
        return self._own + int(self._writing.execute("PRAGMA data_version").fetchone()[0])

    async def agreed(self) -> None:
        """At once, since every process sees the version change."""

    def close(self) -> None:
        self._checkpoints.close()
        for connection in (self._reader, self._writer, self._checkpointer):
            connection.close()
        self._engine.dispose()

    async def _begin(self, deadline: float) -> None:
        """Another process may be writing: ask again from the loop, so that everybody else is served meanwhile."""
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
        _turn_to_wal(driver)
        driver.execute("PRAGMA synchronous = NORMAL")
        driver.execute("PRAGMA cache_size = -16384")
        driver.execute("PRAGMA journal_size_limit = 67108864")
        driver.execute("PRAGMA busy_timeout = 0")
        return connection, driver


class _Held:
    """A connection whose transaction sees the same state until it ends."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def ask(self, work: Callable[[Connection], Answer]) -> Answer:
        try:
            return work(self._connection)
        except (sqlite3.OperationalError, OperationalError) as error:
            raise DatabaseUnavailableError(str(error)) from error


def _turn_to_wal(driver: sqlite3.Connection) -> None:
    """Two that open a new file at once are in each other's way here, and SQLite does not wait by itself."""
    for _ in range(int(_PATIENCE_S / _RETRY_S)):
        try:
            driver.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            Event().wait(_RETRY_S)
        else:
            return
    driver.execute("PRAGMA journal_mode = WAL")
