"""Statements that are compiled once and then run straight on the driver, for the lists that everybody asks for.

SQLAlchemy's own execution costs as much again as the database does. Results are the driver's values: whole numbers,
texts, floats and bytes are what the columns say, booleans are not.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select


class Prepared:
    """A SELECT with named parameters."""

    def __init__(self, statement: Select[*tuple[Any, ...]]) -> None:
        self._statement = statement
        self._compiled: dict[str, tuple[str, Mapping[str, Any], Sequence[str] | None]] = {}

    def rows(self, db: Connection, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """All rows, as the driver gives them."""
        text, constants, order = self._compiled.get(db.dialect.name) or self._compile(db)
        named = {**constants, **parameters}
        cursor = db.connection.cursor()
        cursor.execute(text, named if order is None else [named[name] for name in order])
        return list(cursor.fetchall())

    def _compile(self, db: Connection) -> tuple[str, Mapping[str, Any], Sequence[str] | None]:
        compiled = self._statement.compile(dialect=db.dialect)
        order = getattr(compiled, "positiontup", None)
        self._compiled[db.dialect.name] = (str(compiled), dict(compiled.params), order)
        return self._compiled[db.dialect.name]
