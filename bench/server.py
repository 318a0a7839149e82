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
    """A server that said that it is ready: where, and when it began (`perf_counter`)."""

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
def running(command: Sequence[str], folder: Path) -> Iterator[Server]:
    """A server that a command starts in a folder, from the line in which it says where it is ready."""
    with (folder / "errors.log").open("wb") as errors:
        began = perf_counter()
        process = subprocess.Popen(
            [sys.executable, *command], cwd=folder, env=_environment(), stdout=subprocess.PIPE, stderr=errors
        )
        try:
            machine.pin_server(process.pid)
            port = _port(process)
            if port is None:
                raise MeasureFailedError(f"{' '.join(command)} did not start: {_last_words(folder)}")
            yield Server(process.pid, port, began)
        finally:
            _end(process)


@contextmanager
def wattif(folder: Path) -> Iterator[Server]:
    """Wattif as its users start it, on the database in the folder; it makes one if there is none."""
    database = f"sqlite:///{folder / _DATABASE}"
    with running(["-m", "app", "serve", "--port", "0", "--database", database], folder) as server:
        yield server


def copied(made: Path, name: str) -> Path:
    """A folder beside another, with a copy of its database."""
    folder = made.with_name(name)
    folder.mkdir()
    for part in made.glob(f"{_DATABASE}*"):
        shutil.copy(part, folder)
    return folder


def _environment() -> dict[str, str]:
    """The variables of this process, without settings that would change what is measured."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WATTIF_")}
    return {**kept, "PYTHONPATH": str(ROOT)}


def _port(process: subprocess.Popen[bytes]) -> int | None:
    assert process.stdout is not None
    late = Timer(_PATIENCE_S, process.kill)
    late.start()
    try:
        for line in process.stdout:
            if said := _READY.search(line):
                return int(said[1])
    finally:
        late.cancel()
    return None


def _last_words(folder: Path) -> str:
    lines = (folder / "errors.log").read_text(errors="replace").splitlines()
    return lines[-1] if lines else "it said nothing"


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_GRACE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
