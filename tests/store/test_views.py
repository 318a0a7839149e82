"""A view shows one state of the database while others change it, and holds up no other call."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import pytest
from sqlalchemy import Connection

from app.store.database import postgres, protocol, sqlite
from app.store.database.protocol import Database, DatabaseUnavailableError, View
from tests.conftest import on_postgresql, on_sqlite
from tests.databases import Kept
from tests.store.table_of_things import COUNT, create_table, insert, row_count, run, stored


def count(db: Connection) -> int:
    return int(db.execute(COUNT).scalar_one())


def test_a_view_shows_the_state_at_its_opening(database: Database, empty: Kept) -> None:
    """A view does not see what this process and others save after it was opened."""

    async def look() -> list[int]:
        found = []
        async with database.view() as view:
            for n in range(3):
                found.append(await view.ask(count))
                await database.change(insert(10 + n))
                empty.run("INSERT INTO thing VALUES (:n)", n=20 + n)
        return found

    run(database, create_table, insert(1))

    assert asyncio.run(look()) == [1, 1, 1]
    assert row_count(database) == 7


def test_a_view_that_is_opened_later_shows_more(database: Database) -> None:
    """Each of several views shows the state at its own opening, in any order of asking."""

    async def look() -> list[list[int]]:
        async with AsyncExitStack() as stack:
            views: list[View] = []
            for n in range(4):
                views.append(await stack.enter_async_context(database.view()))
                await views[-1].ask(count)
                await database.change(insert(n))
            return [[await view.ask(count) for view in reversed(views)] for _ in range(2)]

    run(database, create_table)

    assert asyncio.run(look()) == [[3, 2, 1, 0]] * 2


def test_no_call_waits_for_a_view(database: Database) -> None:
    """While a view is held, changes are made, and asks see what was saved last."""

    async def work() -> list[int]:
        async with database.view() as view:
            await view.ask(count)
            async with asyncio.timeout(5):
                found = []
                for n in range(10):
                    await database.change(insert(n))
                    found.append(await database.ask(count))
        return found

    run(database, create_table)

    assert asyncio.run(work()) == list(range(1, 11))


class BrokenError(Exception):
    """Raised by work in a view."""


def broken(_db: Connection) -> None:
    raise BrokenError


@pytest.mark.parametrize("error", [BrokenError(), asyncio.CancelledError()], ids=repr)
def test_a_view_ends_when_an_exception_is_raised(database: Database, error: BaseException) -> None:
    """The exception is passed on each time, and views can be opened as before."""

    async def fail() -> None:
        async with database.view() as view:
            with pytest.raises(BrokenError):
                await view.ask(broken)
            assert await view.ask(count) == 1
            raise error

    async def look() -> int:
        for _ in range(12):
            with pytest.raises(type(error)):
                await fail()
        async with database.view() as view:
            return await view.ask(count)

    run(database, create_table, insert(1))

    assert asyncio.run(look()) == 1


@pytest.mark.parametrize("crowd", [3, 40])
def test_many_views_are_asked_for_at_the_same_time(database: Database, crowd: int) -> None:
    """Each view shows one state; if there are too many at the same time, some wait for others."""

    async def look(n: int) -> bool:
        async with database.view() as view:
            first = await view.ask(count)
            await database.change(insert(n))
            await asyncio.sleep(0.01)
            return await view.ask(count) == first

    async def all_of_them() -> list[bool]:
        async with asyncio.timeout(20):
            return await asyncio.gather(*(look(n) for n in range(crowd)))

    run(database, create_table)

    assert asyncio.run(all_of_them()) == [True] * crowd
    assert row_count(database) == crowd


def test_waiting_for_a_view_has_a_limit(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """When all views are held for a long time, the next one is refused, and asks and changes are still served."""
    monkeypatch.setattr(sqlite, "VIEW_PATIENCE_S", 0.05)
    monkeypatch.setattr(postgres, "VIEW_PATIENCE_S", 0.05)

    async def look() -> int:
        async with AsyncExitStack() as stack:
            for _ in range(protocol.VIEWS):
                await stack.enter_async_context(database.view())
            with pytest.raises(DatabaseUnavailableError):
                await stack.enter_async_context(database.view())
            await database.change(insert(1))
            assert await database.ask(count) == 1
        async with database.view() as view:
            return await view.ask(count)

    run(database, create_table)

    assert asyncio.run(look()) == 1


def test_a_view_cannot_write(database: Database, empty: Kept) -> None:
    """A write in a view is refused or undone; other connections never see it."""

    async def write() -> None:
        try:
            async with database.view() as view:
                await view.ask(insert(7))
        except DatabaseUnavailableError:
            return

    run(database, create_table)
    asyncio.run(write())

    assert stored(empty) == []
    run(database, insert(8))
    assert stored(empty) == [8]


@on_postgresql
def test_postgresql_ends_the_transaction_of_a_view(database: Database, empty: Kept) -> None:
    """After a view no transaction is left open on the server, even if the connection was cut."""
    idle = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'"
    cut = (
        "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity"
        " WHERE datname = current_database() AND state LIKE 'idle in%'"
    )

    async def look(*, cut_off: bool) -> tuple[Any, Any]:
        async with database.view() as view:
            await view.ask(count)
            during = empty.rows(cut if cut_off else idle)[0][0]
            if cut_off:
                with pytest.raises(DatabaseUnavailableError):
                    await view.ask(count)
        return during, empty.rows(idle)[0][0]

    run(database, create_table)

    assert asyncio.run(look(cut_off=False)) == (1, 0)
    assert asyncio.run(look(cut_off=True)) == (1, 0)
    assert asyncio.run(look(cut_off=False)) == (1, 0)


@on_sqlite
def test_sqlite_writes_its_log_back_after_a_view(database: Database) -> None:
    """A view keeps pages in the log; once it is closed, all of them can be written back into the file."""

    def left(db: Connection) -> int:
        """The number of pages of the log that cannot be written into the file yet."""
        _, logged, written = db.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)").one()
        return int(logged - written)

    async def look() -> tuple[int, int]:
        async with database.view() as view:
            await view.ask(count)
            for n in range(50):
                await database.change(insert(n))
            during = await database.ask(left, one_statement=True)
        return during, await database.ask(left, one_statement=True)

    run(database, create_table)
    during, after = asyncio.run(look())

    assert during > 0
    assert after == 0
