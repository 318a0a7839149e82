"""What is promised of SQLite alone: one file, shared with other processes, and a number that says when it changed."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from threading import Timer

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.store.database.protocol import Database, DatabaseUnavailableError
from app.store.database.url import open_database
from tests.conftest import on_sqlite
from tests.databases import Kept
from tests.store.things import added, counted, made, run, stored


@on_sqlite
def test_a_statement_that_fails_is_told_as_unavailable(database: Database, empty: Kept) -> None:
    """A database that refuses a statement of the work raises DatabaseUnavailableError, and nothing is saved."""
    run(database, made)
    with pytest.raises(DatabaseUnavailableError):
        run(database, lambda db: (added(1)(db), db.execute(text("INSERT INTO nothing VALUES (1)"))))
    with pytest.raises(DatabaseUnavailableError):
        asyncio.run(database.ask(lambda db: db.execute(text("SELECT * FROM nothing"))))

    assert stored(empty) == []
    assert counted(database) == 0


@on_sqlite
def test_the_version_changes_with_changes_only(database: Database, empty: Kept) -> None:
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
    empty.run("INSERT INTO thing VALUES (7)")
    versions.append(database.version())

    assert versions[0] == versions[1] == versions[2]
    assert len(set(versions[2:])) == 3


@on_sqlite
def test_a_quiet_change_leaves_the_version(database: Database, empty: Kept) -> None:
    """Its own, that is: what another process has changed moves it, quiet or not."""
    run(database, made)
    before = database.version()
    asyncio.run(database.change(added(1), keeps_worlds=True))
    after = database.version()
    empty.run("INSERT INTO thing VALUES (7)")

    assert after == before != database.version()


@on_sqlite
def test_the_file_is_kept_as_promised(database: Database, empty: Kept) -> None:
    """The journal is written ahead, so that readers and writers are in nobody's way and a kill loses nothing."""
    run(database, made)

    assert [tuple(row) for row in empty.rows("PRAGMA journal_mode")] == [("wal",)]
    assert empty.file.with_name(f"{empty.file.name}-wal").exists()


def test_a_file_that_cannot_be_opened_is_unavailable(tmp_path: Path) -> None:
    """A file in a folder that is not there, a folder, and a file of something else are refused by name."""
    (tmp_path / "text.db").write_text("this is no database, it only looks as long as one " * 50, "utf-8")
    for name in ("nowhere/wattif.db", ".", "text.db"):
        with pytest.raises(DatabaseUnavailableError, match="cannot open"):
            open_database(f"sqlite:///{tmp_path / name}")


@pytest.mark.parametrize("lock", ["DEFERRED", "IMMEDIATE", "EXCLUSIVE"])
def test_a_new_file_is_shared_from_the_first_moment(tmp_path: Path, lock: str) -> None:
    """Who opens a file while another process is making it waits for a moment, whatever lock the other one has."""
    sqlite_file = tmp_path / "wattif.db"
    with closing(sqlite3.connect(sqlite_file, isolation_level=None, check_same_thread=False)) as other:
        other.execute("CREATE TABLE thing (n INTEGER PRIMARY KEY)")
        other.execute(f"BEGIN {lock}")
        other.execute("SELECT * FROM thing").fetchall()
        release = Timer(0.05, other.execute, ["COMMIT"])
        release.start()
        try:
            open_database(f"sqlite:///{sqlite_file}").close()
        finally:
            release.join()
