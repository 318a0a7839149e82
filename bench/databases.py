"""Databases of a scenario, made by the code that is measured. One is kept for some hours for the next run."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from math import nan
from pathlib import Path
from typing import Final

import orjson

from .servers import DATABASE, ROOT, WATTIF, Wait, serving

FOLDER: Final = ROOT / ".bench"
_KEPT: Final = timedelta(hours=12)
_MAKING_S: Final = 1800
_START: Final = "2026-03-02T08:00:00Z"
"""When the clock of the world starts, so that the same code makes the same sessions."""
_NOTE: Final = "made.json"
_INPUTS: Final = ("app/**/*.py", "fixtures/**/*.yaml")
"""The files of a source tree that a database is made from."""
_SESSIONS: Final = (
    "SELECT count(*) FROM session WHERE world = (SELECT n FROM world WHERE name = 'default' AND state = 'open')"
)


@dataclass(frozen=True, slots=True)
class Database:
    """A folder with a database, when it was made, and how long that took; `is_new` if it was made in this run."""

    folder: Path
    at: datetime
    wait: Wait
    is_new: bool

    def sessions(self) -> int:
        """The number of sessions in the world `default`."""
        with closing(sqlite3.connect(self.folder / DATABASE)) as connection:
            return int(connection.execute(_SESSIONS).fetchone()[0])


def database(scenario: Path, say: Callable[[str], None], *, fresh: bool = False, root: Path = ROOT) -> Database:
    """The database that the source tree `root` makes from a scenario: the kept one, unless it is old or `fresh`."""
    folder = FOLDER / "databases" / _fingerprint(scenario, root)
    note = folder / _NOTE
    _remove_old(folder.parent)
    if note.exists() and not fresh:
        known = orjson.loads(note.read_bytes())
        at = datetime.fromisoformat(known["at"])
        say(f"using the database made at {at:%Y-%m-%d %H:%M} UTC; --fresh makes another")
        return Database(folder, at, Wait(known["seconds"], known["work_s"] or nan), is_new=False)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    say(f"making a database from {scenario.name}, which may take minutes")
    at = datetime.now(UTC)
    command = (*WATTIF, "--scenario", str(scenario), "--start", _START)
    with serving(folder, command, timeout_s=_MAKING_S, root=root) as server:
        wait = server.start
    # The note is written last: a folder without one holds a database that was interrupted.
    note.write_bytes(orjson.dumps({"at": at, "seconds": wait.seconds, "work_s": wait.work_s}))
    return Database(folder, at, wait, is_new=True)


def _remove_old(parent: Path) -> None:
    oldest = (datetime.now(UTC) - _KEPT).timestamp()
    for folder in parent.glob("*"):
        if folder.stat().st_mtime < oldest:
            shutil.rmtree(folder)


def _fingerprint(scenario: Path, root: Path) -> str:
    digest = blake2b(scenario.read_bytes(), digest_size=8)
    for pattern in _INPUTS:
        for file in sorted(root.glob(pattern)):
            digest.update(str(file.relative_to(root)).encode() + file.read_bytes())
    return digest.hexdigest()
