"""All rows of a world: reads them in slices, inserts them under another number, and removes them.

A row has the values of an entity's columns, in the order of its fields and without the world's number.
"""

from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, select

from .database.compiled_statements import CompiledStatement, Row
from .database.protocol import View
from .keysets import Key, Keyset
from .schema.entity_table import EntityTable
from .schema.tables import ENTITY_TABLES

_ROWS: Final = 50


async def slices(view: View, number: int) -> AsyncIterator[tuple[str, list[Row]]]:
    """Yields every row of a world in slices, each with the name of its table, in the order of tables and keys."""
    for reader in _READERS:
        after: Key = reader.keys.before_all
        while found := await view.ask(partial(reader.rows, number=number, after=after)):
            yield reader.name, found
            after = reader.key_of(found[-1])


def insert_rows(db: Connection, table: str, number: int, rows: Sequence[Row]) -> None:
    """Inserts rows of the table of that name into the world of that number."""
    _TABLES[table].insert_rows(db, number, rows)


def remove_some(db: Connection, number: int, rows_at_most: int) -> bool:
    """Removes some rows of a world; returns whether there may be more."""
    return any(remover.remove_some(db, number, rows_at_most) for remover in _REMOVERS)


class _Reader:
    """Reads one table in slices."""

    def __init__(self, stored: EntityTable[Any]) -> None:
        self.name: Final = stored.table.name
        self.keys: Final = Keyset(stored.table)
        columns = stored.mapping.columns
        ahead = select(*columns).where(stored.in_world, self.keys.after())
        self._statement = CompiledStatement(ahead.order_by(*self.keys.columns).limit(_ROWS))
        self._places = [columns.index(key) for key in self.keys.columns]

    def rows(self, db: Connection, number: int, after: Key) -> list[Row]:
        return self._statement.rows(db, {"world": number, **self.keys.named("after", after)})

    def key_of(self, row: Row) -> Key:
        return tuple(row[place] for place in self._places)


class _Remover:
    """Removes the first rows of one table."""

    def __init__(self, stored: EntityTable[Any]) -> None:
        self._keys: Final = Keyset(stored.table)
        in_order = select(*self._keys.columns).where(stored.in_world).order_by(*self._keys.columns)
        self._first: Final = CompiledStatement(in_order.limit(bindparam("most")))
        self._remove: Final = CompiledStatement(delete(stored.table).where(stored.in_world, self._keys.until()))

    def remove_some(self, db: Connection, number: int, rows_at_most: int) -> bool:
        found = self._first.rows(db, {"world": number, "most": rows_at_most})
        if found:
            self._remove.run(db, {"world": number, **self._keys.named("until", found[-1])})
        return bool(found)


_READERS: Final = [_Reader(stored) for stored in ENTITY_TABLES]
_TABLES: Final = {stored.table.name: stored for stored in ENTITY_TABLES}
_REMOVERS: Final = [_Remover(stored) for stored in ENTITY_TABLES]
