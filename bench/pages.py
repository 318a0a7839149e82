"""Single GETs: pages of ten and one session, beside the same bytes as a constant of FastAPI and of mock servers."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from math import isnan
from typing import Final

from . import loads, machine, table
from .default_world import World
from .loads import Load, Target
from .mock_servers import FASTAPI, MOCK_SERVERS, MockServer, MockServerMissingError
from .run import Run
from .servers import MeasureFailedError, Server
from .table import Row

_LEAST_OF_FASTAPI: Final = {"completed": 0.33, "active": 0.25, "session": None}
_LEAST_OF_OTHERS: Final = {"completed": 1.8, "active": 1.5}
NAMES: Final = tuple(_LEAST_OF_FASTAPI)


def rows(run: Run, server: Server) -> Iterator[Row]:
    """Each page and its constant, by turns with the mock servers' constant of the completed sessions."""
    world = World(server)
    pages: dict[str, Target] = {name: getattr(world, name)() for name in NAMES if name in run.wanted}
    with ExitStack() as stack:
        limits = [_start(run, stack, FASTAPI, page) for page in pages.values()]
        others: list[Target] = []
        for each in MOCK_SERVERS if _LEAST_OF_OTHERS.keys() & run.wanted else ():
            try:
                others.append(_start(run, stack, each, world.completed()))
            except MockServerMissingError as error:
                yield table.missing(f"ten as a constant: {each.name}", str(error))
            except MeasureFailedError as error:
                yield table.failed(f"ten as a constant: {each.name}", str(error))
        run.say(f"{', '.join(pages)} beside constants")
        measured = loads.compared([*pages.values(), *limits, *others], run.seconds)
    for page in pages.values():
        page.read()
    ours, of_fastapi = measured[: len(pages)], measured[len(pages) : 2 * len(pages)]
    theirs = dict(zip([each.title for each in others], measured[2 * len(pages) :], strict=True))
    for title, other in theirs.items():
        yield _constant(f"ten as a constant: {title}", other)
    if "completed" in run.wanted:
        yield from _just_started(run, world.completed())
    for (name, page), mine, limit in zip(pages.items(), ours, of_fastapi, strict=True):
        yield table.beside_row(page.title, mine, FASTAPI.name, limit, _LEAST_OF_FASTAPI[name])
        if theirs and name in _LEAST_OF_OTHERS:
            fastest = max(theirs, key=lambda other: loads.middle(theirs[other]).per_second)
            yield table.beside_row(page.title, mine, fastest, theirs[fastest], _LEAST_OF_OTHERS[name])
            soonest = min(theirs, key=lambda other: loads.middle(theirs[other]).p99)
            yield table.sooner_row(f"{page.title}: p99", mine, soonest, theirs[soonest])


def memory(run: Run, server: Server) -> Iterator[Row]:
    """The memory of a server after the load that has been measured, or after one load if there was none."""
    World(server).completed().load(run.seconds)
    title, mib = "resident memory after the load", machine.memory_mib(server.pid)
    if isnan(mib):
        yield table.missing(title, "there is no /proc")
    else:
        yield table.row(title, f"{mib:.0f} MiB", table.at_most(mib, 105, " MiB"))


def _start(run: Run, stack: ExitStack, server: MockServer, page: Target) -> Target:
    folder = run.new_folder(f"{server.name} {page.title}")
    return stack.enter_context(server.answering(page, folder))


def _just_started(run: Run, page: Target) -> Iterator[Row]:
    """Every server in its first seconds, without options and without a warm-up, as a test run meets it."""
    run.say(f"{page.title}, just started")
    with run.server("just-started") as server:
        ours = [World(server).completed().load(run.seconds)]
    theirs: dict[str, list[Load]] = {}
    for each in MOCK_SERVERS:
        folder = run.new_folder(f"{each.name}, just started")
        with suppress(MockServerMissingError), each.answering(page, folder, tuned=False) as target:
            theirs[target.title] = [target.load(run.seconds)]
    for title, measured in theirs.items():
        yield _constant(f"ten as a constant, just started: {title}", measured)
    if theirs:
        fastest = max(theirs, key=lambda other: theirs[other][0].per_second)
        least = _LEAST_OF_OTHERS["completed"]
        yield table.beside_row(f"{page.title}, just started", ours, fastest, theirs[fastest], least)


def _constant(title: str, measured: Sequence[Load]) -> Row:
    load = loads.middle(measured)
    return table.load_row(title, load, shares=(load.share,))
