"""PostgreSQL on this machine beside SQLite, both with the scenario `town`, and what a second server on it adds."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Final

from tests.cluster import NoClusterError, cluster

from . import loads, machine, table
from .default_world import World
from .loads import Load, Target
from .run import Run
from .servers import WATTIF, serving
from .table import Row

_TITLE: Final = "PostgreSQL: ten completed sessions"


def rows(run: Run) -> Iterator[Row]:
    """Both rows, or one that says that there is no PostgreSQL. It and the second server run on any core."""
    try:
        with ExitStack() as stack:
            run.say("starting PostgreSQL")
            running = stack.enter_context(cluster())
            if running.process is not None:
                machine.pin(running.process.pid, machine.CORES)
            command = (*WATTIF, "--database", running.url())
            run.say("making the town in PostgreSQL and in SQLite")
            one = World(stack.enter_context(serving(run.new_folder("postgres"), command))).completed()
            sqlite = World(stack.enter_context(serving(run.new_folder("sqlite")))).completed()
            ours, theirs = loads.compared([one, sqlite], run.seconds)
            yield table.beside_row(_TITLE, ours, "SQLite", theirs, 0.5, busy=False)
            second = stack.enter_context(serving(run.new_folder("second"), command, cores=machine.CORES))
            two = World(second).completed()
            pool = stack.enter_context(ThreadPoolExecutor(2))
            run.say("a second server")
            two.load(1)
            alone, both = loads.by_turns(
                [lambda: one.load(run.seconds), lambda: _sum(*pool.map(Target.load, (one, two), [run.seconds] * 2))]
            )
        title = f"{_TITLE}, two workers on {len(machine.CORES)} cores"
        yield table.beside_row(title, both, "one worker", alone, busy=False)
    except NoClusterError as error:
        yield table.missing(_TITLE, str(error))


def _sum(one: Load, other: Load) -> Load:
    """Both loads together, with the worse of their latencies."""
    per_second = one.per_second + other.per_second
    work = (one.work * one.per_second + other.work * other.per_second) / per_second
    return Load(per_second, max(one.p50, other.p50), max(one.p99, other.p99), work)
