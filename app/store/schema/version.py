"""How tables and indexes come to be, once, however many servers start at one time on an empty database.

Sessions lie in a dozen indexes, and to find a million times the places in all of them takes longer than everything
else. So an empty database is filled without them, and each is made in one go before anybody is let in.
"""

from typing import Final
from zlib import crc32

from sqlalchemy import Connection, func, inspect, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex

from . import tables
from .tables import Base, table


def _schema() -> int:
    """A number that changes with every table, column and index."""
    described = [
        (
            each.name,
            [(column.name, str(column.type)) for column in each.columns],
            sorted(str(CreateIndex(index).compile(dialect=sqlite.dialect())) for index in each.indexes),
        )
        for each in Base.metadata.sorted_tables
    ]
    return crc32(repr(described).encode())


SCHEMA: Final = _schema()
"""The version of all tables; a database of another version is not opened."""

_SESSION: Final = table(tables.Session)
INDEXES: Final = len(_SESSION.indexes)
"""How many there are on sessions."""


def make_tables(db: Connection) -> bool:
    """Makes the tables in an empty database; whether it was empty."""
    alone(db)
    if inspect(db).get_table_names():
        return False
    Base.metadata.create_all(db)
    return True


def drop_indexes(db: Connection) -> None:
    """Does without the indexes of sessions, until `make_index` has made the last of them again."""
    for index in _SESSION.indexes:
        index.drop(db, checkfirst=True)


def make_index(db: Connection) -> bool:
    """Makes one index of sessions that is missing; whether there was any."""
    alone(db)
    there = {each["name"] for each in inspect(db).get_indexes(_SESSION.name)}
    missing = [index for index in _SESSION.indexes if index.name not in there]
    for index in missing[:1]:
        index.create(db)
    return bool(missing)


def alone(db: Connection) -> None:
    """Waits until nobody else is at it, until this is committed; SQLite lets in one writer at a time by itself."""
    if db.dialect.name == "postgresql":
        db.execute(select(func.pg_advisory_xact_lock(SCHEMA)))
