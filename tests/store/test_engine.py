"""A change is saved when it returns and undone when it raises; an ask sees what has been saved and nothing else."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from threading import Timer
from typing import Final

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from app.store.engine import Database, DatabaseUnavailableError, UnsupportedDatabaseError, open_database

Work = Callable[[Connection], object]

COUNT: Final = text("SELECT count(*) FROM thing")


class RefusedError(Exception):
    """What a change may raise."""


def run(database: Database, *works: Work) -> list[object]:
    """What each change answers, one after another."""

    async def every() -> list[object]:
        return [await database.change(work) for work in works]

    return asyncio.run(every())


def made(db: Connection) -> None:
    db.execute(text("CREATE TABLE thing (n INTEGER PRIMARY KEY)"))


def added(n: int) -> Work:
    return lambda db: db.execute(text("INSERT INTO thing VALUES (:n)"), {"n": n})


def counted(database: Database) -> int:
    """How many rows an ask sees."""
    return asyncio.run(database.ask(lambda db: int(db.execute(COUNT).scalar_one())))


def stored(file: Path) -> list[int]:
    """The rows that another connection sees."""
    with closing(sqlite3.connect(file)) as db:
        return [n for (n,) in db.execute("SELECT n FROM thing ORDER BY n")]


def test_a_change_is_saved_when_it_returns(database: Database, file: Path) -> None:
    """What the work did is there for everybody, and its answer is given back."""
    run(database, made, added(1))

    assert run(database, lambda _: "done") == ["done"]
    assert stored(file) == [1]
    assert counted(database) == 1


@pytest.mark.parametrize(
    "error", [RefusedError(), KeyboardInterrupt(), asyncio.CancelledError(), SystemExit(3)], ids=repr
)
def test_a_change_is_undone_when_it_raises(database: Database, file: Path, error: BaseException) -> None:
    """Whatever is raised comes through, and nothing of the work is left, not even its tables."""

    def half(db: Connection) -> None:
        added(2)(db)
        db.execute(text("CREATE TABLE half (n INTEGER)"))
        raise error

    run(database, made, added(1))
    with pytest.raises(type(error)):
        run(database, half)

    assert stored(file) == [1]
    assert "half" not in tables(file)


def test_after_a_refusal_the_next_change_is_saved(database: Database, file: Path) -> None:
    """A change that was undone is in nobody's way."""
    run(database, made)
    for n in range(3):
        with pytest.raises(IntegrityError):
            run(database, lambda db, n=n: (added(n)(db), added(n)(db)))  # type: ignore[misc]
        run(database, added(10 + n))

    assert stored(file) == [10, 11, 12]


def test_a_statement_that_fails_is_told_as_unavailable(database: Database, file: Path) -> None:
    """A database that refuses a statement of the work raises DatabaseUnavailableError, and nothing is saved."""
    run(database, made)
    with pytest.raises(DatabaseUnavailableError):
        run(database, lambda db: (added(1)(db), db.execute(text("INSERT INTO nothing VALUES (1)"))))
    with pytest.raises(DatabaseUnavailableError):
        asyncio.run(database.ask(lambda db: db.execute(text("SELECT * FROM nothing"))))

    assert stored(file) == []
    assert counted(database) == 0


def test_an_ask_that_raises_ends_its_transaction(database: Database) -> None:
    """After an ask that raised, the next one sees what has been saved since."""

    def refuse(_db: Connection) -> None:
        raise RefusedError

    run(database, made)
    with pytest.raises(RefusedError):
        asyncio.run(database.ask(refuse))
    run(database, added(1))

    assert counted(database) == 1


def test_an_ask_sees_one_state_throughout(database: Database, file: Path) -> None:
    """What somebody else saves in the middle of an ask, it does not see; the next one does."""

    def twice(db: Connection) -> tuple[int, int]:
        before = int(db.execute(COUNT).scalar_one())
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("INSERT INTO thing VALUES (7)")
        return before, int(db.execute(COUNT).scalar_one())

    run(database, made)

    assert asyncio.run(database.ask(twice)) == (0, 0)
    assert counted(database) == 1


def test_the_version_changes_with_changes_only(database: Database, file: Path) -> None:
    """Its own changes and everybody else's move the version; asks, and changes that were undone, do not."""
    run(database, made)
    versions = [database.version()]
    counted(database)
    versions.append(database.version())
    with pytest.raises(IntegrityError):
        run(database, lambda db: (added(1)(db), added(1)(db)))
    versions.append(database.version())
    run(database, added(1))
    versions.append(database.version())
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("INSERT INTO thing VALUES (7)")
    versions.append(database.version())

    assert versions[0] == versions[1] == versions[2]
    assert len(set(versions[2:])) == 3


def test_the_file_is_kept_as_promised(database: Database, file: Path) -> None:
    """The journal is written ahead, so that readers and writers are in nobody's way and a kill loses nothing."""
    run(database, made)
    with closing(sqlite3.connect(file)) as other:
        mode = other.execute("PRAGMA journal_mode").fetchone()[0]

    assert mode == "wal"
    assert file.with_name("wattif.db-wal").exists()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "wattif.db",
        "sqlite://",
        "sqlite:///:memory:",
        "mysql://localhost/wattif",
        "oracle://scott:tiger@host/x",
        "sqlite:",
    ],
)
def test_a_url_of_another_kind_is_refused(url: str) -> None:
    """A URL that names no SQLite file is refused in one line, which shows no password."""
    with pytest.raises(UnsupportedDatabaseError) as refusal:
        open_database(url)

    assert "sqlite:///wattif.db" in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert "tiger" not in str(refusal.value)


def test_a_file_that_cannot_be_opened_is_unavailable(tmp_path: Path) -> None:
    """A file in a folder that is not there, a folder, and a file of something else are refused by name."""
    (tmp_path / "text.db").write_text("this is no database, it only looks as long as one " * 50, "utf-8")
    for name in ("nowhere/wattif.db", ".", "text.db"):
        with pytest.raises(DatabaseUnavailableError, match="cannot open"):
            open_database(f"sqlite:///{tmp_path / name}")


@pytest.mark.parametrize("lock", ["DEFERRED", "IMMEDIATE", "EXCLUSIVE"])
def test_a_new_file_is_shared_from_the_first_moment(file: Path, lock: str) -> None:
    """Who opens a file while another process is making it waits for a moment, whatever lock the other one has."""
    with closing(sqlite3.connect(file, isolation_level=None, check_same_thread=False)) as other:
        other.execute("CREATE TABLE thing (n INTEGER PRIMARY KEY)")
        other.execute(f"BEGIN {lock}")
        other.execute("SELECT * FROM thing").fetchall()
        release = Timer(0.05, other.execute, ["COMMIT"])
        release.start()
        try:
            open_database(f"sqlite:///{file}").close()
        finally:
            release.join()


def tables(file: Path) -> set[str]:
    """The tables that another connection sees."""
    with closing(sqlite3.connect(file)) as db:
        return {name for (name,) in db.execute("SELECT name FROM sqlite_master")}
