"""The last of Charge's operations beside the first: finding an operation must not depend on their number."""

import sys
from collections.abc import Iterator
from typing import Final

from . import loads, table
from .loads import Target
from .run import Run
from .servers import serving
from .table import Row

FIRST: Final = "/v1/charging_sessions/{charging_session}"
LAST: Final = "/v1/webhook_endpoints/{webhook_endpoint}"
_SERVER: Final = (sys.executable, "-m", "uvicorn", "bench.sixty_four:application", "--factory", "--port", "{port}")
_QUIET: Final = ("--no-access-log", "--log-level", "warning")


def rows(run: Run) -> Iterator[Row]:
    """One row; all operations do the same, so only their places differ."""
    first, last = FIRST.partition("{")[0] + "x", LAST.partition("{")[0] + "x"
    with serving(run.new_folder("operations"), (*_SERVER, *_QUIET), path=first) as server:
        run.say("the last of Charge's operations beside the first")
        targets = [Target(path, server, path, rows=None) for path in (last, first)]
        ours, theirs = loads.compared(targets, run.short())
    yield table.beside_row(f"the last of sixty-four operations: {last}", ours, first, theirs, 0.95)
