"""A database of an earlier release is taken over only while no server uses it."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from app.store.database.protocol import Database, DatabaseInUseError
from app.store.database.url import open_database
from app.store.schema import version
from app.worlds.startup import prepare_tables
from tests.databases import Databases, Kept
from tests.store.test_takeover import RELEASE, restored


@pytest.fixture
def old(databases: Databases, empty: Kept) -> Kept:
    """A database that 0.1.0 has made."""
    return restored(databases, empty, RELEASE)


def test_a_database_in_use_is_not_taken_over(old: Kept, databases: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    """The start waits for a while and is refused; the database stays as it is, and is taken over afterwards."""
    module = "sqlite" if databases.kind == "sqlite" else "postgres"
    monkeypatch.setattr(f"app.store.database.{module}._PATIENCE_S", 0.2)
    before = old.contents()
    with closing(open_database(old.url)) as database, closing(open_database(old.url)) as used:
        asyncio.run(used.ask(version.is_older))
        with pytest.raises(DatabaseInUseError, match=r"another (process|server)"):
            asyncio.run(prepare_tables(database))

        assert old.contents() == before
    assert took_over(old)


def test_servers_that_start_together_take_over_together(old: Kept) -> None:
    """Two servers that start at the same time wait for each other, and both find the database up to date."""
    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(took_over, [old, old])) == [True, True]


def took_over(old: Kept) -> bool:
    """Prepares the tables as a start does; returns whether they are those of this version."""

    async def both(database: Database) -> bool:
        await prepare_tables(database)
        return not await database.ask(version.is_older)

    with closing(open_database(old.url)) as database:
        return asyncio.run(both(database))
