"""A neighbour beside callers that misbehave: how late it is answered by a server that each of them holds up.

The neighbour's calls are due at fixed times, and the time of each counts from then on: a server that stands still for a
second delays every call that is due in that second.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count, cycle, islice, repeat, takewhile
from pathlib import Path
from statistics import quantiles
from time import perf_counter
from typing import Final

import uvloop

from . import databases, machine, misbehaving, table, worlds
from .connections import answer, request
from .default_world import BUSY, World
from .misbehaving import Caller
from .run import Run
from .servers import HEALTH, HOST, ROOT, MeasureFailedError, Server, copied, serving

NAME: Final = "neighbours"
TITLE: Final = "A neighbour beside callers that misbehave"
HOW: Final = (
    "Each cell: p50 / p99 / slowest in ms. Each kind of call is due every {every:.0f} ms, on a connection of its own, "
    "and its time counts from then on; one that has no answer {patience} s after the caller has ended counts as it is. "
    "Processor: the server's time in a second; memory: the most that it had. World: the town, in SQLite."
)
_BAR_MS: Final = 100
_EVERY_S: Final = 0.05
_PATIENCE_S: Final = 3
_ORDERS: Final = 300
_SCENARIO: Final = Path("fixtures") / "town.yaml"
_GOOD: Final = (*range(200, 300), BUSY)


@dataclass(slots=True)
class Calls:
    """The seconds by which calls of one kind were late, and how many of them were refused or had no answer."""

    late: list[float] = field(default_factory=list)
    refused: int = 0
    unanswered: int = 0

    def percentiles_ms(self) -> tuple[float, float, float]:
        """The median, the 99th percentile and the most."""
        hundredths = quantiles(self.late, n=100, method="inclusive")
        return hundredths[49] * 1e3, hundredths[98] * 1e3, max(self.late) * 1e3

    def __str__(self) -> str:
        cell = " / ".join(f"{each:,.0f}" for each in self.percentiles_ms())
        cell += f", {self.refused} refused" if self.refused else ""
        return cell + (f", {self.unanswered} unanswered" if self.unanswered else "")


def report(run: Run, against: Mapping[str, Path]) -> str:
    """The table of all callers, in Markdown; `against` are other source trees by name, which are measured as well."""
    trees = {"": ROOT, **against}
    made = {
        name: databases.database(root / _SCENARIO, run.say, fresh=run.fresh, root=root) for name, root in trees.items()
    }
    rows = [
        _row(run, f"{title}, {name}" if name else title, caller, made[name].folder, root)
        for title, caller in misbehaving.CALLERS.items()
        for name, root in trees.items()
    ]
    head = ("beside", *_KINDS, "processor", "memory", "the caller got", f"p99 ≤ {_BAR_MS} ms")
    how = HOW.format(every=_EVERY_S * 1e3, patience=_PATIENCE_S)
    return f"## {TITLE}\n\n{how}\n\n{table.lines(head, rows)}"


def _row(run: Run, title: str, caller: Caller, source: Path, root: Path) -> tuple[str, ...]:
    run.say(f"a neighbour beside {title}")
    try:
        with (
            copied(source, run.folder / "neighbours") as folder,
            serving(folder, root=root) as server,
            ThreadPoolExecutor(1) as background,
        ):
            streams = {kind: stream(World(server)) for kind, stream in _KINDS.items()}
            before, began = machine.cpu_us(server.pid), perf_counter()
            got = background.submit(caller, server, folder)
            calls = late(server, streams, got)
            share = (machine.cpu_us(server.pid) - before) / 1e6 / (perf_counter() - began)
            used = f"{share:.2f} s", f"{machine.memory_mib(server.pid, most=True):,.0f} MiB"
            worst = max(each.percentiles_ms()[1] for each in calls.values())
            return title, *map(str, calls.values()), *used, got.result(), "met" if worst <= _BAR_MS else "missed"
    except (MeasureFailedError, OSError) as error:
        return title, *[""] * (len(_KINDS) + 2), str(error) or repr(error), "FAILED"


def late(server: Server, streams: Mapping[str, Iterator[bytes]], caller: Future[str]) -> dict[str, Calls]:
    """How late the calls of each stream are answered that are due before the caller has ended."""

    async def all_kinds() -> dict[str, Calls]:
        calls, over = {kind: Calls() for kind in streams}, asyncio.get_running_loop().create_future()
        tasks = [asyncio.create_task(_call(server.port, streams[kind], each, over)) for kind, each in calls.items()]
        await asyncio.wait([asyncio.wrap_future(caller)])
        over.set_result(perf_counter())
        _, unanswered = await asyncio.wait(tasks, timeout=_PATIENCE_S)
        for task in unanswered:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return calls

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(all_kinds())


async def _call(port: int, requests: Iterator[bytes], calls: Calls, over: asyncio.Future[float]) -> None:
    """Sends each request when it is due, or when the one before is answered, until no more are due."""
    began, writer = perf_counter(), None
    due = (began + n * _EVERY_S for n in count())
    try:
        for at in due:
            await asyncio.sleep(at - perf_counter())
            if over.done() and at > over.result():
                return
            try:
                if writer is None:
                    reader, writer = await asyncio.open_connection(HOST, port)
                writer.write(next(requests))
                status, _ = await answer(reader)
            except (OSError, EOFError):
                status, writer = 0, None
            except asyncio.CancelledError:
                waiting = [at, *takewhile(lambda each: each <= over.result(), due)]
                calls.late += [perf_counter() - each for each in waiting]
                calls.unanswered += len(waiting)
                raise
            calls.late.append(perf_counter() - at)
            calls.refused += status not in _GOOD
    finally:
        if writer is not None:
            writer.close()


def _lists(world: World) -> Iterator[bytes]:
    return repeat(request("GET", world.completed().path, world.charge))


def _starts(world: World) -> Iterator[bytes]:
    return cycle(list(islice(world.starts(), _ORDERS)))


def _villages(_world: World) -> Iterator[bytes]:
    return (worlds.make(f"neighbour-{n}") for n in count())


def _health(_world: World) -> Iterator[bytes]:
    return repeat(request("GET", HEALTH))


_KINDS: Final[Mapping[str, Callable[[World], Iterator[bytes]]]] = {
    "GET of ten": _lists,
    "POST of a session": _starts,
    "POST of a village": _villages,
    "health": _health,
}
