"""PostgreSQL, for a shared deployment. Both verbs run in worker threads, on a pool of connections."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager, contextmanager
from functools import partial
from threading import Timer
from typing import Any, Final, ParamSpec

import psycopg
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.engine import URL

from .hung_connections import HUNG_AFTER, HungConnections
from .postgres_failures import ERRORS, is_failure, unavailable
from .protocol import (
    VIEW_PATIENCE_S,
    VIEWS,
    Answer,
    DatabaseInUseError,
    DatabaseUnavailableError,
    OutcomeUnknownError,
    View,
    turn,
)

Parameters = ParamSpec("Parameters")

_READERS: Final = 4
_WRITERS: Final = 8
"""Threads, and so connections, of a process. Writers that wait for a world's row do not hold up readers."""
_PATIENCE_S: Final = 5.0
_STARTING_S: Final = 0.05
_CLOSING_S: Final = 2.0
"""How long `close` waits for work that has begun."""
_LOOK_EVERY_S: Final = 1.0
_LEASE_S: Final = 0.01
"""How long a process relies on what it has read of a world, and so how long `agreed` waits."""
_ENDING_S: Final = (0.05, 0.1, 0.2)
"""How long connections of servers are looked at again before they are taken for those of servers that run."""
_CONNECTING: Final = {
    "connect_timeout": 5,
    "tcp_user_timeout": 5000,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "options": "-c lock_timeout=5s -c statement_timeout=30s -c idle_in_transaction_session_timeout=60s",
}
"""A statement that hangs, a transaction that a hung process has left, and a connection to a machine that is gone end by
themselves."""
_READ: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_WRITE: Final = "BEGIN ISOLATION LEVEL READ COMMITTED"
_STARTING: Final = "wattif"
_SERVING: Final = "wattif serves "
"""The name of a connection; the address of the server follows, and PostgreSQL cuts what is longer than 63 bytes."""
_OTHERS: Final = text(
    "SELECT pid, coalesce(client_addr::text, 'this machine'), to_char(backend_start, 'YYYY-MM-DD HH24:MI:SS')"
    " FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'wattif%'"
    " AND pid <> pg_backend_pid()"
)
"""The connections of servers, those of earlier releases and those that start included."""
_SERVERS: Final = text(
    "SELECT substr(application_name, 15), coalesce(client_addr::text, 'this machine'),"
    " to_char(min(backend_start), 'YYYY-MM-DD HH24:MI:SS')"
    " FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'wattif serves %'"
    " AND pid <> pg_backend_pid() GROUP BY 1, 2 ORDER BY 3, 1"
)
"""The servers that serve, each with all of its connections."""
_READ_ONLY: Final = text("SELECT pg_is_in_recovery() OR current_setting('default_transaction_read_only') = 'on'")


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
        self._name = _STARTING
        event.listen(self._engine, "do_connect", self._give_name)
        self._readers = ThreadPoolExecutor(_READERS, "wattif-ask")
        self._writers = ThreadPoolExecutor(_WRITERS, "wattif-change")
        self._views = asyncio.Semaphore(VIEWS)
        self._password = url.password or ""
        self._has_failed = False
        self._hung = HungConnections()

    async def ask(self, work: Callable[[Connection], Answer], *, one_statement: bool = False) -> Answer:
        return await _in_time(self._readers.submit(_again_if_lost, self._run, work, None if one_statement else _READ))

    async def change(self, work: Callable[[Connection], Answer], *, keeps_worlds: bool = False) -> Answer:  # noqa: ARG002 - the version here follows the time
        try:
            answer = await _in_time(self._writers.submit(self._run, work, _WRITE))
        except (DatabaseUnavailableError, OutcomeUnknownError):
            self._has_failed = True
            raise
        self._has_failed = False
        return answer

    async def change_alone(self, work: Callable[[Connection], Answer]) -> Answer:
        clock = asyncio.get_running_loop().time
        deadline = clock() + _PATIENCE_S
        while True:
            # The connections that this process keeps would be in the way of another one that is starting.
            self._engine.dispose()
            try:
                return await self.change(partial(_alone, work))
            except DatabaseInUseError:
                if clock() > deadline:
                    raise
            await asyncio.sleep(_STARTING_S)

    @asynccontextmanager
    async def view(self) -> AsyncIterator[View]:
        async with turn(self._views, VIEW_PATIENCE_S):
            held, db = await _in_time(self._readers.submit(_again_if_lost, self._hold))
            try:
                yield _Held(self._readers, db, self._hung)
            finally:
                await asyncio.wrap_future(self._readers.submit(held.close))

    def version(self) -> int:
        """Returns a new number every hundredth of a second, because other processes do not announce their changes."""
        return int(asyncio.get_running_loop().time() / _LEASE_S)

    async def agreed(self) -> None:
        await asyncio.sleep(_LEASE_S)

    async def others(self) -> str:
        # PostgreSQL still shows the connections of a server that has just ended.
        for patience_s in (*_ENDING_S, 0.0):
            servers = await self.ask(lambda db: list(db.execute(_SERVERS)))
            if not servers:
                break
            await asyncio.sleep(patience_s)
        return " and ".join(f"Wattif on {address} (from {host} since {at})" for address, host, at in servers[:3])

    def is_alone(self) -> bool:
        return False

    def join(self, address: str) -> None:
        """Gives its connections a name, by which others know them; those that are open under another are closed."""
        self._name = f"{_SERVING}{address or 'no address'}"
        self._engine.dispose()

    async def check(self, rewrite: Callable[[Connection], object]) -> None:
        if self._has_failed:
            await self.change(rewrite)
        elif await self.ask(lambda db: db.execute(_READ_ONLY).scalar()):
            raise DatabaseUnavailableError("PostgreSQL is read-only", retry_after_s=None)

    async def watch(self) -> None:
        """Ends connections whose work hangs. A request notices itself that PostgreSQL is gone, and that it is back."""
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            self._hung.end(HUNG_AFTER)

    async def shrink(self, kept_bytes: int) -> bool:  # noqa: ARG002 - PostgreSQL's autovacuum does it
        return False

    def close(self) -> None:
        patience = Timer(_CLOSING_S, self._hung.end_all)
        patience.start()
        for threads in (self._readers, self._writers):
            threads.shutdown(cancel_futures=True)
        patience.cancel()
        self._engine.dispose()

    def _give_name(self, _dialect: object, _record: object, _args: object, parameters: dict[str, Any]) -> None:
        """Called by SQLAlchemy before it opens a connection."""
        parameters["application_name"] = self._name

    def _hold(self) -> tuple[ExitStack, Connection]:
        """Begins a view; returns what ends it, and its connection."""
        with ExitStack() as held:
            db, driver = held.enter_context(self._connected())
            with self._hung.timed(driver):
                driver.execute(_READ)
            held.callback(_end, driver)
            return held.pop_all(), db

    def _run(self, work: Callable[[Connection], Answer], begin: str | None) -> Answer:
        with self._connected() as (db, driver), self._hung.timed(driver):
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
        except psycopg.Error as error:
            if driver.closed and begin is _WRITE:
                raise OutcomeUnknownError(str(error)) from error
            raise

    @contextmanager
    def _connected(self) -> Iterator[tuple[Connection, Any]]:
        lost = False
        try:
            with self._engine.connect() as db:
                driver: Any = db.connection.driver_connection
                is_read_only = False
                try:
                    yield db, driver
                except ERRORS as error:
                    # A connection stays in the mode that it began with, also when the database may be changed again.
                    is_read_only = isinstance(getattr(error, "orig", error), psycopg.errors.ReadOnlySqlTransaction)
                    raise
                finally:
                    lost = driver.closed
                    if lost or is_read_only:
                        db.invalidate()
                        self._engine.dispose()
        except ERRORS as error:
            if not is_failure(error):
                raise
            raise unavailable(error, password=self._password, lost=lost) from error


