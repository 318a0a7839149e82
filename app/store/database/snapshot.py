"""A copy of a SQLite file that is in use, as one file."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path


def write_snapshot(file: Path, copy: Path) -> None:
    """Writes what the file holds now to `copy`, which is replaced as a whole. Raises OSError or sqlite3.Error."""
    part = copy.with_name(f"{copy.name}.{os.getpid()}.part")
    part.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("VACUUM INTO ?", (str(part),))
        part.replace(copy)
    finally:
        part.unlink(missing_ok=True)
