"""Renaming of a SQLite file, so that another one can begin under its name."""

import os
from itertools import count
from pathlib import Path
from typing import Final

_PARTS: Final = ("-wal", "-shm", "")
"""The files that SQLite keeps beside its own, which are renamed first."""


def set_aside(file: Path) -> Path:
    """Renames a SQLite file, and the files that SQLite keeps beside it, to `*.old`, or `*.old2` and so on.

    Returns the new path. No file that was set aside before is overwritten, nor any part of it.
    """
    names = (file.with_name(f"{file.name}.old{n if n > 1 else ''}") for n in count(1))
    aside = next(name for name in names if not any(os.path.lexists(f"{name}{part}") for part in _PARTS))
    for part in _PARTS:
        if os.path.lexists(f"{file}{part}"):
            Path(f"{file}{part}").rename(f"{aside}{part}")
    return aside
