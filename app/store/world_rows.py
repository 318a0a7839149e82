"""All that a world holds, read a few rows at a time in the order of the keys, and put back under another number."""

from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Final

from sqlalchemy import Connection, Table, bindparam, select

from .database.bulk_insert import BulkInsert
from .database.compiled_statements import CompiledStatement, Row
from .database.engine import View
from .keysets import Key, Keyset
from .writes import WORLD_TABLES

_ROWS: Final = 50


async def slices(view: View, number: int) -> AsyncIterator[tuple[str, list[Row]]]:
    """Every row of a world without its world's number, under the name of its table, table after table."""
    for extract in _EXTRACTS:
        after: Key = extract.keys.before_all
        while found := await view.ask(partial(extract.rows, number=number, after=after)):
            yield extract.name, found
            after = extract.key_of(found[-1])


def put(db: Connection, name: str, number: int, rows: Sequence[Row]) -> None:
    """Adds rows of the table of that name, each without its world's number, to the world of that number."""
    _PUT[name].run(db, [(number, *row) for row in rows])


class _Extract:
    """How one table is read."""

    def __init__(self, table: Table) -> None:
        self.name: Final = table.name
        self.keys: Final = Keyset(table)
        columns = list(table.columns)[1:]
        ahead = select(*columns).where(table.c.world == bindparam("world"), self.keys.after())
        self._statement = CompiledStatement(ahead.order_by(*self.keys.columns).limit(_ROWS))
        self._places = [columns.index(key) for key in self.keys.columns]

    def rows(self, db: Connection, number: int, after: Key) -> list[Row]:
        return self._statement.rows(db, {"world": number, **self.keys.named("after", after)})

    def key_of(self, row: Row) -> Key:
        return tuple(row[place] for place in self._places)


_EXTRACTS: Final = [_Extract(table) for table in WORLD_TABLES]
_PUT: Final = {table.name: BulkInsert(table) for table in WORLD_TABLES}
