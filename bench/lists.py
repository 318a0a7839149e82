"""Lists: every filter and combination of filters, pages far back, and the pages of the other vendors."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import combinations, islice, product
from math import nan
from statistics import median
from typing import Final

from . import loads, table
from .connections import one_by_one, request
from .default_world import World
from .loads import TEN, Loads, Target
from .run import Run, attempt
from .servers import MeasureFailedError, Server
from .table import Row

_PEOPLE: Final = ("driver", "fleet", "vehicle")
_STATUSES: Final = tuple({"status": status} for status in ("active", "completed", "cancelled", "failed"))
_DEEP: Final = 10_000
_PAGES_BACK: Final = 20
_CALLS: Final = 15

Filters = dict[str, str]


def rows(run: Run, server: Server) -> Iterator[Row]:
    """The rows of these names that are wanted."""
    world = World(server)
    for name, measure in _MEASURES.items():
        if name in run.wanted:
            yield from attempt(name, measure(run, world))


def _filters(run: Run, world: World) -> Iterator[Row]:
    """Each filter whose page is full beside the unfiltered list; for each kind the row of the slowest."""
    single, paired, _ = _queries(world)
    unfiltered = world.sessions("unfiltered", {})
    unfiltered.load(run.short())
    for kind, queries in (("one filter", single), ("driver, fleet or vehicle with a status", paired)):
        measured: list[tuple[str, Loads, Loads]] = []
        for target in _targets(world, queries, full=True):
            run.say(f"{target.title} beside unfiltered")
            ours, theirs = loads.by_turns([partial(each.load, run.short()) for each in (target, unfiltered)])
            measured.append((target.title, ours, theirs))
        if not measured:
            raise MeasureFailedError(f"{kind}: no page is full")
        worst, slow, fast = min(measured, key=lambda each: loads.ratio(each[1], each[2]))
        yield table.beside_row(f"{kind}, the worst of {len(measured)}: {worst}", slow, unfiltered.title, fast, 0.8)


def _combinations(run: Run, world: World) -> Iterator[Row]:
    """All other combinations whose page is full, and all whose page is not, called one by one."""
    run.say("combinations of filters, one by one")
    single, paired, mixed = _queries(world)
    yield slowest("every other combination", _targets(world, mixed, full=True))
    yield slowest("a page that is not full", _targets(world, [*single, *paired, *mixed], full=False))


def _depth(run: Run, world: World) -> Iterator[Row]:
    """A page that is reached by following links, beside the first one."""
    run.say(f"turning {_DEEP:,} pages")
    first = world.sessions("page 1", {})
    path, number = first.path, 1
    for number, page in enumerate(world.pages(first), start=1):
        if number == _DEEP or page["next_page_url"] is None:
            break
        path = page["next_page_url"]
    path = path.removeprefix(world.server.url)
    deep = Target(f"page {number:,} of all sessions", world.server, path, world.charge, rows=None)
    yield _beside(run, deep, first, deep.title, 0.9)


def _cariqa(run: Run, world: World) -> Iterator[Row]:
    first = world.cariqa()
    count = first.json()["count"]
    yield from _vendor(run, world, first, count, [f"&page={n}" for n in range(1, -(-count // TEN) + 1)])


def _podero(run: Run, world: World) -> Iterator[Row]:
    first = world.podero()
    count = first.json()["total"]
    yield from _vendor(run, world, first, count, [f"&offset={offset}" for offset in range(0, count, TEN)])


_MEASURES: Final[Mapping[str, Callable[[Run, World], Iterator[Row]]]] = {
    "filters": _filters,
    "combinations": _combinations,
    "depth": _depth,
    "cariqa": _cariqa,
    "podero": _podero,
}
NAMES: Final = tuple(_MEASURES)


def _vendor(run: Run, world: World, first: Target, count: int, queries: Sequence[str]) -> Iterator[Row]:
    """The first page beside Charge's, and the slowest of all pages."""
    charge = world.sessions("Charge", {"status": "completed"})
    yield _beside(run, first, charge, f"{first.title} with {count}", 0.6)
    pages = [
        Target(f"page {n}", first.server, first.path + query, first.key) for n, query in enumerate(queries, start=1)
    ]
    yield slowest(f"{first.title}, any page", pages)


def _beside(run: Run, target: Target, other: Target, title: str, least: float) -> Row:
    run.say(f"{title} beside {other.title}")
    target.read()
    ours, theirs = loads.compared([target, other], run.seconds)
    return table.beside_row(title, ours, other.title, theirs, least)


def slowest(title: str, targets: Sequence[Target], p50: float = 5) -> Row:
    """The target with the longest median of some calls, one at a time on one connection, all targets by turns."""
    if not targets:
        raise MeasureFailedError(f"{title}: there is none")
    requests = [request("GET", target.path, target.key) for target in targets]
    replies = one_by_one(targets[0].server, requests * _CALLS).all()
    times = [[reply.took for reply in replies[n :: len(targets)]] for n in range(len(targets))]
    worst = max(range(len(targets)), key=lambda n: median(times[n]))
    load = loads.timed(times[worst], sum(times[worst]), nan)
    return table.latency_row(f"{title}, the worst of {len(targets)}: {targets[worst].title}", load, p50=p50)


def _targets(world: World, queries: Sequence[Filters], *, full: bool) -> list[Target]:
    """The lists whose first page is full, or those whose first page is not."""
    targets = [world.sessions(" & ".join(map(_shown, query.items())), query) for query in queries]
    return [target for target in targets if (len(target.json()["data"]) == TEN) is full]


def _shown(item: tuple[str, str]) -> str:
    """A filter as titles have it: only a status with its value."""
    return "=".join(item) if item[0] == "status" else item[0]


def _queries(world: World) -> tuple[list[Filters], list[Filters], list[Filters]]:
    """Queries with one filter, with a person and a status, and with everything else that can be combined.

    The values are those of a session whose driver has a fleet. The times cut the list far back, or leave one instant.
    People who have nothing in common, and ids that do not exist, are among the rest.
    """
    sessions = (session for page in world.pages(world.completed()) for session in page["data"] if session["fleet"])
    one = next(sessions)
    other = next(session for session in sessions if all(session[name] != one[name] for name in _PEOPLE))
    created, since = {"created": one["created"]}, _far_back(world)
    people = [{name: one[name]} for name in _PEOPLE]
    bounds = [{f"created[{bound}]": since} for bound in ("gt", "gte", "lt", "lte")]
    single = [*people, *_STATUSES, *bounds, created]
    paired = [{**person, **status} for person, status in product(people, _STATUSES)]
    groups: list[Filters] = [{}, *({name: f"{name}_unknown"} for name in _PEOPLE), *people]
    for names in [*combinations(_PEOPLE, 2), _PEOPLE]:
        together = {name: one[name] for name in names}
        groups += [together, together | {names[-1]: other[names[-1]]}]
    span = {"created[gt]": since, "created[lte]": one["created"]}
    times = [{}, created, {"created[gte]": since}, {"created[lt]": since}, span]
    mixed = [{**group, **status, **time} for group, status, time in product(groups, [{}, *_STATUSES], times)]
    return single, paired, [query for query in mixed if query not in [{}, *single, *paired]]


def _far_back(world: World) -> str:
    """When a session was created that has some thousands after it, or the oldest one."""
    pages = islice(world.pages(world.sessions("", {"limit": "100"})), _PAGES_BACK)
    return str([page["data"][-1]["created"] for page in pages][-1])
