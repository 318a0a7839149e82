"""Lists from end to end: every filter and combination of filters, pages far back, and the other vendors' pages."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, product
from math import nan
from statistics import median
from time import perf_counter
from typing import Final

from . import load, table
from .client import Client, MeasureFailedError
from .load import Loads, Target
from .run import Run, attempted
from .server import Server
from .table import Row
from .town import TEN, Call, Town

NAMES: Final = ("filters", "combinations", "depth", "cariqa", "podero")

Filters = dict[str, str]

_WHO: Final = ("driver", "fleet", "vehicle")
_STATUSES: Final = ("active", "completed", "cancelled", "failed")
_DEEP: Final = 10_000
_SESSIONS_BACK: Final = 2_000
_CALLS: Final = 15
_MOST_MS: Final = 5
_LEAST_OF_UNFILTERED: Final = 0.8
_LEAST_OF_FIRST: Final = 0.9
_LEAST_OF_CHARGE: Final = 0.6


@dataclass(frozen=True, slots=True)
class Example:
    """A session whose names are filtered by, one of strangers, and an instant that cuts the list far back."""

    session: Filters
    stranger: Filters
    since: str


def rows(run: Run, server: Server) -> Iterator[Row]:
    """Everything of these that is wanted."""
    town = Town(Client(server.port))
    parts = (
        ("filters", "one filter, or driver, fleet or vehicle with a status", _filters),
        ("combinations", "every other combination", _combinations),
        ("depth", "a page far back", _depth),
        ("cariqa", "Cariqa's pages", _cariqa),
        ("podero", "Podero's pages", _podero),
    )
    for name, title, part in parts:
        if name in run.wanted:
            yield from attempted(title, part(run, server, town))


def _filters(run: Run, server: Server, town: Town) -> Iterator[Row]:
    """Each whose page is full beside the unfiltered list; one row for each kind, with the worst of it."""
    client, newest, example = Client(server.port), town.newest(), _example(town)
    unfiltered = Target(newest.title, server, newest.path, newest.key, warm_up_s=0)
    unfiltered.loaded(run.short())
    for kind, asked in (("one filter", _single(example)), ("driver, fleet or vehicle with a status", _paired(example))):
        compared: list[tuple[str, Loads, Loads]] = []
        for filters in asked:
            call = _listing(town, example, filters)
            if _is_full(client, call):
                targets = [Target(call.title, server, call.path, call.key, warm_up_s=0), unfiltered]
                ours, theirs = load.by_turns(targets, run.short(), run.say)
                compared.append((call.title, ours, theirs))
        if not compared:
            raise MeasureFailedError(f"{kind}: no page is full")
        worst, ours, theirs = min(compared, key=lambda each: load.ratio(each[1], each[2]))
        title = f"{kind}, the worst of {len(compared)}: {worst}"
        yield table.beside_row(title, ours, "unfiltered", theirs, _LEAST_OF_UNFILTERED)


def _combinations(run: Run, server: Server, town: Town) -> Iterator[Row]:
    """All that is left, called one by one: each that is full, and each that is not, whatever it asks for."""
    client, example = Client(server.port), _example(town)
    run.say("combinations of filters, one by one")
    plain = [_listing(town, example, filters) for filters in (*_single(example), *_paired(example))]
    mixed = [_listing(town, example, filters) for filters in _mixed(example)]
    full = [call for call in mixed if _is_full(client, call)]
    short = [call for call in (*plain, *mixed) if not _is_full(client, call)]
    yield _worst("every other combination", server, full)
    yield _worst("a page that is not full", server, short)


def _depth(run: Run, server: Server, town: Town) -> Iterator[Row]:
    """A page that is reached by following links, beside the first one."""
    newest = town.newest()
    run.say(f"turning {_DEEP:,} pages")
    link, number = newest.path, 1
    for number, page in enumerate(town.pages(newest), start=1):
        if number == _DEEP or page["next_page_url"] is None:
            break
        link = page["next_page_url"]
    path = link.removeprefix(server.url)
    targets = [
        Target(f"page {number:,}", server, path, town.charge),
        Target("page 1", server, newest.path, town.charge),
    ]
    ours, theirs = load.by_turns(targets, run.seconds, run.say)
    yield table.beside_row(f"page {number:,} of all sessions", ours, "page 1", theirs, _LEAST_OF_FIRST)


def _cariqa(run: Run, server: Server, town: Town) -> Iterator[Row]:
    call = town.cariqa()
    count = Client(server.port).get(call.path, call.key).json()["count"]
    paths = [f"{call.path}&page={number}" for number in range(1, -(-count // TEN) + 1)]
    yield from _vendor(run, server, town, call, count=count, paths=paths)


def _podero(run: Run, server: Server, town: Town) -> Iterator[Row]:
    call = town.podero()
    count = Client(server.port).get(call.path, call.key).json()["total"]
    paths = [f"{call.path}&offset={offset}" for offset in range(0, count, TEN)]
    yield from _vendor(run, server, town, call, count=count, paths=paths)


def _vendor(run: Run, server: Server, town: Town, call: Call, *, count: int, paths: Iterable[str]) -> Iterator[Row]:
    """The first page beside Charge's, and every page by itself; their answers count all there are."""
    call.answered(Client(server.port))
    charge = town.completed()
    targets = [Target(call.title, server, call.path, call.key), Target("Charge", server, charge.path, charge.key)]
    ours, theirs = load.by_turns(targets, run.seconds, run.say)
    yield table.beside_row(f"{call.title} with {count}", ours, "Charge", theirs, _LEAST_OF_CHARGE)
    pages = [Call(f"page {n}", path, call.key, call.rows) for n, path in enumerate(paths, start=1)]
    yield _worst(f"{call.title}, any page", server, pages)


