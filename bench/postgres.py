"""PostgreSQL on this machine beside SQLite, both with the town, and what a second server on it adds."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Final

from tests.cluster import NoClusterError, cluster

from . import load, machine, table
from .client import Client
from .load import ROUNDS, Load, Target
from .run import Run
from .server import Server, wattif
from .table import Row
from .town import Town

_LEAST_OF_SQLITE: Final = 0.5
_TITLE: Final = "PostgreSQL: ten completed sessions"


def rows(run: Run) -> Iterator[Row]:
    """Both rows, or one that says that there is no PostgreSQL. It and the second worker may run on any core."""
    try:
        with ExitStack() as stack:
            with machine.any_core():
                run.say("starting PostgreSQL")
                url = stack.enter_context(cluster()).url()
            run.say("making the town in PostgreSQL and in SQLite")
            first = stack.enter_context(wattif(run.room("postgres"), database=url))
            sqlite = stack.enter_context(wattif(run.room("sqlite")))
            ours, theirs = _target("PostgreSQL", first), _target("SQLite", sqlite)
            loads = load.by_turns([ours, theirs], run.seconds, run.say)
            yield table.beside_row(_TITLE, loads[0], theirs.name, loads[1], _LEAST_OF_SQLITE, busy=False)
            second = stack.enter_context(wattif(run.room("second"), database=url, pinned=False))
            yield _two(run, ours, _target("second", second))
    except NoClusterError as error:
        yield table.missing(_TITLE, str(error))


def _target(name: str, server: Server) -> Target:
    call = Town(Client(server.port)).completed()
    call.answered(Client(server.port))
    return Target(name, server, call.path, call.key)


def _two(run: Run, first: Target, second: Target) -> Row:
    """One worker alone and both at once, by turns."""
    run.say("a second worker")
    alone, both = [], []
    for target in (first, second):
        target.loaded(1)
    with ThreadPoolExecutor(2) as pool:
        for _ in range(ROUNDS):
            alone.append(first.loaded(run.seconds))
            pair = pool.map(Target.loaded, (first, second), (run.seconds, run.seconds))
            both.append(_together(*pair))
    title = f"{_TITLE}, two workers on {len(machine.cores_at_start)} cores"
    return table.beside_row(title, both, "one worker", alone, busy=False)


def _together(one: Load, other: Load) -> Load:
    per_second = one.per_second + other.per_second
    work = (one.work * one.per_second + other.work * other.per_second) / per_second
    return Load(per_second, max(one.p50, other.p50), max(one.p99, other.p99), work)
