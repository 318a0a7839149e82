"""A SQLite file with the tables of another program stays as it is, byte for byte."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.store.database.url import open_database
from app.store.schema.version import ForeignDatabaseError
from app.worlds.startup import prepare_tables


def test_a_file_of_another_program_is_not_changed(tmp_path: Path) -> None:
    """It is refused, and not even its journal mode is another one afterwards."""
    file = tmp_path / "theirs.db"
    with closing(sqlite3.connect(file)) as db:
        db.execute("CREATE TABLE precious (n INTEGER)")
    before = file.read_bytes()
    with closing(open_database(f"sqlite:///{file}")) as database, pytest.raises(ForeignDatabaseError):
        asyncio.run(prepare_tables(database))

    assert file.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["theirs.db"]