class _Held:
    """A view: a connection whose transaction sees the same state until it ends."""

    def __init__(self, threads: ThreadPoolExecutor, db: Connection, hung: HungConnections) -> None:
        self._threads = threads
        self._db = db
        self._hung = hung

    async def ask(self, work: Callable[[Connection], Answer]) -> Answer:
        try:
            return await _in_time(self._threads.submit(self._timed, work))
        except ERRORS as error:
            if not is_failure(error):
                raise
            raise unavailable(error, password="") from error

    def _timed(self, work: Callable[[Connection], Answer]) -> Answer:
        with self._hung.timed(self._db.connection.driver_connection):
            return work(self._db)


def _end(driver: Any) -> None:  # noqa: ANN401 - psycopg's connection, of any type of row
    """Ends a transaction that only read; the connection may be gone."""
    if not driver.closed:
        driver.execute("ROLLBACK")


def _again_if_lost(read: Callable[Parameters, Answer], *args: Parameters.args, **kwargs: Parameters.kwargs) -> Answer:
    """Reads, and reads again if the connection was lost: it may date from before a restart of the database."""
    try:
        return read(*args, **kwargs)
    except DatabaseUnavailableError as error:
        if not error.lost:
            raise
        return read(*args, **kwargs)


def _alone(work: Callable[[Connection], Answer], db: Connection) -> Answer:
    """Runs the work if no server has a connection. Raises DatabaseInUseError, which names their processes."""
    others = [f"process {pid} from {host} since {at}" for pid, host, at in db.execute(_OTHERS)]
    if others:
        raise DatabaseInUseError(f"the database is used by another server: {', '.join(others[:3])}")
    return work(db)


async def _in_time(future: Future[Answer]) -> Answer:
    """Returns the result, or raises DatabaseUnavailableError if no thread begins the work in time."""
    try:
        async with asyncio.timeout(_PATIENCE_S):
            return await asyncio.wrap_future(future)
    except TimeoutError:
        if future.cancelled():
            raise DatabaseUnavailableError("other requests took too long") from None
        return await asyncio.wrap_future(future)
