"""The database that is measured: made once for a scenario, and kept for some hours, so that the next run has it."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from math import nan
from pathlib import Path
from typing import Final

import orjson

from .server import ROOT, Wait, wattif

FOLDER: Final = ROOT / ".bench" / "made"
_KEPT: Final = timedelta(hours=12)
_PATIENCE_S: Final = 1800
_NOTE: Final = "making.json"
_DECIDING: Final = (
    "app/world/**/*.py",
    "app/operations/**/*.py",
    "app/generate/**/*.py",
    "app/scenario/**/*.py",
    "app/store/tables.py",
    "app/store/rows.py",
    "app/store/changes.py",
    "app/store/copies.py",
    "fixtures/catalogue/*",
)
"""What decides what is in a database, besides its scenario."""
_SESSIONS: Final = (
    "SELECT count(*) FROM session WHERE world = (SELECT n FROM world WHERE name = 'default' AND state = 'open')"
)


@dataclass(frozen=True, slots=True)
class Making:
    """How a database was made: from when on, how many sessions, how long it took in all, and how much of it in work."""

    at: datetime
    sessions: int
    wait: Wait


@dataclass(frozen=True, slots=True)
class Made:
    """A folder with a database, and how it came to be; `is_new` if it was made in this run."""

    folder: Path
    making: Making
    is_new: bool


def made(scenario: Path, say: Callable[[str], None], *, anew: bool) -> Made:
    """The scenario's database: the kept one, unless it is too old or another is asked for."""
    folder = FOLDER / _fingerprint(scenario)
    kept = _kept(folder)
    if kept is not None and not anew:
        say(f"using the database made at {kept.at:%Y-%m-%d %H:%M} UTC; --anew makes another")
        return Made(folder, kept, is_new=False)
    _clear(folder)
    say(f"making a database from {scenario.name}, which may take minutes")
    return Made(folder, _make(scenario, folder), is_new=True)


def _make(scenario: Path, folder: Path) -> Making:
    """Whatever is interrupted leaves no note, and is not taken for a whole one."""
    folder.mkdir(parents=True)
    at = datetime.now(UTC)
    with wattif(folder, scenario=scenario, patience_s=_PATIENCE_S) as server:
        wait = server.waited()
    making = Making(at, _sessions(folder), wait)
    (folder / _NOTE).write_bytes(orjson.dumps(asdict(making)))
    return making


def _kept(folder: Path) -> Making | None:
    note = folder / _NOTE
    if not note.exists():
        return None
    told = orjson.loads(note.read_bytes())
    work_s = told["wait"]["work_s"]
    wait = Wait(told["wait"]["seconds"], nan if work_s is None else work_s)
    making = Making(datetime.fromisoformat(told["at"]), told["sessions"], wait)
    return making if datetime.now(UTC) - making.at < _KEPT else None


def _clear(folder: Path) -> None:
    """Makes room; what nobody can use any more goes as well."""
    oldest = (datetime.now(UTC) - _KEPT).timestamp()
    for other in FOLDER.glob("*"):
        if other == folder or other.stat().st_mtime < oldest:
            shutil.rmtree(other)


def _sessions(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "wattif.db")) as database:
        return int(database.execute(_SESSIONS).fetchone()[0])


def _fingerprint(scenario: Path) -> str:
    told = blake2b(str(scenario).encode(), digest_size=8)
    for file in (scenario, *_deciding()):
        told.update(file.read_bytes())
    return told.hexdigest()


def _deciding() -> Iterator[Path]:
    for pattern in _DECIDING:
        yield from sorted(ROOT.glob(pattern))
