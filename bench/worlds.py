"""Worlds made, put back and removed: villages by the hundred, full ones too, and towns beside other requests."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain, cycle, islice, repeat
from threading import Event, Thread
from time import perf_counter, sleep
from typing import Any, Final, Self

import orjson

from . import changing, load, machine, swarm, table
from .client import OK, Client, MeasureFailedError
from .load import CONNECTIONS, Load
from .run import Run
from .server import Server
from .swarm import request
from .table import Row
from .town import SESSIONS, Town

WORLDS: Final = "/_sandbox/v1/worlds"
_VILLAGES: Final = 200
_TEST_S: Final = 0.1
"""How long a test lasts that has a world of its own."""
_FULL: Final = 100_000
_FULL_VILLAGES: Final = 3
_MANY: Final = 1_000
_TOWNS: Final = 10
_APART_S: Final = 4
_FASTEST: Final = 1_000_000
_BUSY: Final = 409
_MOST_P50_MS: Final = 10
_MOST_P99_MS: Final = 50
_MOST_TOWN_MS: Final = 150
_MOST_DELAY_MS: Final = 10
_LEAST_STARTED: Final = 1_000
_LEAST_KEPT: Final = 0.9
_PLUGS: Final = ("connector_a1", "connector_a2")


def villages(run: Run) -> Iterator[Row]:
    """Villages made, put back and removed: one now and then, as tests do, and one right after another."""
    with run.server("villages") as server:
        client = Client(server.port)
        for how, pause in (("", _TEST_S), (", one right after another", 0.0)):
            run.say(f"{_VILLAGES} villages made, put back and removed{how}")
            names = [f"bench-{n}" for n in range(_VILLAGES)]
            for done, call in _CALLS:
                timed = _timed(server, (partial(call, client, name) for name in names), pause)
                yield table.quick_row(f"village {done}{how}", timed, p50=_MOST_P50_MS, p99=_MOST_P99_MS)


def full(run: Run) -> Iterator[Row]:
    """Villages in which a hundred thousand sessions were started, put back and removed."""
    with run.server("full") as server:
        client, patient = Client(server.port), Client(server.port, patience_s=300)
        run.say(f"{_FULL:,} sessions started in a village")
        village = _make(client, "full")
        client.patch(f"{WORLDS}/full/clock", {"speed": _FASTEST})
        _start(server, village, _FULL)
        client.patch(f"{WORLDS}/full/clock", {"speed": 0})
        for done, call in _CALLS[1:]:
            names = [f"{call.__name__[1:]}-{n}" for n in range(_FULL_VILLAGES)]
            for name in names:
                patient.post(WORLDS, {"name": name, "fork": "full"})
            timed = _timed(server, (partial(call, client, name) for name in names), _TEST_S)
            title = f"village with {_FULL:,} sessions more {done}"
            yield table.quick_row(title, timed, p50=_MOST_P50_MS, p99=_MOST_P99_MS)


def towns(run: Run) -> Iterator[Row]:
    """Towns made now and then, and how long everybody else waits meanwhile."""
    with run.server("towns") as server:
        town = Town(Client(server.port))
        _make(Client(server.port, patience_s=60), "first", scenario="town")
        before = _others(run, server, town, _TOWNS * _APART_S // 2)
        run.say(f"{_TOWNS} towns made, one every {_APART_S} s")
        with _Making(server) as making:
            meanwhile = _others(run, server, town, _TOWNS * _APART_S)
        yield table.quick_row("town made", load.timed(making.took, sum(making.took), 0), p50=_MOST_TOWN_MS)
        for verb, quiet, busy in zip(("GET of ten", "POST"), before, meanwhile, strict=True):
            delay = busy.p99 - quiet.p99
            title = f"{verb} while towns are made: p99 {busy.p99:.1f} ms, {quiet.p99:.1f} ms without; later by"
            yield table.bounded(title, delay, _MOST_DELAY_MS, "ms")


def many(run: Run) -> Iterator[Row]:
    """The rates of lists and starts with a thousand villages on the server, beside those without."""
    with run.server("few") as few, run.server("many") as crowded:
        run.say(f"{_MANY:,} villages made")
        client = Client(crowded.port)
        for n in range(_MANY):
            _make(client, f"village-{n}")
        lists = {"ten completed sessions": Town.completed, "ten active sessions": Town.active}
        for title, listing in lists.items():
            targets = []
            for name, server in (("with", crowded), ("without", few)):
                town = Town(Client(server.port))
                if listing is Town.active:
                    town.occupy()
                call = listing(town)
                targets.append(load.Target(name, server, call.path, call.key))
            ours, theirs = load.by_turns(targets, run.short(), run.say)
            yield table.beside_row(f"{title}, {_MANY:,} villages", ours, "without", theirs, _LEAST_KEPT)
        yield changing.starts(run, crowded, f", {_MANY:,} villages")
        began = perf_counter()
        count = len(client.get(WORLDS).json()["worlds"])
        yield table.bounded(f"{count:,} worlds listed", (perf_counter() - began) * 1e3, 250, "ms")


def _start(server: Server, village: dict[str, Any], count: int) -> None:
    """So many sessions, started as fast as the server can on the same few connectors: days pass between any two."""
    sample = {name: value for name, value in village["sample"]["charge"].items() if name != "fleet"}
    key = village["credentials"]["charge"]["secret_key"]
    orders = cycle([request("POST", SESSIONS, key, orjson.dumps({**sample, "connector": plug})) for plug in _PLUGS])
    started = 0
    while started < count:
        flight = swarm.flown(server, [orders] * 2, 5)
        replies = list(chain.from_iterable(flight.replies))
        if odd := {reply.status for reply in replies} - {OK, _BUSY}:
            raise MeasureFailedError(f"POST {SESSIONS}: {odd.pop()}")
        fresh = sum(reply.status == OK for reply in replies)
        if not fresh:
            raise MeasureFailedError("no session could be started in a village")
        started += fresh


def _others(run: Run, server: Server, town: Town, seconds: int) -> tuple[Load, Load]:
    """GETs of ten and POSTs, on half as many connections as a full load, for so long."""
    run.say(f"other requests for {seconds} s")
    key, get = town.charge, request("GET", town.completed().path, town.charge)
    posts = cycle([request("POST", SESSIONS, key, orjson.dumps(order)) for order in islice(town.orders(), 500)])
    flight = swarm.flown(server, [posts, *[repeat(get)] * (CONNECTIONS // 2)], seconds)
    return flight.load(list(chain.from_iterable(flight.replies[1:]))), flight.load(flight.replies[0])


class _Making:
    """Towns being made, one every few seconds, as long as this lasts."""

    def __init__(self, server: Server) -> None:
        self._client = Client(server.port, patience_s=60)
        self._enough = Event()
        self._thread = Thread(target=self._make, daemon=True)
        self.took: list[float] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._enough.set()
        self._thread.join()

    def _make(self) -> None:
        for n in range(_TOWNS):
            if self._enough.wait(_APART_S / 2):
                return
            began = perf_counter()
            _make(self._client, f"town-{n}", scenario="town")
            self.took.append(perf_counter() - began)
            sleep(_APART_S / 2)


def _make(client: Client, name: str, **more: str) -> dict[str, Any]:
    world: dict[str, Any] = client.post(WORLDS, {"name": name, **more}).json()
    return world


def _reset(client: Client, name: str) -> None:
    client.post(f"{WORLDS}/{name}/reset", {})


def _delete(client: Client, name: str) -> None:
    client.delete(f"{WORLDS}/{name}")


_CALLS: Final[tuple[tuple[str, Callable[[Client, str], object]], ...]] = (
    ("made", _make),
    ("put back", _reset),
    ("removed", _delete),
)


def _timed(server: Server, calls: Iterable[Callable[[], object]], pause_s: float) -> Load:
    """Calls one after another, with a pause between two."""
    took, worked = [], machine.cpu_us(server.pid)
    for call in calls:
        began = perf_counter()
        call()
        took.append(perf_counter() - began)
        sleep(pause_s)
    return load.timed(took, sum(took), machine.cpu_us(server.pid) - worked)
