"""New rows by the dozen: one INSERT in the driver's own words, and the values of each row in the order of the columns.

Sessions lie in a dozen indexes, and to find a million times the places in all of them takes longer than everything
else. So an empty database is filled without them, and each is made in one go before anybody is let in.
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, Table, func, inspect, select

from . import tables
from .rows import Row
from .tables import table

_SESSION: Final = table(tables.Session)
INDEXES: Final = len(_SESSION.indexes)
"""How many there are on sessions."""


_PLACES: Final = {"qmark": "?", "pyformat": "%s"}
"""How a driver writes the place of a value."""


class Inserts:
    """The INSERT of a table. SQLAlchemy's own takes longer than the database, a million rows long."""

    def __init__(self, into: Table) -> None:
        self._into: Final = into
        self._texts: dict[str, str] = {}

    def run(self, db: Connection, rows: Sequence[Row]) -> None:
        """Adds the rows."""
        if rows:
            text = self._texts.get(db.dialect.name) or self._texts.setdefault(db.dialect.name, self._text(db))
            db.connection.cursor().executemany(text, rows)

    def _text(self, db: Connection) -> str:
        written = db.dialect.identifier_preparer
        names = ", ".join(written.format_column(column) for column in self._into.columns)
        places = ", ".join([_PLACES[db.dialect.paramstyle]] * len(self._into.columns))
        return f"INSERT INTO {written.format_table(self._into)} ({names}) VALUES ({places})"  # noqa: S608 - our own names


def drop_indexes(db: Connection) -> None:
    """Does without the indexes of sessions, until `make_index` has made the last of them again."""
    for index in _SESSION.indexes:
        index.drop(db, checkfirst=True)


def make_index(db: Connection) -> bool:
    """Makes one index of sessions that is missing; whether there was any."""
    if db.dialect.name == "postgresql":
        # Servers that started at once make each index once, by turns.
        db.execute(select(func.pg_advisory_xact_lock(tables.SCHEMA)))
    there = {each["name"] for each in inspect(db).get_indexes(_SESSION.name)}
    missing = [index for index in _SESSION.indexes if index.name not in there]
    for index in missing[:1]:
        index.create(db)
    return bool(missing)
