"""A copy of a world has the same rows under another number, with shifted instants; nothing else changes."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import closing
from typing import Any, Final

import pytest
from sqlalchemy import Table

from app.domain.clock import NEVER, WEEK
from app.store import world_copies, world_rows
from app.store.database.protocol import Database
from app.store.database.url import open_database
from app.store.schema.table_of import InstantInteger
from app.store.schema.tables import WORLD_TABLES
from app.store.world_copies import CopyPosition
from tests.databases import Databases, Kept

pytestmark = pytest.mark.slow

COPY: Final = 77
AT_ONCE: Final = 128
NAMED_AFTER_INSTANTS: Final = re.compile(r".*_(at|from|until)|(ideal|reserved)_(start|end)|earliest_start|latest_end")
Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def hamlet(databases: Databases, made: Kept) -> Iterator[Kept]:
    """A database whose world has values, such as a declined card, that a new world does not have."""
    kept = databases.copy(made)
    n = source(kept)
    kept.run(f"UPDATE payment_method SET declined_from = 1772600000000123 WHERE world = {n} AND card = 'declined'")  # noqa: S608 - a number
    kept.run(f"UPDATE session SET rating = 3 WHERE world = {n} AND n % 9 = 0")  # noqa: S608 - the same
    yield kept
    databases.drop(kept)


@pytest.fixture
def copied(databases: Databases, hamlet: Kept) -> Iterator[Kept]:
    """A copy of that database for one test."""
    kept = databases.copy(hamlet)
    yield kept
    databases.drop(kept)


def source(kept: Kept) -> int:
    """The number of the world that is copied."""
    return int(kept.rows("SELECT n FROM world WHERE name = 'default' AND state = 'open'")[0].n)


def copy(database: Database, n: int, shift: int = 0, target: int = COPY) -> list[CopyPosition | None]:
    """Copies a world, each slice in a transaction of its own; returns the position after each slice."""

    async def every() -> list[CopyPosition | None]:
        position: CopyPosition | None = CopyPosition()
        found: list[CopyPosition | None] = []
        while position is not None:
            position = await database.change(
                lambda db, position=position: world_copies.copy_some(db, n, target, shift, position)  # type: ignore[misc]
            )
            found.append(position)
        return found

    return asyncio.run(every())


def of(kept: Kept, number: int) -> Rows:
    """Every row of a world without the world's number, in the order of the key."""
    found = {}
    for table in WORLD_TABLES:
        keys = ", ".join(key.name for key in table.primary_key.columns)
        rows = kept.dicts(f"SELECT * FROM {table.name} WHERE world = {number} ORDER BY {keys}")  # noqa: S608 - a table's own names
        found[table.name] = [{name: value for name, value in row.items() if name != "world"} for row in rows]
    return found


def moved(rows: Rows, shift: int) -> Rows:
    """The rows with their instants shifted, except those that are NEVER or null."""
    instants = {table.name: instants_of(table) for table in WORLD_TABLES}

    def later(name: str, column: str, value: Any) -> Any:  # noqa: ANN401 - any value of a row
        return value + shift if column in instants[name] and value not in {None, NEVER} else value

    return {
        name: [{column: later(name, column, value) for column, value in row.items()} for row in some]
        for name, some in rows.items()
    }


def instants_of(table: Table) -> set[str]:
    """The columns of a table that hold instants."""
    return {column.name for column in table.columns if isinstance(column.type, InstantInteger)}


@pytest.mark.parametrize("weeks", [0, 1, *(pytest.param(weeks, marks=pytest.mark.slow) for weeks in (-53, 5_000))])
def test_a_copy_has_every_row_with_shifted_instants(copied: Kept, weeks: int) -> None:
    """Every row of every table is copied; all instants are shifted, and all other values are the same."""
    n = source(copied)
    before = of(copied, n)
    with closing(open_database(copied.url)) as database:
        copy(database, n, weeks * WEEK)
    after = of(copied, COPY)

    assert after == moved(before, weeks * WEEK)
    assert (after == before) is (weeks == 0)
    assert of(copied, n) == before


