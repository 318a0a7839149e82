"""PostgreSQL, for a shared deployment. Both verbs run in worker threads, on a pool of connections."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager, contextmanager
from typing import Any, Final

import psycopg
from sqlalchemy import Connection, create_engine
from sqlalchemy.engine import URL
from sqlalchemy.exc import InternalError, OperationalError

from .protocol import VIEW_PATIENCE_S, VIEWS, Answer, DatabaseUnavailableError, OutcomeUnknownError, View, turn

_READERS: Final = 4
_WRITERS: Final = 8
"""Threads, and so connections, of a process. Writers that wait for a world's row do not hold up readers."""
_PATIENCE_S: Final = 5.0
_LEASE_S: Final = 0.01
"""How long a process relies on what it has read of a world, and so how long `agreed` waits."""
_CONNECTING: Final = {
    "application_name": "wattif",
    "connect_timeout": 5,
    "tcp_user_timeout": 5000,
    "options": "-c lock_timeout=5s",
}
_READ: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_WRITE: Final = "BEGIN ISOLATION LEVEL READ COMMITTED"
_REFUSALS: Final = (psycopg.OperationalError, psycopg.InternalError, OperationalError, InternalError)
"""A read-only standby refuses with an internal error."""


class Postgres:
    """A PostgreSQL database. Connections are opened when needed, and again after the database was unreachable."""

    def __init__(self, url: URL) -> None:
        self._engine = create_engine(
            url,
            isolation_level="AUTOCOMMIT",
            pool_size=_READERS + _WRITERS + VIEWS,
            max_overflow=0,
            pool_reset_on_return=None,
            use_native_hstore=False,
            connect_args=_CONNECTING,
        )
        self._readers = ThreadPoolExecutor(_READERS, "wattif-ask")
        self._writers = ThreadPoolExecutor(_WRITERS, "wattif-change")
        self._views = asyncio.Semaphore(VIEWS)

    async def ask(self, work: Callable[[Connection], Answer], *, one_statement: bool = False) -> Answer:
        return await _in_time(self._readers.submit(self._look, work, None if one_statement else _READ))

    async def change(self, work: Callable[[Connection], Answer], *, keeps_worlds: bool = False) -> Answer:  # noqa: ARG002 - the version here follows the time
        return await _in_time(self._writers.submit(self._run, work, _WRITE))

    @asynccontextmanager
    async def view(self) -> AsyncIterator[View]:
        async with turn(self._views, VIEW_PATIENCE_S):
            held = ExitStack()
            try:
                db, driver = await _in_time(self._readers.submit(held.enter_context, self._connected()))
                await _in_time(self._readers.submit(driver.execute, _READ))
                held.callback(_end, driver)
                yield _Held(self._readers, db)
            finally:
                await asyncio.wrap_future(self._readers.submit(held.close))

    def version(self) -> int:
        """Returns a new number every hundredth of a second, because other processes do not announce their changes."""
        return int(asyncio.get_running_loop().time() / _LEASE_S)

    async def agreed(self) -> None:
        await asyncio.sleep(_LEASE_S)

    async def shrink(self, kept_bytes: int) -> bool:  # noqa: ARG002 - PostgreSQL's autovacuum does it
        return False

    def close(self) -> None:
        for threads in (self._readers, self._writers):
            threads.shutdown(cancel_futures=True)
        self._engine.dispose()

    def _look(self, work: Callable[[Connection], Answer], begin: str | None) -> Answer:
        """Reads, and reads again if the connection was lost: it may date from before a restart of the database."""
        try:
            return self._run(work, begin)
        except DatabaseUnavailableError as error:
            if not error.lost:
                raise
            return self._run(work, begin)

    def _run(self, work: Callable[[Connection], Answer], begin: str | None) -> Answer:
        with self._connected() as (db, driver):
            if begin is None:
                return work(db)
            driver.execute(begin)
            try:
                answer = work(db)
            except BaseException:
                if not driver.closed:
                    driver.execute("ROLLBACK")
                raise
            self._commit(driver, begin)
            return answer

    def _commit(self, driver: Any, begin: str) -> None:  # noqa: ANN401 - psycopg's connection, of any type of row
        try:
            driver.execute("COMMIT")
        except _REFUSALS as error:
            if driver.closed and begin is _WRITE:
                raise OutcomeUnknownError(str(error)) from error
            raise

    @contextmanager
    def _connected(self) -> Iterator[tuple[Connection, Any]]:
        lost = False
        try:
            with self._engine.connect() as db:
                driver: Any = db.connection.driver_connection
                try:
                    yield db, driver
                finally:
                    lost = driver.closed
                    if lost:
                        db.invalidate()
                        self._engine.dispose()
        except _REFUSALS as error:
            raise DatabaseUnavailableError(_in_one_line(error), lost=lost) from error


class _Held:
    """A view: a connection whose transaction sees the same state until it ends."""

    def __init__(self, threads: ThreadPoolExecutor, db: Connection) -> None:
        self._threads = threads
        self._db = db

    async def ask(self, work: Callable[[Connection], Answer]) -> Answer:
        try:
            return await _in_time(self._threads.submit(work, self._db))
        except _REFUSALS as error:
            raise DatabaseUnavailableError(_in_one_line(error)) from error


def _end(driver: Any) -> None:  # noqa: ANN401 - psycopg's connection, of any type of row
    """Ends a transaction that only read; the connection may be gone."""
    if not driver.closed:
        driver.execute("ROLLBACK")


def _in_one_line(error: Exception) -> str:
    """PostgreSQL's message, without the words that SQLAlchemy adds to it."""
    return " ".join(str(getattr(error, "orig", None) or error).split())


async def _in_time(future: Future[Answer]) -> Answer:
    """Returns the result, or raises DatabaseUnavailableError if no thread begins the work in time."""
    try:
        async with asyncio.timeout(_PATIENCE_S):
            return await asyncio.wrap_future(future)
    except TimeoutError:
        if future.cancelled():
            raise DatabaseUnavailableError("other requests took too long") from None
        return await asyncio.wrap_future(future)
