"""The database of servers for tests as one start has made it, kept for the next ones on this machine.

To make its worlds, and the template of a village, takes longer than all else of a start. They depend on nothing but the
program, so the file is named by a fingerprint of the program's own files: another version, or a change in a checkout,
has another one. A digest of what it holds is the rest of its name: a file that is damaged, or not yet written to its
end, is not used. It lies where the system keeps caches (`~/.cache/wattif` on Linux), takes some megabytes, and can be
deleted at any time; where it cannot be written, each start makes the worlds anew.
"""

import os
import sqlite3
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Final

from starlette.applications import Starlette

from ..data_files import FIXTURES
from ..main import prepare
from ..settings import Settings
from ..store.database.snapshot import write_snapshot
from ..store.database.url import database_file
from ..worlds.startup import Started, nothing

if TYPE_CHECKING:
    from ..web.app_context import AppContext

_PACKAGE: Final = Path(__file__).resolve().parents[1]
_KEPT: Final = 3
"""How many versions and checkouts have a file; that of the one that was used longest ago is deleted."""
_SCENARIO: Final = "empty"
"""The scenario of the world `default` unless another one is asked for, see `serve --for-tests`."""
_UNUSABLE: Final = (OSError, sqlite3.Error, RuntimeError)
"""The folder cannot be read or written, or there is no home to look for it in."""
_ENDINGS: Final = (".py", ".yaml")


def copy_prepared(settings: Settings) -> bool:
    """Copies the prepared database to where the settings say; returns whether there is one for such settings."""
    file = database_file(settings.database_url)
    if file is None or not _is_usual(settings):
        return False
    with suppress(*_UNUSABLE):
        for prepared in _files():
            try:
                held = _held(prepared)
                if held is not None:
                    file.write_bytes(held)
                    prepared.touch()  # the last ones to be used stay
                    return True
            except _UNUSABLE:
                file.unlink(missing_ok=True)
    return False


def resume_prepared(app: Starlette, url: str) -> Started:
    """Begins with a prepared database, in which nothing is to be done: no caller has seen its worlds."""
    context: AppContext = app.state.context
    context.directory.database.join(url)
    started = app.state.started = Started(nothing, is_new=True)
    context.ready = True
    return started


async def prepare_for_tests(app: Starlette, settings: Settings) -> Started:
    """Makes the worlds, and the template of those that tests ask for; keeps the database for the next starts."""
    started = await prepare(app, settings)
    context: AppContext = app.state.context
    await context.worlds.warm()
    await context.worlds.spares.fill()
    file = database_file(settings.database_url)
    if file is not None and _is_usual(settings):
        _keep(file)
    return started


def _is_usual(settings: Settings) -> bool:
    """Whether the settings ask for the worlds that every server for tests has."""
    keys = type(settings).model_fields.keys() - Settings.model_fields.keys()
    return settings.scenario == _SCENARIO and all(
        getattr(settings, name) is None for name in ("seed", "start", "speed", "sessions", *keys)
    )


def _keep(database: Path) -> None:
    with suppress(*_UNUSABLE):
        copy, folder = database.with_name("prepared.db"), _cache()
        write_snapshot(database, copy)
        held = copy.read_bytes()
        copy.unlink()
        for unused in _files():
            unused.unlink(missing_ok=True)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{_name()}-{_digest(held)}.db").write_bytes(held)
        others = sorted(folder.glob("prepared-*.db"), key=lambda file: file.lstat().st_mtime)
        for old in others[:-_KEPT]:
            old.unlink(missing_ok=True)


def _files() -> list[Path]:
    """The prepared databases of this program: one, unless two were made at once, or one is damaged."""
    return list(_cache().glob(f"{_name()}-*.db"))


def _held(prepared: Path) -> bytes | None:
    """What a prepared database holds; None unless it is a file of this user or the system's, and whole."""
    found = prepared.lstat()
    is_trusted = sys.platform == "win32" or found.st_uid in {os.geteuid(), 0}
    if not stat.S_ISREG(found.st_mode) or not is_trusted:
        return None
    held = prepared.read_bytes()
    return held if prepared.stem == f"{_name()}-{_digest(held)}" else None


def _digest(held: bytes) -> str:
    return blake2b(held, digest_size=10).hexdigest()


@cache
def _name() -> str:
    """How the files of this program begin."""
    fingerprint = blake2b(f"{sys.version_info[:2]} {sqlite3.sqlite_version}".encode(), digest_size=10)
    for line in _program():
        fingerprint.update(line.encode())
    return f"prepared-{fingerprint.hexdigest()}"


def _program() -> Iterator[str]:
    """A line for each file that decides what a database holds."""
    for root in (_PACKAGE, FIXTURES):
        for folder, folders, names in os.walk(root):
            folders.sort()
            for name in sorted(names):
                if name.endswith(_ENDINGS):
                    path = f"{folder}/{name}"
                    found = os.stat(path)  # noqa: PTH116 - hundreds of files, in a few milliseconds
                    yield f"{path} {found.st_size} {found.st_mtime_ns}\n"


def _cache() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", "~\\AppData\\Local")).expanduser() / "wattif"
    if sys.platform == "darwin":
        return Path("~/Library/Caches/wattif").expanduser()
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "wattif"
