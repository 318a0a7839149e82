"""One run of the benchmark: what is wanted, on which databases, and for how long each load lasts."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from . import table
from .client import MeasureFailedError
from .made import Made, made
from .server import Server, copied, wattif
from .table import Row


@dataclass(frozen=True)
class Run:
    """What was asked for, where there is room, and who is told what is going on."""

    wanted: frozenset[str]
    seconds: int
    scenario: Path
    anew: bool
    folder: Path
    say: Callable[[str], None]

    @cached_property
    def made(self) -> Made:
        """The database that nearly everything is measured on."""
        return made(self.scenario, self.say, anew=self.anew)

    @contextmanager
    def server(self, name: str) -> Iterator[Server]:
        """A server on a copy of that database, so that no measurement disturbs another."""
        with copied(self.made.folder, self.folder / name) as folder, wattif(folder) as server:
            yield server

    def short(self) -> int:
        """How long a load lasts where many are compared."""
        return max(1, self.seconds // 3)

    def room(self, name: str) -> Path:
        """A new folder."""
        folder = self.folder / name
        folder.mkdir()
        return folder


def attempted(title: str, rows: Iterator[Row]) -> Iterator[Row]:
    """The rows; what fails is a row that says so."""
    try:
        yield from rows
    except MeasureFailedError as error:
        yield table.failed(title, str(error))
