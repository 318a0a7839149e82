"""Worlds made at the first start, and starts on a database that exists."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from math import nan
from statistics import median
from time import perf_counter
from typing import Final

from . import loads, table
from .default_world import World
from .run import Run
from .servers import HEALTH, Wait, copied, process, serving
from .table import Row

STARTS: Final = 9
_IMPORTS: Final = "import fastapi, sqlmodel, uvicorn"


def first_start(run: Run) -> Iterator[Row]:
    """The first start, which makes the world that comes with Wattif."""
    run.say("first start")
    with serving(run.new_folder("first-start")) as server:
        wait = server.start
    bar = table.at_most(wait.seconds, 5, " s")
    yield _row("first start, which makes the town", wait, bar)


def making(run: Run) -> Iterator[Row]:
    """How fast the measured database was made, in this run or before it."""
    made = run.database
    count, seconds = made.sessions(), made.wait.seconds
    when = "" if made.is_new else f", made at {made.at:%Y-%m-%d %H:%M} UTC"
    bar = table.at_least(count / seconds, 8_000, "/s")
    title = f"sessions made, {count:,} in {seconds:,.0f} s{when}"
    begun = table.row(title, f"{count / seconds:,.0f}/s", bar, shares=(made.wait.share,))
    yield replace(begun, work=f"{made.wait.work_s / count * 1e6:,.0f} µs")


def starts(run: Run) -> Iterator[Row]:
    """From the start of the process to the first answer, by turns with a process that imports the frameworks."""
    with copied(run.database.folder, run.folder / "starts") as folder:
        with serving(folder) as server:
            page = World(server).completed()

        def start(path: str, key: str) -> Wait:
            with serving(folder, path=path, key=key) as server:
                return server.start

        def import_frameworks() -> Wait:
            began = perf_counter()
            with process([sys.executable, "-c", _IMPORTS], folder) as imports:
                imports.wait()
            return Wait(perf_counter() - began, nan)

        run.say("starts on an existing database")
        measures = (lambda: start(HEALTH, ""), lambda: start(page.path, page.key), import_frameworks)
        waits = loads.by_turns(measures, STARTS)
    health, vendor, imports = [
        Wait(median(wait.seconds for wait in each), median(wait.work_s for wait in each)) for each in waits
    ]
    for name, wait in (("health", health), ("a vendor", vendor)):
        times = wait.seconds / imports.seconds
        begun = _row(f"start to first answer of {name}", wait, table.at_most(times, 1.3, " of it"))
        yield replace(begun, beside=f"{_IMPORTS} {imports.seconds:.2f} s", ratio=f"{times:.2f}")


def _row(title: str, wait: Wait, *bars: table.Bar) -> Row:
    return replace(table.row(title, f"{wait.seconds:.2f} s", *bars, shares=(wait.share,)), work=f"{wait.work_s:.2f} s")