def test_never_stays_never_in_a_copy(copied: Kept) -> None:
    """A copy has as many instants that are NEVER as the original."""
    n = source(copied)
    with closing(open_database(copied.url)) as database:
        copy(database, n, 700 * WEEK)
    for table in WORLD_TABLES:
        for column in instants_of(table):
            counts = [
                copied.rows(f"SELECT count(*) FROM {table.name} WHERE world = {each} AND {column} = {NEVER}")[0][0]  # noqa: S608 - a table's own names
                for each in (n, COPY)
            ]

            assert counts[0] == counts[1]
    assert copied.rows(f"SELECT n FROM session WHERE world = {COPY} AND settled_at = {NEVER} LIMIT 1")  # noqa: S608 - numbers


@pytest.mark.parametrize("table", WORLD_TABLES, ids=lambda table: table.name)
def test_columns_named_like_instants_are_instants(table: Table) -> None:
    """The columns that a copy shifts are exactly those whose names are names of instants."""
    called = {column.name for column in table.columns if NAMED_AFTER_INSTANTS.fullmatch(column.name)}

    assert called == instants_of(table)


def test_a_copy_changes_no_other_world(copied: Kept) -> None:
    """Neither the rows of other worlds nor the table of worlds change."""
    n = source(copied)
    others = {number for (number,) in copied.rows("SELECT n FROM world")} - {n}
    before, worlds = [of(copied, number) for number in others], copied.dicts("SELECT * FROM world ORDER BY n")
    with closing(open_database(copied.url)) as database:
        copy(database, n, WEEK)

    assert [of(copied, number) for number in others] == before
    assert copied.dicts("SELECT * FROM world ORDER BY n") == worlds


def test_a_slice_has_at_most_128_rows(copied: Kept) -> None:
    """Each slice goes on where the one before it stopped, table after table."""
    n = source(copied)
    expected = {name: len(rows) for name, rows in of(copied, n).items()}
    with closing(open_database(copied.url)) as database:
        found = copy(database, n)
    slices = {
        name: sum(each.table == at for each in [CopyPosition(), *found[:-1]] if each)
        for at, name in enumerate(expected)
    }

    assert found[-1] is None
    assert slices == {name: rows // AT_ONCE + 1 for name, rows in expected.items()}


def test_two_copies_are_made_at_the_same_time(copied: Kept) -> None:
    """Two copies whose slices alternate are both complete."""
    n = source(copied)

    async def both(database: Database) -> None:
        at: dict[int, CopyPosition | None] = {COPY: CopyPosition(), COPY + 1: CopyPosition()}
        while any(at.values()):
            for target, position in at.items():
                if position is not None:
                    at[target] = await database.change(
                        lambda db, target=target, position=position: world_copies.copy_some(
                            db, n, target, target * WEEK, position
                        )  # type: ignore[misc]
                    )

    with closing(open_database(copied.url)) as database:
        asyncio.run(both(database))
    before = of(copied, n)

    assert [of(copied, COPY), of(copied, COPY + 1)] == [moved(before, COPY * WEEK), moved(before, (COPY + 1) * WEEK)]


def test_an_empty_world_has_one_slice_for_each_table(copied: Kept) -> None:
    """The copy of a world without rows asks each table once and has no rows."""
    with closing(open_database(copied.url)) as database:
        found = copy(database, 12_345)

    assert len(found) == len(WORLD_TABLES)
    assert of(copied, COPY) == {table.name: [] for table in WORLD_TABLES}


def test_rows_that_were_read_can_be_inserted(copied: Kept) -> None:
    """Rows that were read in slices and inserted under another number are the same rows."""
    n = source(copied)

    async def read_and_insert(database: Database) -> list[int]:
        sizes = []
        async with database.view() as view:
            async for name, rows in world_rows.slices(view, n):
                sizes.append(len(rows))
                await database.change(lambda db, name=name, rows=rows: world_rows.insert_rows(db, name, COPY, rows))  # type: ignore[misc]
        return sizes

    with closing(open_database(copied.url)) as database:
        sizes = asyncio.run(read_and_insert(database))

    assert of(copied, COPY) == of(copied, n)
    assert max(sizes) <= 100
