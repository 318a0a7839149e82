"""Servers as processes of their own, each on the core kept for servers, and ended whatever happens here."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from time import perf_counter
from typing import Final

from . import machine
from .client import MeasureFailedError

ROOT: Final = Path(__file__).resolve().parents[1]
_READY: Final = re.compile(rb"ready on http://127\.0\.0\.1:(\d+)")
_PATIENCE_S: Final = 120
_GRACE_S: Final = 5
_DATABASE: Final = "wattif.db"


@dataclass(frozen=True, slots=True)
class Wait:
    """Seconds since a server began, and how many of them it has worked; not a number where that is not told."""

    seconds: float
    work_s: float

    @property
    def share(self) -> float:
        """The share of a core that the server had; what is far below one was disturbed."""
        return self.work_s / self.seconds


@dataclass(frozen=True, slots=True)
class Server:
    """A server that is ready: where, and when it began (`perf_counter`)."""

    pid: int
    port: int
    began: float

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def waited(self) -> Wait:
        """How long its start has taken if it ends here."""
        return Wait(perf_counter() - self.began, machine.cpu_us(self.pid) / 1e6)


@contextmanager
def process(
    command: Sequence[str], folder: Path, *, pinned: bool = True, heard: bool = True
) -> Iterator[subprocess.Popen[bytes]]:
    """A process that a command starts in a folder, on the core kept for servers; what it complains of is in a file.

    Nobody reads what one that is not `heard` says.
    """
    said = subprocess.PIPE if heard else subprocess.DEVNULL
    with (folder / "errors.log").open("wb") as errors:
        with machine.server_core() if pinned else machine.any_core():
            started = subprocess.Popen(
                command, cwd=folder, env=_environment(), stdout=said, stderr=errors, stdin=subprocess.DEVNULL
            )
        try:
            yield started
        finally:
            _end(started)


@contextmanager
def running(
    command: Sequence[str], folder: Path, *, patience_s: float = _PATIENCE_S, pinned: bool = True
) -> Iterator[Server]:
    """A server that Python starts, from the line in which it says where it is ready."""
    began = perf_counter()
    with process([sys.executable, *command], folder, pinned=pinned) as started:
        port = _port(started, patience_s)
        if port is None:
            raise MeasureFailedError(f"{' '.join(command)} did not start: {last_words(folder)}")
        yield Server(started.pid, port, began)


@contextmanager
def wattif(
    folder: Path,
    *,
    database: str = "",
    scenario: Path | None = None,
    patience_s: float = _PATIENCE_S,
    pinned: bool = True,
) -> Iterator[Server]:
    """Wattif as its users start it, on the database in the folder unless another is named; it makes what is missing."""
    url = database or f"sqlite:///{folder / _DATABASE}"
    made_from = [] if scenario is None else ["--scenario", str(scenario)]
    command = ["-m", "app", "serve", "--port", "0", "--database", url, *made_from]
    with running(command, folder, patience_s=patience_s, pinned=pinned) as server:
        yield server


@contextmanager
def copied(made: Path, folder: Path) -> Iterator[Path]:
    """A folder with a copy of the database in another, until it is not needed any more."""
    folder.mkdir()
    try:
        for part in made.glob(f"{_DATABASE}*"):
            shutil.copy(part, folder)
        yield folder
    finally:
        shutil.rmtree(folder)


def last_words(folder: Path) -> str:
    """The last line that a server in this folder complained with."""
    lines = (folder / "errors.log").read_text(errors="replace").splitlines()
    return lines[-1] if lines else "it said nothing"


def _environment() -> dict[str, str]:
    """The variables of this process, without settings that would change what is measured."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WATTIF_")}
    return {**kept, "PYTHONPATH": str(ROOT)}


def _port(started: subprocess.Popen[bytes], patience_s: float) -> int | None:
    assert started.stdout is not None
    late = Timer(patience_s, started.kill)
    late.start()
    try:
        for line in started.stdout:
            if said := _READY.search(line):
                return int(said[1])
    finally:
        late.cancel()
    return None


def _end(started: subprocess.Popen[bytes]) -> None:
    started.terminate()
    try:
        started.wait(_GRACE_S)
    except subprocess.TimeoutExpired:
        started.kill()
        started.wait()
    if started.stdout is not None:
        started.stdout.close()
