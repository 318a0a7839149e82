"""A database of a test's own, without any world: opened on a file that is not there yet."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.store.engine import Database, open_database


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the database is."""
    return tmp_path / "wattif.db"


@pytest.fixture
def database(file: Path) -> Iterator[Database]:
    """The database, open and empty."""
    opened = open_database(f"sqlite:///{file}")
    yield opened
    opened.close()
