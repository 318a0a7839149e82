"""A SQLite file becomes smaller when worlds are removed and no world changes."""

import asyncio
import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import text

from app.store.database import sqlite
from app.store.database.protocol import Database, DatabaseDamagedError
from app.store.database.url import open_database
from app.worlds import cleanup
from tests.conftest import on_postgresql, on_sqlite
from tests.databases import Kept
from tests.worlds.test_templates import until

pytestmark = pytest.mark.slow

_ROWS = 3_000
_KEPT = 64 * 1024
_FILL = text(
    "WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < :rows)"
    " INSERT INTO page SELECT n, randomblob(1000) FROM counted"
)


async def fill_and_empty(database: Database, kept: Kept) -> None:
    """Leaves a file of about three megabytes with a row at its end and no other."""
    await database.change(lambda db: db.execute(text("CREATE TABLE page (n INTEGER PRIMARY KEY, content BLOB)")))
    await database.change(lambda db: db.execute(_FILL, {"rows": _ROWS}))
    await until(lambda: asyncio.sleep(0.01, kept.file.stat().st_size > _ROWS * 1_000))
    await database.change(lambda db: db.execute(text("DELETE FROM page WHERE n < :rows"), {"rows": _ROWS}))


@on_sqlite
def test_unused_space_is_given_back(database: Database, empty: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is done in several transactions, up to a part that is kept for what comes; the rows stay."""
    # On a fast disk one transaction has time for all pages.
    monkeypatch.setattr(sqlite, "lasting", lambda _micros: iter([True] * 100 + [False]).__next__)

    async def story() -> int:
        await fill_and_empty(database, empty)
        turns = 1
        while await database.shrink(_KEPT):
            turns += 1
        await until(lambda: asyncio.sleep(0.01, empty.file.stat().st_size < 4 * _KEPT))
        return turns

    turns = asyncio.run(story())

    assert turns > 1
    assert empty.file.stat().st_size >= _KEPT
    assert [row.n for row in empty.rows("SELECT n FROM page")] == [_ROWS]


@on_sqlite
def test_an_idle_server_shrinks_its_file(database: Database, empty: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """While worlds change, it waits."""

    async def story() -> list[int]:
        await fill_and_empty(database, empty)
        keeping = asyncio.create_task(cleanup.keep_small(database))
        sizes = []
        for n in range(10):
            await database.change(lambda db, n=n: db.execute(text("UPDATE page SET content = :n"), {"n": n}))  # type: ignore[misc]
            await asyncio.sleep(0.02)
            sizes.append(await database.ask(lambda db: db.execute(text("PRAGMA page_count")).scalar_one()))
        await until(lambda: asyncio.sleep(0.01, empty.file.stat().st_size < 4 * _KEPT))
        keeping.cancel()
        return sizes

    for name, value in (("_IDLE_S", 1.0), ("_BETWEEN_SHRINKS_S", 0), ("_SPACE_KEPT", _KEPT)):
        monkeypatch.setattr(cleanup, name, value)

    assert len(set(asyncio.run(story()))) == 1


@on_sqlite
def test_a_file_of_an_earlier_release_stays_as_it_is(empty: Kept) -> None:
    """It was made without the mode that this needs: nothing is moved, and nothing is refused."""
    with closing(sqlite3.connect(empty.file)) as file:
        file.execute("CREATE TABLE old (n INTEGER)")
        file.commit()

    async def story() -> bool:
        with closing(open_database(empty.url)) as database:
            await fill_and_empty(database, empty)
            return await database.shrink(0)

    assert asyncio.run(story()) is False
    assert [row.n for row in empty.rows("SELECT n FROM page")] == [_ROWS]


@on_sqlite
def test_opening_a_file_writes_nothing(empty: Kept) -> None:
    """A view opens a connection while another one writes, and neither waits for the other."""

    async def story() -> int:
        with closing(open_database(empty.url)) as database, closing(open_database(empty.url)) as other:
            await fill_and_empty(database, empty)
            version = other.version()
            async with database.view():
                await asyncio.sleep(0)
            return other.version() - version

    assert asyncio.run(story()) == 0


@on_postgresql
def test_postgresql_needs_no_help(database: Database) -> None:
    """Its autovacuum makes unused space usable by itself."""
    assert asyncio.run(database.shrink(0)) is False


def test_a_damaged_file_is_looked_at_again(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that cannot tell its version does not end the task."""
    looks = 0

    def version() -> int:
        nonlocal looks
        looks += 1
        raise DatabaseDamagedError("the file is damaged")

    async def story() -> bool:
        keeping = asyncio.create_task(cleanup.keep_small(database))
        await until(lambda: asyncio.sleep(0.001, looks > 2))
        still_there = not keeping.done()
        keeping.cancel()
        return still_there

    monkeypatch.setattr(cleanup, "_IDLE_S", 0.001)
    monkeypatch.setattr(database, "version", version)

    assert asyncio.run(story())
