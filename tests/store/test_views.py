"""A view is one state of the database for as long as it is held, whatever others change; it holds up nobody."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import pytest
from sqlalchemy import Connection

from app.store.database import postgres, protocol, sqlite
from app.store.database.protocol import Database, DatabaseUnavailableError, View
from tests.conftest import on_postgresql, on_sqlite
from tests.databases import Kept
from tests.store.things import COUNT, added, counted, made, run, stored


def count(db: Connection) -> int:
    return int(db.execute(COUNT).scalar_one())


def test_it_stays_as_it_was(database: Database, empty: Kept) -> None:
    """Whatever this process and others have saved since it was opened, every question is answered from then."""

    async def look() -> list[int]:
        found = []
        async with database.view() as view:
            for n in range(3):
                found.append(await view.ask(count))
                await database.change(added(10 + n))
                empty.run("INSERT INTO thing VALUES (:n)", n=20 + n)
        return found

    run(database, made, added(1))

    assert asyncio.run(look()) == [1, 1, 1]
    assert counted(database) == 7


def test_who_opens_one_later_sees_more(database: Database) -> None:
    """Several views are several states, each of its own time, in whichever order they are asked."""

    async def look() -> list[list[int]]:
        async with AsyncExitStack() as stack:
            views: list[View] = []
            for n in range(4):
                views.append(await stack.enter_async_context(database.view()))
                await views[-1].ask(count)
                await database.change(added(n))
            return [[await view.ask(count) for view in reversed(views)] for _ in range(2)]

    run(database, made)

    assert asyncio.run(look()) == [[3, 2, 1, 0]] * 2


def test_nobody_waits_for_it(database: Database) -> None:
    """While it is held, asks and changes are answered, and asks see what was saved last."""

    async def work() -> list[int]:
        async with database.view() as view:
            await view.ask(count)
            async with asyncio.timeout(5):
                found = []
                for n in range(10):
                    await database.change(added(n))
                    found.append(await database.ask(count))
        return found

    run(database, made)

    assert asyncio.run(work()) == list(range(1, 11))


class BrokenError(Exception):
    """What somebody who looks may raise."""


def broken(_db: Connection) -> None:
    raise BrokenError


@pytest.mark.parametrize("error", [BrokenError(), asyncio.CancelledError()], ids=repr)
def test_it_ends_when_something_is_raised(database: Database, error: BaseException) -> None:
    """Whatever is raised comes through, time after time, and views can be opened as before."""

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

    run(database, made, added(1))

    assert asyncio.run(look()) == 1


@pytest.mark.parametrize("crowd", [3, 40])
def test_many_look_at_one_time(database: Database, crowd: int) -> None:
    """As many as want to are each shown one state; where there is no room for all, some wait for others."""

    async def look(n: int) -> bool:
        async with database.view() as view:
            first = await view.ask(count)
            await database.change(added(n))
            await asyncio.sleep(0.01)
            return await view.ask(count) == first

    async def all_of_them() -> list[bool]:
        async with asyncio.timeout(20):
            return await asyncio.gather(*(look(n) for n in range(crowd)))

    run(database, made)

    assert asyncio.run(all_of_them()) == [True] * crowd
    assert counted(database) == crowd


def test_who_waits_too_long_is_told(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where all who may look at one time look for long, the next is refused; others are served meanwhile."""
    monkeypatch.setattr(sqlite, "VIEW_PATIENCE_S", 0.05)
    monkeypatch.setattr(postgres, "VIEW_PATIENCE_S", 0.05)

    async def look() -> int:
        async with AsyncExitStack() as stack:
            for _ in range(protocol.VIEWS):
                await stack.enter_async_context(database.view())
            with pytest.raises(DatabaseUnavailableError):
                await stack.enter_async_context(database.view())
            await database.change(added(1))
            assert await database.ask(count) == 1
        async with database.view() as view:
            return await view.ask(count)

    run(database, made)

    assert asyncio.run(look()) == 1


def test_nobody_writes_by_it_unseen(database: Database, empty: Kept) -> None:
    """What is written in a view is refused or undone: nothing of it is ever there for others."""

    async def write() -> None:
        try:
            async with database.view() as view:
                await view.ask(added(7))
        except DatabaseUnavailableError:
            return

    run(database, made)
    asyncio.run(write())

    assert stored(empty) == []
    run(database, added(8))
    assert stored(empty) == [8]


@on_postgresql
def test_postgresql_lets_it_go_however_it_ends(database: Database, empty: Kept) -> None:
    """After a view there is no transaction left open on the server, nor after one whose connection was cut."""
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

    run(database, made)

    assert asyncio.run(look(cut_off=False)) == (1, 0)
    assert asyncio.run(look(cut_off=True)) == (1, 0)
    assert asyncio.run(look(cut_off=False)) == (1, 0)


@on_sqlite
def test_sqlite_writes_its_log_back_after_it(database: Database) -> None:
    """A view holds the log where it is; once it is closed, all of it can go into the file."""

    def left(db: Connection) -> int:
        """How many pages of the log cannot go into the file yet."""
        _, logged, written = db.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)").one()
        return int(logged - written)

    async def look() -> tuple[int, int]:
        async with database.view() as view:
            await view.ask(count)
            for n in range(50):
                await database.change(added(n))
            during = await database.ask(left, one_statement=True)
        return during, await database.ask(left, one_statement=True)

    run(database, made)
    during, after = asyncio.run(look())

    assert during > 0
    assert after == 0
