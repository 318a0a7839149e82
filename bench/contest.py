"""Answers from a world beside the same bytes as a constant: FastAPI's, and those of other mock servers."""

from collections.abc import Iterator
from contextlib import ExitStack, suppress
from typing import Final
from urllib.parse import urlsplit

from . import load, table
from .client import Client, MeasureFailedError
from .constant import constant
from .load import Loads, Target
from .peers import PEERS, PeerMissingError
from .run import Run, attempted
from .server import Server
from .table import Row
from .town import Call, Town

WITH_PEERS: Final = ("completed", "active")
WITH_CONSTANT: Final = ("newest", "retrieve", "reservations")
_LEAST_OF_CONSTANT: Final = {"completed": 0.33, "active": 0.25}
_LEAST_OF_PEERS: Final = {"completed": 1.8, "active": 1.5}
_FASTAPI: Final = "FastAPI"
_AS_CONSTANT: Final = "ten as a constant"


def rows(run: Run, server: Server) -> Iterator[Row]:
    """Every call of these that is wanted."""
    town = Town(Client(server.port))
    if run.wanted & {*WITH_PEERS}:
        yield from attempted("pages of ten beside other mock servers", _beside_peers(run, server, town))
    for name in WITH_CONSTANT:
        if name in run.wanted:
            call: Call = getattr(town, name)()
            yield from attempted(call.title, _beside_constant(run, server, name, call))


def _beside_peers(run: Run, server: Server, town: Town) -> Iterator[Row]:
    """Completed and active sessions and all the constants by turns; the peers' is the page of completed ones."""
    client = Client(server.port)
    if "active" in run.wanted:
        town.occupy()
    calls = {name: getattr(town, name)() for name in WITH_PEERS if name in run.wanted}
    with ExitStack() as stack:
        targets = [Target(call.title, server, call.path, call.key) for call in calls.values()]
        for name, call in calls.items():
            limit = constant(urlsplit(call.path).path, call.answered(client), run.folder / name)
            targets.append(Target(_FASTAPI, stack.enter_context(limit), call.path))
        peers, left_out = _peers(run, town.completed(), town.completed().answered(client), stack)
        yield from left_out
        loads = load.by_turns([*targets, *peers], run.seconds, run.say)
    for call in calls.values():
        call.answered(Client(server.port))
    ours, limits = loads[: len(calls)], loads[len(calls) : len(targets)]
    theirs = dict(zip([peer.name for peer in peers], loads[len(targets) :], strict=True))
    for title, each in theirs.items():
        yield table.constant_row(f"{_AS_CONSTANT}: {title}", each)
    yield from _just_started(run, town.completed(), town.completed().answered(Client(server.port)))
    for (name, call), mine, limit_loads in zip(calls.items(), ours, limits, strict=True):
        yield table.beside_row(call.title, mine, _FASTAPI, limit_loads, _LEAST_OF_CONSTANT[name])
        if theirs:
            yield from _against_best(name, call, mine, theirs)


def _just_started(run: Run, call: Call, body: bytes) -> Iterator[Row]:
    """Everybody's first seconds, as their users meet them in a test run: without options, and nothing warmed up."""
    run.say(f"{call.title}, just started")
    with run.server("just-started") as server:
        ours = [load.wrk(server, call.path, call.key, run.seconds)]
    path, theirs = urlsplit(call.path).path, {}
    for peer in PEERS:
        with (
            suppress(PeerMissingError),
            peer.answering(path, body, run.folder / f"first-{peer.name}", tuned=False) as it,
        ):
            theirs[peer.title] = [load.wrk(it, call.path, "", run.seconds)]
    for title, each in theirs.items():
        yield table.constant_row(f"{_AS_CONSTANT}, just started: {title}", each)
    if theirs:
        fastest = max(theirs, key=lambda peer: theirs[peer][0].per_second)
        least = _LEAST_OF_PEERS["completed"]
        yield table.beside_row(f"{call.title}, just started", ours, fastest, theirs[fastest], least)


def _peers(run: Run, call: Call, body: bytes, stack: ExitStack) -> tuple[list[Target], list[Row]]:
    """The peers that answer as the call was answered, as long as the stack lasts, and a row for each that does not."""
    there, left_out = [], []
    path = urlsplit(call.path).path
    for peer in PEERS:
        try:
            server = stack.enter_context(peer.answering(path, body, run.folder / peer.name))
            there.append(Target(peer.title, server, call.path, warm_up_s=peer.warm_up_s))
        except PeerMissingError as error:
            left_out.append(table.missing(f"{_AS_CONSTANT}: {peer.name}", str(error)))
        except MeasureFailedError as error:
            left_out.append(table.failed(f"{_AS_CONSTANT}: {peer.name}", str(error)))
    return there, left_out


def _against_best(name: str, call: Call, mine: Loads, theirs: dict[str, Loads]) -> Iterator[Row]:
    """Beside the peer that answers most, and beside the one that is latest least."""
    fastest = max(theirs, key=lambda peer: load.middle(theirs[peer]).per_second)
    yield table.beside_row(call.title, mine, fastest, theirs[fastest], _LEAST_OF_PEERS[name])
    soonest = min(theirs, key=lambda peer: load.middle(theirs[peer]).p99)
    yield table.sooner_row(f"{call.title}: p99", mine, soonest, theirs[soonest])


def _beside_constant(run: Run, server: Server, name: str, call: Call) -> Iterator[Row]:
    """A call that has no bar, and its limit."""
    body = call.answered(Client(server.port))
    path = urlsplit(call.path).path
    with constant(path, body, run.folder / name) as limit:
        targets = [Target(call.title, server, call.path, call.key), Target(_FASTAPI, limit, call.path)]
        ours, theirs = load.by_turns(targets, run.seconds, run.say)
    yield table.beside_row(call.title, ours, _FASTAPI, theirs)
