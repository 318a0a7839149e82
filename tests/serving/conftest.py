"""A database that a server can be started on at once."""

import shutil
from pathlib import Path

import pytest


@pytest.fixture
def file(made: Path, tmp_path: Path) -> Path:
    """A copy of a database in which the worlds are made already."""
    copy = tmp_path / "wattif.db"
    shutil.copy(made, copy)
    return copy
