"""Promises about SQLite alone: a file that processes share, and a version that changes with the file."""

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
from tests.store.table_of_things import create_table, insert, row_count, run, stored


@on_sqlite
def test_a_statement_that_fails_raises_database_unavailable(database: Database, empty: Kept) -> None:
    """A database that refuses a statement of the work raises DatabaseUnavailableError, and nothing is saved."""
    run(database, create_table)
    with pytest.raises(DatabaseUnavailableError):
        run(database, lambda db: (insert(1)(db), db.execute(text("INSERT INTO nothing VALUES (1)"))))
    with pytest.raises(DatabaseUnavailableError):
        asyncio.run(database.ask(lambda db: db.execute(text("SELECT * FROM nothing"))))

    assert stored(empty) == []
    assert row_count(database) == 0


@on_sqlite
def test_the_version_changes_with_changes_only(database: Database, empty: Kept) -> None:
    """Changes of this process and of others change the version; asks, and changes that were undone, do not."""
    run(database, create_table)
    versions = [database.version()]
    row_count(database)
    versions.append(database.version())
    with pytest.raises(IntegrityError):
        run(database, lambda db: (insert(1)(db), insert(1)(db)))
    versions.append(database.version())
    run(database, insert(1))
    versions.append(database.version())
    empty.run("INSERT INTO thing VALUES (7)")
    versions.append(database.version())

    assert versions[0] == versions[1] == versions[2]
    assert len(set(versions[2:])) == 3


@on_sqlite
def test_a_change_that_keeps_worlds_keeps_the_version(database: Database, empty: Kept) -> None:
    """Only changes of this process can keep the version; any change of another process changes it."""
    run(database, create_table)
    before = database.version()
    asyncio.run(database.change(insert(1), keeps_worlds=True))
    after = database.version()
    empty.run("INSERT INTO thing VALUES (7)")

    assert after == before != database.version()


@on_sqlite
def test_the_file_has_a_write_ahead_log(database: Database, empty: Kept) -> None:
    """With a write-ahead log readers and writers do not wait for each other, and a kill loses nothing."""
    run(database, create_table)

    assert [tuple(row) for row in empty.rows("PRAGMA journal_mode")] == [("wal",)]
    assert empty.file.with_name(f"{empty.file.name}-wal").exists()


def test_a_file_that_cannot_be_opened_is_unavailable(tmp_path: Path) -> None:
    """A file in a missing folder, a folder, and a file of another format are refused with their name."""
    (tmp_path / "text.db").write_text("this is no database, it only looks as long as one " * 50, "utf-8")
    for name in ("nowhere/wattif.db", ".", "text.db"):
        with pytest.raises(DatabaseUnavailableError, match="cannot open"):
            open_database(f"sqlite:///{tmp_path / name}")


@pytest.mark.parametrize("lock", ["DEFERRED", "IMMEDIATE", "EXCLUSIVE"])
def test_a_new_file_is_opened_by_two_processes(tmp_path: Path, lock: str) -> None:
    """A process that opens a file while another one creates it waits for any lock that the other one holds."""
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
