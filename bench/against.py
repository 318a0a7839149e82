"""The working tree beside a commit: servers on databases of the same scenario, seed and start, measured by turns.

Turns are short, and every second one goes backwards, so that noise hits both servers alike. Both get the same number of
requests that change their world, so that the worlds stay equally large.
"""

import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, partial
from itertools import islice, repeat
from math import exp, log, sqrt
from pathlib import Path
from statistics import fmean, median
from time import sleep
from typing import Final

from . import changes, databases, loads, machine, table, whole_test, worlds
from .connections import exchange, one_by_one, request
from .default_world import DEFAULT, World
from .loads import CONNECTIONS, Load, Target
from .run import Run
from .servers import ROOT, MeasureFailedError, Server, copied, serving

_BAR: Final = 0.97
"""A row is slower if its whole interval lies below this ratio."""
_Z: Final = 1.645
"""The standard deviations on both sides of a normal distribution's mean within which 90 % of it lie."""
_FIRST: Final = 50
"""The number of changes from which their rate is estimated."""
_IDLE_S: Final = 0.1
_TRIES: Final = 100

_Measure = Callable[[Sequence[Server], int], list[Callable[[], Load]]]
"""Takes both servers and the seconds of a turn; returns the function that measures a turn, for each server."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A ratio, the working tree over the commit, with its 90 % interval."""

    low: float
    ratio: float
    high: float

    def __str__(self) -> str:
        return f"{self.ratio:.3f}, {self.low:.3f} to {self.high:.3f}"

    @property
    def is_slower(self) -> bool:
        return self.high < _BAR


def interval(ours: Sequence[float], theirs: Sequence[float]) -> Comparison:
    """The Hodges-Lehmann estimate of the ratio, with the interval of Wilcoxon's signed ranks, from paired rates.

    Outliers, as another process makes them on a shared core, weigh little in it.
    """
    logs = [log(mine / other) for mine, other in zip(ours, theirs, strict=True)]
    count = len(logs)
    means = sorted((one + other) / 2 for n, one in enumerate(logs) for other in logs[n:])
    cut = max(0, int(count * (count + 1) / 4 - _Z * sqrt(count * (count + 1) * (2 * count + 1) / 24)))
    return Comparison(exp(means[cut]), exp(median(means)), exp(means[-1 - cut]))


def compare(run: Run, commit: str, turns: int) -> bool:
    """Prints the comparison of each wanted row and their geometric mean. Returns whether a row is slower or failed."""
    with worktree(commit, run.folder) as root, ExitStack() as stack:
        folders = [
            databases.database(run.scenario, run.say, fresh=run.fresh and tree == ROOT, root=tree).folder
            for tree in (ROOT, root)
        ]
        servers = []
        for name, folder, tree in zip(("this", "that"), folders, (ROOT, root), strict=True):
            copy = stack.enter_context(copied(folder, run.folder / name))
            servers.append(stack.enter_context(serving(copy, root=tree)))
        _synchronise(servers)
        cells, ratios = list[tuple[str, ...]](), list[float]()
        for name in [name for name in _MEASURES if name in run.wanted]:
            run.say(f"{name} against {commit}, {turns} turns")
            try:
                ours, theirs = loads.by_turns(_MEASURES[name](servers, run.seconds), turns)
            except MeasureFailedError as error:
                cells.append((name, "", "", str(error), "", "FAILED"))
                continue
            found = interval([each.per_second for each in ours], [each.per_second for each in theirs])
            rates = [f"{loads.middle(each).per_second:,.0f}/s" for each in (ours, theirs)]
            # The commit's time over the working tree's, so that this ratio is above 1 where less work is done, too.
            work = interval([each.work for each in theirs], [each.work for each in ours])
            cells.append((name, *rates, str(found), str(work), "slower" if found.is_slower else ""))
            ratios.append(found.ratio)
    if ratios:
        cells.append(("geometric mean", "", "", f"{exp(fmean(map(log, ratios))):.3f}", "", ""))
    print(table.lines(("", "this", commit, "ratio, 90 % interval", "by processor time", ""), cells), end="\n\n")
    return any(verdict for *_, verdict in cells)


