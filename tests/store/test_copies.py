"""A copy is the world under another number, its instants moved, made a few rows at a time; nothing else changes."""

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

COPY: Final = 77
AT_ONCE: Final = 64
NAMED_AFTER_INSTANTS: Final = re.compile(r".*_(at|from|until)|(ideal|reserved)_(start|end)|earliest_start|latest_end")
Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def hamlet(databases: Databases, made: Kept) -> Iterator[Kept]:
    """A database in which things have happened to the world that is to be copied, so that nothing in it is usual."""
    kept = databases.copy(made)
    n = source(kept)
    kept.run(f"UPDATE payment_method SET declined_from = 1772600000000123 WHERE world = {n} AND card = 'declined'")  # noqa: S608 - a number
    kept.run(f"UPDATE session SET rating = 3 WHERE world = {n} AND n % 9 = 0")  # noqa: S608 - the same
    yield kept
    databases.drop(kept)


@pytest.fixture
def copied(databases: Databases, hamlet: Kept) -> Iterator[Kept]:
    """A copy of it, of the test's own."""
    kept = databases.copy(hamlet)
    yield kept
    databases.drop(kept)


def source(kept: Kept) -> int:
    """The number of the world that is copied."""
    return int(kept.rows("SELECT n FROM world WHERE name = 'default' AND state = 'open'")[0].n)


def copy(database: Database, n: int, shift: int = 0, target: int = COPY) -> list[CopyPosition | None]:
    """Copies it all, each slice in a transaction of its own; how far each has come."""

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
    """Every row of a world, but for the world's number, in the order of its key."""
    found = {}
    for table in WORLD_TABLES:
        keys = ", ".join(key.name for key in table.primary_key.columns)
        rows = kept.dicts(f"SELECT * FROM {table.name} WHERE world = {number} ORDER BY {keys}")  # noqa: S608 - a table's own names
        found[table.name] = [{name: value for name, value in row.items() if name != "world"} for row in rows]
    return found


def moved(rows: Rows, shift: int) -> Rows:
    """The same, its instants so much later; never stays never, and nothing stays nothing."""
    instants = {table.name: instants_of(table) for table in WORLD_TABLES}

    def later(name: str, column: str, value: Any) -> Any:  # noqa: ANN401 - whatever a row holds
        return value + shift if column in instants[name] and value not in {None, NEVER} else value

    return {
        name: [{column: later(name, column, value) for column, value in row.items()} for row in some]
        for name, some in rows.items()
    }


def instants_of(table: Table) -> set[str]:
    """The columns of a table that hold instants."""
    return {column.name for column in table.columns if isinstance(column.type, InstantInteger)}


@pytest.mark.parametrize("weeks", [0, 1, -53, 5_000])
def test_everything_is_there_and_that_much_later(copied: Kept, weeks: int) -> None:
    """Each row of each table, with the same values but for its instants, of which every one has moved."""
    n = source(copied)
    before = of(copied, n)
    with closing(open_database(copied.url)) as database:
        copy(database, n, weeks * WEEK)
    after = of(copied, COPY)

    assert after == moved(before, weeks * WEEK)
    assert (after == before) is (weeks == 0)
    assert of(copied, n) == before


def test_never_stays_never(copied: Kept) -> None:
    """What is not planned is not planned in the copy either, and what is not said stays unsaid."""
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
def test_what_is_called_an_instant_is_one(table: Table) -> None:
    """No column that is named as instants are is left where it was by a copy, and no other is moved."""
    called = {column.name for column in table.columns if NAMED_AFTER_INSTANTS.fullmatch(column.name)}

    assert called == instants_of(table)


def test_no_other_world_is_touched(copied: Kept) -> None:
    """Neither what other worlds hold nor the worlds' own rows change, and nobody else's rows are in the copy."""
    n = source(copied)
    others = {number for (number,) in copied.rows("SELECT n FROM world")} - {n}
    before, worlds = [of(copied, number) for number in others], copied.dicts("SELECT * FROM world ORDER BY n")
    with closing(open_database(copied.url)) as database:
        copy(database, n, WEEK)

    assert [of(copied, number) for number in others] == before
    assert copied.dicts("SELECT * FROM world ORDER BY n") == worlds


def test_a_slice_is_a_few_rows(copied: Kept) -> None:
    """No slice has more than 64; each goes on where the one before it stopped, table after table."""
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


def test_two_copies_at_one_time(copied: Kept) -> None:
    """Slice by slice in turn, both are whole in the end."""
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


def test_an_empty_world_is_copied_in_no_time(copied: Kept) -> None:
    """Each table is asked once, and nothing is there afterwards."""
    with closing(open_database(copied.url)) as database:
        found = copy(database, 12_345)

    assert len(found) == len(WORLD_TABLES)
    assert of(copied, COPY) == {table.name: [] for table in WORLD_TABLES}


def test_what_was_read_can_be_put_back(copied: Kept) -> None:
    """Read slice by slice in one view and put under another number, every row is what it was."""
    n = source(copied)

    async def read_and_put(database: Database) -> list[int]:
        sizes = []
        async with database.view() as view:
            async for name, rows in world_rows.slices(view, n):
                sizes.append(len(rows))
                await database.change(lambda db, name=name, rows=rows: world_rows.insert_rows(db, name, COPY, rows))  # type: ignore[misc]
        return sizes

    with closing(open_database(copied.url)) as database:
        sizes = asyncio.run(read_and_put(database))

    assert of(copied, COPY) == of(copied, n)
    assert max(sizes) <= 100
