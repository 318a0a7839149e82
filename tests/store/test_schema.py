"""A database is prepared once; one with an unknown schema is refused and not changed."""

import asyncio

import pytest
from sqlalchemy import inspect

from app.store.database.protocol import Database
from app.store.schema import version
from app.store.schema.table_of import Base
from app.store.schema.version import ForeignDatabaseError, UnknownSchemaError
from app.worlds.build import quiet
from app.worlds.lifecycle import Worlds
from app.worlds.make import Wanted
from app.worlds.startup import OtherDatabaseError, prepare
from tests.conftest import HAMLET
from tests.databases import Kept


def test_an_empty_database_is_prepared(database: Database, empty: Kept) -> None:
    """All tables are made. The key of each begins with the world's number, except of tables that find a world."""
    asyncio.run(database.change(version.prepare))
    keys = {name: inspect(empty.engine()).get_pk_constraint(name) for name in empty.tables()}
    first = {name: key["constrained_columns"][0] for name, key in keys.items()}

    assert set(first) == set(Base.metadata.tables)
    assert {name for name, key in first.items() if key != "world"} == {"meta", "world", "credential"}


def test_a_prepared_database_is_left_as_it_is(database: Database, empty: Kept) -> None:
    """Preparing a database again changes nothing."""
    asyncio.run(database.change(version.prepare))
    before = empty.contents()
    asyncio.run(database.change(version.prepare))

    assert asyncio.run(database.ask(version.schema_number)) == version.SCHEMA
    assert empty.contents() == before


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE meta SET value = value + 1 WHERE name = 'schema'", "knows only those up to"),
        ("UPDATE meta SET value = 3210400903 WHERE name = 'schema'", "knows only those up to"),
        ("UPDATE meta SET value = 1 WHERE name = 'schema'", "is marked 1, which this version does not know"),
        ("UPDATE meta SET value = 0 WHERE name = 'schema'", "is marked 0, which this version does not know"),
        ("DELETE FROM meta WHERE name = 'schema'", "has no number"),
    ],
    ids=["later", "between two releases", "of no release", "zero", "without a number"],
)
def test_an_unknown_schema_is_refused(database: Database, empty: Kept, statement: str, says: str) -> None:
    """A database whose schema has an unknown number is refused with a sentence, and nothing in it changes."""
    asyncio.run(database.change(version.prepare))
    empty.run(statement)
    before = empty.contents()

    with pytest.raises(UnknownSchemaError, match=f"another version of Wattif: its schema .*{says}"):
        asyncio.run(database.change(version.prepare))
    with pytest.raises(OtherDatabaseError, match="another version of Wattif"):
        asyncio.run(prepare(database, Worlds(database), Wanted(HAMLET), quiet))
    assert empty.contents() == before


@pytest.mark.parametrize(
    "tables",
    [
        {"meta": "name TEXT, value BIGINT"},
        {"meta": "name TEXT", "world": "n INTEGER", "credential": "n INTEGER", "session": "n INTEGER"},
    ],
    ids=["other tables", "other columns"],
)
def test_another_programs_database_is_refused(database: Database, empty: Kept, tables: dict[str, str]) -> None:
    """A database with the tables of another program gets no tables of Wattif."""
    for name, columns in tables.items():
        empty.run(f"CREATE TABLE {name} ({columns})")

    with pytest.raises(ForeignDatabaseError):
        asyncio.run(database.change(version.prepare))
    assert empty.tables() == sorted(tables)


def test_a_schema_that_is_not_a_number_is_refused(database: Database, empty: Kept) -> None:
    """A text in place of the number is refused with a sentence."""
    for name in ("world", "credential", "session"):
        empty.run(f"CREATE TABLE {name} (n INTEGER)")
    empty.run("CREATE TABLE meta (name TEXT, value TEXT)")
    empty.run("INSERT INTO meta VALUES ('schema', 'two')")

    with pytest.raises(UnknownSchemaError, match="is marked two, which this version does not know"):
        asyncio.run(database.change(version.prepare))
