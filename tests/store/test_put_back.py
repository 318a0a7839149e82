"""A copy of a world that was changed in any way is put back to the rows that it was made with."""

import asyncio
from contextlib import closing

import pytest

from app.domain.clock import WEEK
from app.store import world_copies
from app.store.database.url import open_database
from app.store.schema.tables import WORLD_TABLES
from tests.databases import Kept
from tests.store.test_copies import COPY, copied, copy, hamlet, moved, of, source

pytestmark = pytest.mark.slow
__all__ = ["copied", "hamlet"]

CHANGES = [
    *(f"DELETE FROM {table.name}" for table in WORLD_TABLES),  # noqa: S608 - a table's own name
    *(f"UPDATE {table.name} SET n = n + 100000" for table in WORLD_TABLES if "n" in table.c),  # noqa: S608 - the same
    "UPDATE session SET n = n + 100000, id = id || 'x'",
    "UPDATE session SET rating = NULL",
    "UPDATE session SET rating = 1, unplugged_at = unplugged_at + 1",
    "UPDATE payment_method SET declined_from = 5",
    "UPDATE station SET details = '{}', online = NOT online",
    "UPDATE reservation SET connector = NULL, latitude = latitude + 0.5",
]


@pytest.mark.parametrize("change", CHANGES)
def test_changed_copy_is_put_back(copied: Kept, change: str) -> None:
    """Rows that were removed, altered or added are as they were; the original keeps its own."""
    n = source(copied)
    before = of(copied, n)
    with closing(open_database(copied.url)) as database:
        copy(database, n, WEEK)
        copied.run(f"{change} WHERE world = {COPY}")
        changed = of(copied, COPY)
        asyncio.run(database.change(lambda db: world_copies.put_back(db, n, COPY, WEEK)))

    assert of(copied, COPY) == moved(before, WEEK) != changed
    assert of(copied, n) == before
