"""A copy that was changed in any way is put back row by row: each value of it is again that of a new copy."""

import asyncio
from contextlib import closing
from typing import Any, Final

import pytest
from sqlalchemy import Table

from app.domain.clock import WEEK
from app.store import world_copies
from app.store.database.protocol import Database
from app.store.database.url import open_database
from app.store.schema.tables import WORLD_TABLES
from tests.databases import Databases, Kept
from tests.store.test_copies import COPY, copy, of, source

pytestmark = pytest.mark.slow

UNTOUCHED: Final = 78


def test_every_changed_value_is_put_back(databases: Databases, made: Kept) -> None:
    """In each table one column after the other has another value, and rows are missing, new, or under another key."""
    kept = databases.copy(made)
    n = source(kept)
    with closing(open_database(kept.url)) as database:
        for target in (COPY, UNTOUCHED):
            copy(database, n, WEEK, target)
        fresh = of(kept, UNTOUCHED)
        for table in WORLD_TABLES:
            for place, column in enumerate(table.columns.keys()[1:]):
                _spoil(kept, table, column, place)
        spoiled = of(kept, COPY)
        asyncio.run(_put_back(database, n))
    after, others = of(kept, COPY), of(kept, UNTOUCHED)
    databases.drop(kept)

    assert [name for name in fresh if fresh[name] and spoiled[name] == fresh[name]] == []
    assert after == fresh
    assert others == fresh


def _spoil(kept: Kept, table: Table, column: str, place: int) -> None:
    """Changes a value of one row, sets that of another to null if it may be, and deletes a third one."""
    keys = [key.name for key in table.primary_key.columns]
    rows = kept.dicts(f"SELECT * FROM {table.name} WHERE world = {COPY} ORDER BY {', '.join(keys)}")  # noqa: S608 - a table's own names
    if not rows:
        return

    def change(row: dict[str, Any], start: str) -> None:
        which = " AND ".join(f'"{key}" = :{key}' for key in keys)
        kept.run(f"{start} WHERE {which}", **{key: row[key] for key in keys}, value=_other(row[column]))

    known = [row for row in rows if row[column] is not None]
    if known:
        change(known[place % len(known)], f'UPDATE {table.name} SET "{column}" = :value')  # noqa: S608 - the same
    if table.c[column].nullable and len(rows) > 1:
        change(rows[(place + 1) % len(rows)], f'UPDATE {table.name} SET "{column}" = NULL')  # noqa: S608 - the same
    if place == 1 and len(rows) > 9:
        change(rows[-1], f"DELETE FROM {table.name}")  # noqa: S608 - the same


def _other(value: Any) -> Any:  # noqa: ANN401 - any value of a row
    if isinstance(value, bool):
        return not value
    if isinstance(value, str):
        return f"{value}1"
    if isinstance(value, bytes):
        return value + b"x"
    return 1 if value == 0 else 0 if value is None else value - 1


async def _put_back(database: Database, n: int) -> None:
    await database.change(lambda db: world_copies.put_back(db, n, COPY, WEEK))
