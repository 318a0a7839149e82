"""New rows by the dozen: one INSERT in the driver's own words, and each row's values in the order of the columns."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, Table

from .compiled_statements import Row

_PLACES: Final = {"qmark": "?", "pyformat": "%s"}
"""How a driver writes the place of a value."""


class BulkInsert:
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
