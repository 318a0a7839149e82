"""INSERT of many rows, run directly by the driver: SQLAlchemy takes longer to run it than the database itself."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Column, Connection, Table

from .compiled_statements import Row

_PLACEHOLDERS: Final = {"qmark": "?", "pyformat": "%s"}
"""How a driver marks the place of a value, by SQLAlchemy's name for the style."""


class BulkInsert:
    """The INSERT of some columns of a table; rows have their values in the order of `columns`."""

    def __init__(self, into: Table, columns: Sequence[Column[Any]]) -> None:
        self._into: Final = into
        self._columns: Final = columns
        self._texts: dict[str, str] = {}

    def run(self, db: Connection, rows: Sequence[Row]) -> None:
        """Inserts the rows."""
        if rows:
            text = self._texts.get(db.dialect.name) or self._texts.setdefault(db.dialect.name, self._text(db))
            db.connection.cursor().executemany(text, rows)

    def _text(self, db: Connection) -> str:
        quoting = db.dialect.identifier_preparer
        names = ", ".join(quoting.format_column(column) for column in self._columns)
        values = ", ".join([_PLACEHOLDERS[db.dialect.paramstyle]] * len(self._columns))
        return f"INSERT INTO {quoting.format_table(self._into)} ({names}) VALUES ({values})"  # noqa: S608 - our own names
