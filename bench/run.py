"""One run of the benchmark: what is wanted, on which database, and how long each load lasts."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import httpx2

from . import databases, table
from .databases import Database
from .servers import MeasureFailedError, Server, copied, serving
from .table import Row


@dataclass(frozen=True)
class Run:
    """What was asked for; `folder` is for files that are removed when the run ends, `say` prints progress."""

    wanted: frozenset[str]
    seconds: int
    scenario: Path
    fresh: bool
    folder: Path
    say: Callable[[str], None]

    @cached_property
    def database(self) -> Database:
        """The database that nearly all rows are measured on."""
        return databases.database(self.scenario, self.say, fresh=self.fresh)

    @contextmanager
    def server(self, name: str) -> Iterator[Server]:
        """A server on a copy of that database, so that one measurement does not change another."""
        with copied(self.database.folder, self.folder / name) as folder, serving(folder) as server:
            yield server

    def short(self) -> int:
        """The seconds of a load where many are compared."""
        return max(1, self.seconds // 3)

    def new_folder(self, name: str) -> Path:
        folder = self.folder / name
        folder.mkdir()
        return folder


def attempt(title: str, rows: Iterator[Row]) -> Iterator[Row]:
    """The rows; a measurement that fails ends them with a row that says so."""
    try:
        yield from rows
    except (MeasureFailedError, httpx2.TransportError) as error:
        yield table.failed(title, str(error) or repr(error))
