"""The last of sixty-four operations beside the first: finding an operation must not depend on their number."""

import sys
from collections.abc import Iterator
from typing import Final

from . import loads, table
from .loads import Target
from .run import Run
from .servers import serving
from .table import Row

PATHS: Final = tuple(f"/things_{n}/{{thing}}" for n in range(64))
_SERVER: Final = (sys.executable, "-m", "uvicorn", "bench.sixty_four:application", "--factory", "--port", "{port}")
_QUIET: Final = ("--no-access-log", "--log-level", "warning")


def rows(run: Run) -> Iterator[Row]:
    """One row; the two operations do the same, so only their places differ."""
    first, last = (path.format(thing="x") for path in (PATHS[0], PATHS[-1]))
    with serving(run.new_folder("operations"), (*_SERVER, *_QUIET), path=first) as server:
        run.say("the last of sixty-four operations beside the first")
        targets = [Target(path, server, path, rows=None) for path in (last, first)]
        ours, theirs = loads.compared(targets, run.short())
    yield table.beside_row(f"the last of {len(PATHS)} operations", ours, "the first", theirs, 0.95)
