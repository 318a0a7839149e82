"""Changes: sessions started, alone and while a world is being made, and the clock moved on."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice, repeat
from math import nan
from threading import Event, Thread
from time import perf_counter
from typing import Final, Self

import orjson

from . import load, machine, swarm, table
from .client import OK, Client, MeasureFailedError
from .load import CONNECTIONS, ROUNDS, Load
from .run import Run
from .server import Server
from .swarm import Reply, request
from .table import Row
from .town import SESSIONS, WORLD, Town

LEAPS: Final = 200
_LEAST_CREATED: Final = 1_000
_MOST_LEAP_MS: Final = 5
_MOST_WHILE_MAKING_MS: Final = 20
_PARTIES: Final = 5_000
_POSTING: Final = 2
_BUSY: Final = 409
_MOST_BUSY: Final = 0.3
_LAST_YEAR: Final = 9998
_ALL_HAVE_LEFT: Final = "P2D"
_MAKING_S: Final = 3_600


def created(run: Run) -> Iterator[Row]:
    """Sessions started on a server that has nothing else to do."""
    with run.server("created") as server:
        yield starts(run, server)


def starts(run: Run, server: Server, beside: str = "") -> Row:
    """Sessions started as fast as the server can; before each round the clock moves on until all have left."""
    town = Town(Client(server.port))
    orders = list(_orders(town))
    loads, known = [], set[str]()
    for turn in range(ROUNDS):
        run.say(f"sessions started, {turn + 1} of {ROUNDS}")
        town.advance(_ALL_HAVE_LEFT)
        posts = iter(orders)
        flight = swarm.flown(server, [posts] * CONNECTIONS, run.seconds)
        good = _started(chain.from_iterable(flight.replies), known)
        loads.append(flight.load(good))
    title = f"sessions started, {len(known):,} under as many ids{beside}"
    return table.load_row(title, load.middle(loads), least=_LEAST_CREATED)


def meanwhile(run: Run) -> Iterator[Row]:
    """GET and POST in `default` while its successor is made; whatever the making holds up, from its beginning on."""
    with run.server("meanwhile") as server:
        town = Town(Client(server.port))
        posts, get = iter(list(_orders(town))), request("GET", town.completed().path, town.charge)
        run.say("answers while a world is being made")
        with _Making(server.port) as making:
            streams = [*[posts] * _POSTING, *[repeat(get)] * (CONNECTIONS - _POSTING)]
            flight = swarm.flown(server, streams, run.seconds * ROUNDS)
            times = making.times()
    posted = _started(chain.from_iterable(flight.replies[:_POSTING]), set())
    got = list(chain.from_iterable(flight.replies[_POSTING:]))
    if any(reply.status != OK for reply in got):
        raise MeasureFailedError("a GET was refused while a world was being made")
    for verb, replies in (("GET of ten", got), ("POST", posted)):
        slowest = max(reply.took for reply in replies) * 1e3
        title = f"{verb} while {run.made.making.sessions:,} sessions are made{times}, slowest {slowest:,.0f} ms"
        theirs = replace(flight.load(replies), work=nan)
        yield table.quick_row(title, theirs, p99=_MOST_WHILE_MAKING_MS, share=flight.share)


def leaps(run: Run) -> Iterator[Row]:
    """The clock, moved on by little and by much."""
    with run.server("leaps") as server:
        town = Town(Client(server.port))
        decades = min(LEAPS, (_LAST_YEAR - town.now().year) // 10)
        for by, times in (("PT1H", LEAPS), ("P10Y", decades)):
            run.say(f"clock advanced by {by}")
            title = f"clock advanced by {by}, {times} times"
            yield table.quick_row(title, _leaps(server, town, by, times), p50=_MOST_LEAP_MS)


class _Making:
    """`default` being made anew as long as this lasts; who has not finished by then is never answered."""

    def __init__(self, port: int) -> None:
        self._client = Client(port, patience_s=_MAKING_S)
        self._enough = Event()
        self._made = 0
        self._refused: MeasureFailedError | None = None
        self._thread = Thread(target=self._make, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._enough.set()

    def times(self) -> str:
        """How often it has been finished, if ever. Raises what it was refused with."""
        if self._refused is not None:
            raise self._refused
        return f", {self._made + 1} times" if self._made else ""

    def _make(self) -> None:
        try:
            while not self._enough.is_set():
                self._client.post(f"{WORLD}/reset", {})
                self._made += 1
        except MeasureFailedError as error:
            self._refused = error


def _orders(town: Town) -> Iterator[bytes]:
    """Sessions to start, as requests."""
    for order in islice(town.orders(), _PARTIES):
        yield request("POST", SESSIONS, town.charge, orjson.dumps(order))


def _started(replies: Iterator[Reply], known: set[str]) -> list[Reply]:
    """Those that are a success under an id that nobody has had; few may have found car or connector busy."""
    good, busy = [], 0
    for reply in replies:
        if reply.status == OK:
            session = str(orjson.loads(reply.body)["id"])
            if session in known:
                raise MeasureFailedError(f"{session} was given to two sessions")
            known.add(session)
            good.append(reply)
        elif reply.status == _BUSY:
            busy += 1
        else:
            raise MeasureFailedError(f"POST {SESSIONS}: {reply.status} {reply.body[:200].decode(errors='replace')}")
    if len(good) < 2 or busy > _MOST_BUSY * (busy + len(good)):  # noqa: PLR2004 - a p99 needs two
        raise MeasureFailedError(f"of {busy + len(good)} sessions only {len(good)} were started")
    return good


def _leaps(server: Server, town: Town, by: str, times: int) -> Load:
    took, shown = [], [town.now()]
    worked = machine.cpu_us(server.pid)
    for _ in range(times):
        began = perf_counter()
        now = town.advance(by)
        took.append(perf_counter() - began)
        shown.append(now)
    if shown != sorted(set(shown)):
        raise MeasureFailedError(f"the clock did not move on by {by} each time")
    return load.timed(took, sum(took), machine.cpu_us(server.pid) - worked)
