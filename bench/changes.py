"""Changes: sessions started, alone and while a world is being made, and the clock moved on."""

import socket
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, islice, repeat
from math import nan
from typing import Final

import orjson

from . import loads, table
from .connections import Reply, exchange, one_by_one, request, successes
from .default_world import BUSY, DEFAULT, World
from .loads import CONNECTIONS, ROUNDS
from .run import Run
from .servers import HOST, MeasureFailedError, Server
from .table import Row

VEHICLES: Final = 5_000
_ADVANCES: Final = 200
_STARTING: Final = 2
_LAST_YEAR: Final = 9998


def starts(run: Run) -> Iterator[Row]:
    """Sessions started on a server that has nothing else to do."""
    with run.server("starts") as server:
        yield starts_row(run, server)


def starts_row(run: Run, server: Server, beside: str = "") -> Row:
    """Sessions started as fast as the server can; before each round the clock moves on until all vehicles have left."""
    world = World(server)
    orders = list(islice(world.starts(), VEHICLES))
    measured, ids = [], set[str]()
    for turn in range(ROUNDS):
        run.say(f"sessions started, {turn + 1} of {ROUNDS}")
        world.advance()
        sent = exchange(server, [iter(orders)] * CONNECTIONS, run.seconds)
        measured.append(sent.load(started(sent.all(), ids)))
    title = f"sessions started, {len(ids):,} under as many ids{beside}"
    load = loads.middle(measured)
    return table.load_row(title, load, table.at_least(load.per_second, 1_000, "/s"), shares=(load.share,))


def started(replies: Iterable[Reply], ids: set[str]) -> list[Reply]:
    """The replies that started a session; adds its id. Raises if an id comes twice, or too many are busy."""
    replies = list(replies)
    good = successes(replies, or_else=BUSY)
    for reply in good:
        session = str(orjson.loads(reply.body)["id"])
        if session in ids:
            raise MeasureFailedError(f"{session} was given to two sessions")
        ids.add(session)
    if len(good) < max(2, len(replies) * (1 - 0.3)):
        raise MeasureFailedError(f"of {len(replies)} sessions only {len(good)} were started")
    return good


def while_making(run: Run) -> Iterator[Row]:
    """GET and POST in `default` while its successor is being made, from the beginning of that on."""
    with run.server("while-making") as server, socket.create_connection((HOST, server.port)) as maker:
        world = World(server)
        get = request("GET", world.completed().path, world.charge)
        orders = iter(list(islice(world.starts(), VEHICLES)))
        streams = [*[orders] * _STARTING, *[repeat(get)] * (CONNECTIONS - _STARTING)]
        run.say("answers while a world is being made")
        maker.sendall(request("POST", f"{DEFAULT}/reset", "", {}))
        sent = exchange(server, streams, run.seconds * ROUNDS)
        _check_unanswered(maker)
    posted = started(chain.from_iterable(sent.replies[:_STARTING]), set())
    got = successes(chain.from_iterable(sent.replies[_STARTING:]))
    for verb, replies in (("GET of ten", got), ("POST", posted)):
        slowest = max(reply.took for reply in replies) * 1e3
        title = f"{verb} while {run.database.sessions():,} sessions are made, slowest {slowest:,.0f} ms"
        load = replace(sent.load(replies), work=nan)
        yield table.latency_row(title, load, p99=20, shares=(sent.share,))


def advances(run: Run) -> Iterator[Row]:
    """The clock, moved on by an hour and by ten years."""
    with run.server("advances") as server:
        world = World(server)
        for by, times in (("PT1H", _ADVANCES), ("P10Y", min(_ADVANCES, (_LAST_YEAR - world.now().year) // 10))):
            run.say(f"clock advanced by {by}")
            sent = one_by_one(server, repeat(request("POST", f"{DEFAULT}/clock/advance", "", {"by": by}), times))
            shown = [orjson.loads(reply.body)["to"] for reply in sent.all()]
            if shown != sorted(set(shown)):
                raise MeasureFailedError(f"the clock did not move on by {by} each time")
            title = f"clock advanced by {by}, {times} times"
            yield table.latency_row(title, sent.load(sent.all()), p50=5)


def _check_unanswered(maker: socket.socket) -> None:
    """Raises MeasureFailedError if the making has ended or was refused: then the loads did not run beside it."""
    maker.settimeout(0)
    try:
        answer = maker.recv(200)
    except BlockingIOError:
        return
    raise MeasureFailedError(f"the making ended before the load did: {answer.decode(errors='replace')}")
