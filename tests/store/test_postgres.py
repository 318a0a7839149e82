"""Promises about PostgreSQL alone: an ask cannot write, and waiting for a world or a thread has a limit."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Barrier, Event
from time import sleep

import pytest
from sqlalchemy import Connection, text

from app.store import worlds
from app.store.database import postgres
from app.store.database.protocol import Database, DatabaseUnavailableError
from app.store.database.url import open_database
from app.store.world import World
from tests.conftest import Sandbox, on_postgresql
from tests.databases import Kept
from tests.store.table_of_things import create_table, insert, row_count, run, stored

pytestmark = on_postgresql

LOCK = text("SELECT n FROM world WHERE name = 'default' AND state = 'open' FOR UPDATE")


def test_an_ask_cannot_write(database: Database, empty: Kept) -> None:
    """PostgreSQL itself refuses to write in an ask, and the next ask and change are not disturbed."""
    run(database, create_table)
    with pytest.raises(DatabaseUnavailableError, match="read-only transaction"):
        asyncio.run(database.ask(insert(1)))
    run(database, insert(2))

    assert row_count(database) == 1
    assert stored(empty) == [2]


def test_a_cancelled_statement_raises_database_unavailable(database: Database, empty: Kept) -> None:
    """A statement that PostgreSQL breaks off raises DatabaseUnavailableError, and nothing of the work is saved."""

    def endless(db: Connection) -> None:
        insert(1)(db)
        db.execute(text("SET LOCAL statement_timeout = 10"))
        db.execute(text("SELECT pg_sleep(60)"))

    run(database, create_table)
    with pytest.raises(DatabaseUnavailableError):
        run(database, endless)
    run(database, insert(2))

    assert stored(empty) == [2]


def test_a_change_waits_for_a_locked_world_only_for_a_while(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change of a world that another connection has locked is refused after a while, and works once it is free."""
    monkeypatch.setitem(postgres._CONNECTING, "options", "-c lock_timeout=50ms")  # noqa: SLF001 - five seconds are too long for a test
    database = open_database(sandbox.kept.url)
    with sandbox.kept.engine().begin() as other:
        other.execute(LOCK)
        with pytest.raises(DatabaseUnavailableError, match="lock timeout"):
            asyncio.run(database.change(locked))
    found = asyncio.run(database.change(locked))
    database.close()

    assert found is not None


def test_an_ask_waits_for_a_thread_only_for_a_while(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """With more asks than threads, those that have begun are answered, and the others are refused after a while."""
    monkeypatch.setattr(postgres, "_PATIENCE_S", 0.2)
    busy, done = Barrier(postgres._READERS + 1), Event()  # noqa: SLF001 - as many as there are

    def slow(_db: Connection) -> str:
        busy.wait(5)
        done.wait(5)
        return "answered"

    async def crowd() -> tuple[list[str], BaseException | str]:
        begun = [asyncio.create_task(database.ask(slow, one_statement=True)) for _ in range(postgres._READERS)]  # noqa: SLF001 - the same
        await asyncio.to_thread(busy.wait, 5)
        late = (await asyncio.gather(database.ask(lambda _: "late", one_statement=True), return_exceptions=True))[0]
        done.set()
        return await asyncio.gather(*begun), late

    answers, late = asyncio.run(crowd())

    assert answers == ["answered"] * postgres._READERS  # noqa: SLF001 - the same
    assert isinstance(late, DatabaseUnavailableError)
    assert asyncio.run(database.ask(lambda _: "free again", one_statement=True)) == "free again"


def test_a_change_that_waits_for_a_world_holds_up_no_other_call(sandbox: Sandbox) -> None:
    """While a start waits for its world, reads see the state before it, and other worlds are changed."""
    before = sandbox.charge().content
    with ThreadPoolExecutor(1) as thread, sandbox.kept.engine().connect() as other:
        other.execute(LOCK)
        waiting = thread.submit(sandbox.start)

        assert sandbox.charge().content == before
        assert sandbox.cariqa().status_code == 200
        assert sandbox.podero(from_="2026-01-01", to="2026-12-31").status_code == 200
        assert sandbox.start("documented").status_code == 200
        assert sandbox.advance("PT1H", "documented").status_code == 200
        assert not waiting.done()

        other.commit()

        assert waiting.result(5).status_code == 200


def test_a_change_that_waited_for_a_replaced_world_gets_its_successor(kept: Kept) -> None:
    """When a world is replaced while a change waits for it, the change locks the new world."""
    with (
        closing(open_database(kept.url)) as database,
        ThreadPoolExecutor(1) as thread,
        kept.engine().connect() as other,
    ):
        other.execute(text("UPDATE world SET state = 'retired' WHERE n = 1"))
        other.execute(text("UPDATE world SET name = 'default' WHERE n = 2"))
        waiting = thread.submit(asyncio.run, database.change(locked))
        sleep(0.1)

        assert not waiting.done()

        other.commit()
        found = waiting.result(5)

    assert found is not None
    assert found.n == 2


def locked(db: Connection) -> World | None:
    return worlds.lock_named(db, "default")