def _single(example: Example) -> Iterator[Filters]:
    """Each filter by itself; those on `created` cut the list far back, or leave one instant."""
    yield from ({name: example.session[name]} for name in _WHO)
    yield from ({"status": status} for status in _STATUSES)
    yield from ({f"created[{bound}]": example.since} for bound in ("gt", "gte", "lt", "lte"))
    yield {"created": example.session["created"]}


def _paired(example: Example) -> Iterator[Filters]:
    yield from ({name: example.session[name], "status": status} for name, status in product(_WHO, _STATUSES))


def _mixed(example: Example) -> Iterator[Filters]:
    """Whoever, with any status, at any time; also those who never met, and some of whom nobody has heard."""
    session, since = example.session, example.since
    times: list[Filters] = [
        {},
        {"created": session["created"]},
        {"created[gte]": since},
        {"created[lt]": since},
        {"created[gt]": since, "created[lte]": session["created"]},
    ]
    people: list[Filters] = [{}, *({name: f"{name}_of_nobody"} for name in _WHO)]
    for count in range(1, len(_WHO) + 1):
        for names in combinations(_WHO, count):
            people.append({name: session[name] for name in names})
            if count > 1:
                people.append(people[-1] | {names[-1]: example.stranger[names[-1]]})
    statuses: list[Filters] = [{}, *({"status": status} for status in _STATUSES)]
    plain = [{}, *_single(example), *_paired(example)]
    for who, status, time in product(people, statuses, times):
        if (filters := {**who, **status, **time}) not in plain:
            yield filters


def _example(town: Town) -> Example:
    """The newest session of a driver who belongs to a fleet, and one in which nobody is the same."""
    sessions = (session for page in town.pages(town.completed()) for session in page["data"] if session["fleet"])
    one = next(sessions)
    stranger = next(other for other in sessions if all(other[name] != one[name] for name in _WHO))
    return Example(one, stranger, _far_back(town))


def _far_back(town: Town) -> str:
    """When a session was created that has some thousands after it."""
    pages = town.pages(town.listing("", {"limit": "100"}))
    for number, page in enumerate(pages, start=1):
        last: Filters = page["data"][-1]
        if number * 100 >= _SESSIONS_BACK:
            break
    return last["created"]


def _listing(town: Town, example: Example, filters: Filters) -> Call:
    """The list, titled with its filters; a value that is not the example's is somebody else's."""
    shown = []
    for name, value in filters.items():
        other = name in _WHO and value != example.session[name]
        shown.append(f"{name}={value}" if name == "status" else f"another {name}" if other else name)
    return town.listing(" & ".join(shown), filters)


def _is_full(client: Client, call: Call) -> bool:
    return len(client.get(call.path, call.key).json()["data"]) == TEN


def _worst(title: str, server: Server, calls: list[Call]) -> Row:
    """The slowest of many calls, one at a time on one connection, and by turns, so that noise hits all of them."""
    if not calls:
        raise MeasureFailedError(f"{title}: there is none")
    client = Client(server.port)
    took: dict[str, list[float]] = {call.path: [] for call in calls}
    for call in calls * _CALLS:
        began = perf_counter()
        client.get(call.path, call.key)
        took[call.path].append(perf_counter() - began)
    worst = max(calls, key=lambda call: median(took[call.path]))
    times = took[worst.path]
    slowest = load.timed(times, sum(times), nan)
    return table.quick_row(f"{title}, the worst of {len(took)}: {worst.title}", slowest, p50=_MOST_MS)
