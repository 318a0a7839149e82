"""What retired worlds and crashed builds leave is removed in short transactions; everything else stays."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine
from starlette.testclient import TestClient

from app.main import create_app
from app.simulation import worlds
from app.simulation.clock import wall
from app.store.changes import OF_A_WORLD
from app.store.engine import open_database
from app.world.clock import MINUTE, SECOND
from tests.conftest import settings

TWIN: Final = 77
TABLES: Final = [each.name for each in OF_A_WORLD]


@pytest.fixture
def file(made: Path, tmp_path: Path) -> Path:
    """A copy of a database with the lasting worlds."""
    copy = tmp_path / "wattif.db"
    copy.write_bytes(made.read_bytes())
    return copy


def twin(file: Path, state: str, grown_at: int) -> None:
    """Adds a world with everything that the first one has, in some state, grown last at some instant of the wall."""
    with closing(sqlite3.connect(file)) as db:
        for name in (*TABLES, "world"):
            key = "n" if name == "world" else "world"
            columns = [row[1] for row in db.execute(f"PRAGMA table_info({name})")]
            chosen = ", ".join(f"{TWIN} AS {column}" if column == key else f'"{column}"' for column in columns)
            db.execute(f"INSERT INTO {name} SELECT {chosen} FROM {name} WHERE {key} = 1")  # noqa: S608 - a table's own name
        db.execute("UPDATE world SET name = 'twin', state = ?, wall = ? WHERE n = ?", (state, grown_at, TWIN))
        db.commit()


def counts(file: Path, number: int | None = None) -> dict[str, int]:
    """How many rows each table has, of one world or of all."""
    where = "" if number is None else f" WHERE world = {number}"
    with closing(sqlite3.connect(file)) as db:
        return {name: db.execute(f"SELECT count(*) FROM {name}{where}").fetchone()[0] for name in TABLES}  # noqa: S608 - a table's own name


def numbers(file: Path) -> set[int]:
    """The worlds that the database has rows of."""
    with closing(sqlite3.connect(file)) as db:
        return {n for (n,) in db.execute("SELECT n FROM world")}


def swept(file: Path) -> None:
    """Sweeps the database as a start or a reset does."""
    database = open_database(f"sqlite:///{file}")
    asyncio.run(worlds.sweep(database))
    database.close()


@pytest.mark.parametrize(("state", "age"), [("retired", 0), ("retired", 60 * MINUTE), ("building", MINUTE)])
def test_what_nobody_can_open_is_removed(file: Path, state: str, age: int) -> None:
    """A retired world, and one whose making stopped a while ago, is gone with all its rows; the others keep theirs."""
    before = counts(file)
    twin(file, state, wall() - age)
    with_twin = counts(file)
    swept(file)

    assert with_twin != before
    assert counts(file) == before
    assert numbers(file) == {1, 2}


@pytest.mark.parametrize(("state", "age"), [("building", 0), ("building", 2 * SECOND), ("open", 60 * MINUTE)])
def test_what_somebody_makes_or_uses_stays(file: Path, state: str, age: int) -> None:
    """A world that another process is making just now, and any open one, keeps every row."""
    twin(file, state, wall() - age)
    before = counts(file)
    swept(file)

    assert counts(file) == before
    assert numbers(file) == {1, 2, TWIN}


def test_a_start_sweeps(file: Path) -> None:
    """What a crash has left is removed when the server starts again."""
    before = counts(file, 1)
    twin(file, "building", wall() - MINUTE)
    with TestClient(create_app(settings(file))):
        pass

    assert TWIN not in numbers(file)
    assert counts(file, TWIN) == dict.fromkeys(TABLES, 0)
    assert counts(file, 1) == before


def test_a_sweep_writes_little_at_a_time(file: Path) -> None:
    """No transaction removes more than a few dozen rows, so that nobody waits for one."""
    twin(file, "retired", wall())
    with deletions() as sizes:
        swept(file)

    assert sum(sizes) > 500
    assert max(sizes) <= 50


@contextmanager
def deletions() -> Iterator[list[int]]:
    """How many rows each statement deletes while the block lasts."""
    sizes: list[int] = []

    def note(_db: object, cursor: sqlite3.Cursor, statement: str, *_rest: object) -> None:
        if statement.startswith("DELETE"):
            sizes.append(cursor.rowcount)

    event.listen(Engine, "after_cursor_execute", note)
    try:
        yield sizes
    finally:
        event.remove(Engine, "after_cursor_execute", note)
