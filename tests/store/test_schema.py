"""A database is prepared once, and one of another version is not touched."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import inspect

from app.main import VENDORS
from app.store import worlds
from app.store.database.engine import Database, open_database, set_aside
from app.store.schema.tables import Base
from app.worlds.build import quiet
from app.worlds.lifecycle import Wanted, Worlds
from app.worlds.startup import OtherDatabaseError, prepare
from tests.conftest import HAMLET
from tests.databases import Kept


def test_an_empty_database_is_prepared(database: Database, empty: Kept) -> None:
    """All tables are made, each with a key that begins with the world's number but for those that find a world."""
    asyncio.run(database.change(worlds.prepare))
    keys = {name: inspect(empty.engine()).get_pk_constraint(name) for name in empty.tables()}
    first = {name: key["constrained_columns"][0] for name, key in keys.items()}

    assert set(first) == set(Base.metadata.tables)
    assert {name for name, key in first.items() if key != "world"} == {"meta", "world", "credential"}


def test_a_prepared_database_is_left_as_it_is(database: Database, empty: Kept) -> None:
    """To prepare it again changes nothing."""
    asyncio.run(database.change(worlds.prepare))
    before = empty.contents()

    assert asyncio.run(database.change(worlds.prepare))
    assert asyncio.run(database.ask(worlds.is_current))
    assert empty.contents() == before


@pytest.mark.parametrize("statement", ["UPDATE meta SET value = value + 1 WHERE name = 'schema'", "DROP TABLE meta"])
def test_another_version_is_known_and_refused(database: Database, empty: Kept, statement: str) -> None:
    """A database of another version is no current one, and no world is made in it."""
    asyncio.run(database.change(worlds.prepare))
    empty.run(statement)

    assert not asyncio.run(database.ask(worlds.is_current))
    with pytest.raises(OtherDatabaseError):
        asyncio.run(prepare(database, Worlds(database, vendors=VENDORS), Wanted(HAMLET), quiet))
    assert empty.counts()["world"] == 0


def test_a_sqlite_file_that_is_set_aside_is_whole(tmp_path: Path) -> None:
    """Its file and what was written ahead of it go together; what was set aside before gives way."""
    file = tmp_path / "wattif.db"
    for round_ in (1, 2):
        database = open_database(f"sqlite:///{file}")
        asyncio.run(database.change(worlds.prepare))
        keep = sqlite3.connect(file)
        keep.execute(f"CREATE TABLE round{round_} (n INTEGER)")
        keep.commit()
        aside = set_aside(file)
        keep.close()
        database.close()

        assert aside == tmp_path / "wattif.db.old"
        assert not file.exists()
        with closing(sqlite3.connect(aside)) as db:
            assert db.execute(f"SELECT count(*) FROM round{round_}").fetchone() == (0,)  # noqa: S608 - this test's own name
