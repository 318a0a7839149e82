"""Worlds made, put back and removed: villages by the hundred, large ones too, and towns beside other requests."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice, repeat
from time import perf_counter
from typing import Any, Final

from . import changes, loads, table
from .connections import exchange, one_by_one, request, successes
from .default_world import BUSY, SESSIONS, WORLDS, World
from .loads import CONNECTIONS, Load
from .run import Run
from .servers import MeasureFailedError, Server
from .table import Row

_VILLAGES: Final = 200
_TEST_S: Final = 0.1
"""The seconds between two requests, as from tests that have a world each."""
_STARTED: Final = 100_000
_LARGE_VILLAGES: Final = 3
_MANY: Final = 1_000
_TOWNS: Final = 10
_BETWEEN_TOWNS_S: Final = 4
_FASTEST: Final = 1_000_000
_CONNECTORS: Final = ("connector_a1", "connector_a2")


def make(name: str, **more: str) -> bytes:
    """The request that creates a world, by default a village."""
    return request("POST", WORLDS, "", {"name": name, **more})


def reset(name: str) -> bytes:
    return request("POST", f"{WORLDS}/{name}/reset", "", {})


def delete(name: str) -> bytes:
    return request("DELETE", f"{WORLDS}/{name}")


def villages(run: Run) -> Iterator[Row]:
    """Villages made, put back and removed: ten a second, as tests do, and one right after another."""
    with run.server("villages") as server:
        names = [f"bench-{n}" for n in range(_VILLAGES)]
        for how, pause in (("", _TEST_S), (", one right after another", 0.0)):
            run.say(f"{_VILLAGES} villages made, put back and removed{how}")
            for done, each in (("made", make), ("put back", reset), ("removed", delete)):
                yield _latency_row(f"village {done}{how}", server, map(each, names), pause)


def large_villages(run: Run) -> Iterator[Row]:
    """Villages in which a hundred thousand sessions were started, put back and removed."""
    with run.server("large-villages") as server, server.client(timeout_s=300) as client:
        run.say(f"{_STARTED:,} sessions started in a village")
        village = client.post(WORLDS, json={"name": "large"}).json()
        client.patch(f"{WORLDS}/large/clock", json={"speed": _FASTEST})
        _start(server, village, _STARTED)
        client.patch(f"{WORLDS}/large/clock", json={"speed": 0})
        for done, each in (("put back", reset), ("removed", delete)):
            names = [f"{each.__name__}-{n}" for n in range(_LARGE_VILLAGES)]
            for name in names:
                client.post(WORLDS, json={"name": name, "fork": "large"})
            title = f"village with {_STARTED:,} sessions more {done}"
            yield _latency_row(title, server, map(each, names), _TEST_S)


def towns(run: Run) -> Iterator[Row]:
    """Towns made every few seconds, and how much later other requests are answered meanwhile."""
    with run.server("towns") as server, ThreadPoolExecutor(1) as background:
        world = World(server)
        one_by_one(server, [make("first", scenario="town")])
        before = _others(run, world, _TOWNS * _BETWEEN_TOWNS_S // 2)
        run.say(f"{_TOWNS} towns made, one every {_BETWEEN_TOWNS_S} s")
        requests = [make(f"town-{n}", scenario="town") for n in range(_TOWNS)]
        making = background.submit(one_by_one, server, requests, _BETWEEN_TOWNS_S)
        beside = _others(run, world, _TOWNS * _BETWEEN_TOWNS_S)
        took = [reply.took for reply in making.result().all()]
        yield table.latency_row("town made", loads.timed(took, sum(took), 0), p50=150)
        for verb, quiet, busy in zip(("GET of ten", "POST"), before, beside, strict=True):
            title = f"{verb} while towns are made: p99 {busy.p99:.1f} ms, {quiet.p99:.1f} ms without; later by"
            yield _bounded(title, busy.p99 - quiet.p99, 10)


def many_villages(run: Run) -> Iterator[Row]:
    """Lists and starts with a thousand villages on the server, beside those without."""
    with run.server("few") as few, run.server("many") as crowded:
        run.say(f"{_MANY:,} villages made")
        one_by_one(crowded, (make(f"village-{n}") for n in range(_MANY)))
        for page in (World.completed, World.active):
            targets = [page(World(server)) for server in (crowded, few)]
            run.say(f"{targets[0].title} with and without villages")
            ours, theirs = loads.compared(targets, run.short())
            yield table.beside_row(f"{targets[0].title}, {_MANY:,} villages", ours, "without", theirs, 0.9)
        yield changes.starts_row(run, crowded, f", {_MANY:,} villages")
        began = perf_counter()
        with crowded.client() as client:
            count = len(client.get(WORLDS).json()["worlds"])
        yield _bounded(f"{count:,} worlds listed", (perf_counter() - began) * 1e3, 250)


def _start(server: Server, village: dict[str, Any], count: int) -> None:
    """Starts sessions as fast as the server can on two connectors; at that speed of the clock days pass in between."""
    sample = {name: value for name, value in village["sample"]["charge"].items() if name not in {"fleet", "account"}}
    key = village["credentials"]["charge"]["secret_key"]
    orders = cycle([request("POST", SESSIONS, key, {**sample, "connector": each}) for each in _CONNECTORS])
    while count > 0:
        fresh = len(successes(exchange(server, [orders] * 2, 5).all(), or_else=BUSY))
        if not fresh:
            raise MeasureFailedError("no session could be started in a village")
        count -= fresh


def _others(run: Run, world: World, seconds: int) -> tuple[Load, Load]:
    """GETs of ten and POSTs, on half as many connections as a full load."""
    run.say(f"other requests for {seconds} s")
    get = request("GET", world.completed().path, world.charge)
    posts = cycle(list(islice(world.starts(), 500)))
    sent = exchange(world.server, [posts, *[repeat(get)] * (CONNECTIONS // 2)], seconds)
    got = successes(reply for replies in sent.replies[1:] for reply in replies)
    successes(sent.replies[0], or_else=BUSY)
    return sent.load(got), sent.load(sent.replies[0])


def _latency_row(title: str, server: Server, requests: Iterator[bytes], pause_s: float) -> Row:
    sent = one_by_one(server, requests, pause_s)
    return table.latency_row(title, sent.load(sent.all()), p50=10, p99=50)


def _bounded(title: str, milliseconds: float, most: float) -> Row:
    return table.row(title, f"{milliseconds:.0f} ms", table.at_most(milliseconds, most, " ms"))