@contextmanager
def worktree(commit: str, folder: Path) -> Iterator[Path]:
    """The files of a commit. Raises MeasureFailedError if there is no such commit."""
    root = folder / "worktree"
    _git("worktree", "add", "--quiet", "--detach", str(root), f"{commit}^{{commit}}")
    try:
        yield root
    finally:
        _git("worktree", "remove", "--force", str(root))


def _git(*arguments: str) -> None:
    ran = subprocess.run(["git", "-C", str(ROOT), *arguments], capture_output=True, text=True, check=False)
    if ran.returncode:
        raise MeasureFailedError(f"git {' '.join(arguments)}: {ran.stderr.strip()}")


def _synchronise(servers: Sequence[Server]) -> None:
    """Moves both clocks to the same instant: a kept database has been running for longer than a new one."""
    later = max(World(server).now() for server in servers) + timedelta(minutes=1)
    for server in servers:
        with server.client() as client:
            client.post(f"{DEFAULT}/clock/advance", json={"to": f"{later:%Y-%m-%dT%H:%M:%SZ}"})


def _get(page: Callable[[World], Target]) -> _Measure:
    """Measures a page by wrk."""

    def measures(servers: Sequence[Server], seconds: int) -> list[Callable[[], Load]]:
        targets = [page(World(server)) for server in servers]
        for target in targets:
            target.load(1)
        return [partial(target.load, seconds) for target in targets]

    return measures


def _same_work(turn: Callable[[World, int], Load]) -> _Measure:
    """Measures as many changes to each world as the slower server makes in a turn."""

    def measures(servers: Sequence[Server], seconds: int) -> list[Callable[[], Load]]:
        both = [World(server) for server in servers]
        count = int(seconds * min(turn(world, _FIRST).per_second for world in both))
        return [partial(turn, world, max(2, count)) for world in both]

    return measures


def _start(world: World, count: int) -> Load:
    world.advance()
    _await_idle(world.server)
    sent = exchange(world.server, [iter(_orders(world)[:count])] * CONNECTIONS)
    return sent.load(changes.started(sent.all(), set()))


@cache
def _orders(world: World) -> tuple[bytes, ...]:
    return tuple(islice(world.starts(), changes.VEHICLES))


def _make_villages(world: World, count: int) -> Load:
    names = [f"against-{n}" for n in range(count)]
    _await_idle(world.server)
    sent = one_by_one(world.server, map(worlds.make, names))
    one_by_one(world.server, map(worlds.delete, names))
    _await_idle(world.server)
    return sent.load(sent.all())


def _advance(world: World, count: int) -> Load:
    _await_idle(world.server)
    sent = one_by_one(world.server, repeat(request("POST", f"{DEFAULT}/clock/advance", "", {"by": "PT1H"}), count))
    return sent.load(sent.all())


def _run_tests(world: World, count: int) -> Load:
    _await_idle(world.server)
    load = whole_test.load_of(world.server, count)
    _await_idle(world.server)
    return load


def _await_idle(server: Server) -> None:
    """Waits until work in the background is done, which would slow down the other server as well."""
    for _ in range(_TRIES):
        before = machine.cpu_us(server.pid)
        sleep(_IDLE_S)
        if not machine.cpu_us(server.pid) - before > _IDLE_S * 1e5:
            return
    raise MeasureFailedError("the server does not become idle")


_MEASURES: Final[Mapping[str, _Measure]] = {
    "completed": _get(World.completed),
    "active": _get(World.active),
    "session": _get(World.session),
    "starts": _same_work(_start),
    "villages": _same_work(_make_villages),
    "whole-test": _same_work(_run_tests),
    "advance": _same_work(_advance),
}
NAMES: Final = tuple(_MEASURES)
