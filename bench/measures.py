"""What is measured, by name and in the table's order. What fails is a row that says so."""

from collections.abc import Callable, Iterator
from typing import Final

from . import changing, contest, lists, load, machine, pairs, postgres, starting, table, worlds
from .client import Client
from .run import Run, attempted
from .server import Server
from .table import Row
from .town import Town

_READING: Final = (*contest.WITH_PEERS, *contest.WITH_CONSTANT, *lists.NAMES, "memory")
NAMES: Final = (
    "seeding",
    "making",
    "start",
    *_READING,
    "create",
    "meanwhile",
    "pairs",
    "advance",
    "villages",
    "full",
    "towns",
    "many",
    "postgres",
)
"""What can be asked for."""
_MOST_MIB: Final = 150


def rows(run: Run) -> Iterator[Row]:
    """Every row that is wanted."""
    parts: tuple[tuple[set[str], str, Callable[[Run], Iterator[Row]]], ...] = (
        ({"seeding"}, "first start", starting.seeding),
        ({"making"}, "sessions made", starting.making),
        ({"start"}, "start on an existing database", starting.starts),
        ({*_READING}, "reading", _reading),
        ({"create"}, "sessions started", changing.created),
        ({"meanwhile"}, "answers while a world is being made", changing.meanwhile),
        ({"pairs"}, "sessions started and ended", _pairs),
        ({"advance"}, "clock advanced", changing.leaps),
        ({"villages"}, "villages made, put back and removed", worlds.villages),
        ({"full"}, "full villages put back and removed", worlds.full),
        ({"towns"}, "towns made", worlds.towns),
        ({"many"}, "a thousand villages", worlds.many),
        ({"postgres"}, "PostgreSQL", postgres.rows),
    )
    for names, title, measure in parts:
        if names & run.wanted:
            yield from attempted(title, measure(run))


def _reading(run: Run) -> Iterator[Row]:
    """GETs of one server, and the memory that it has taken after all of them."""
    with run.server("reading") as server:
        yield from contest.rows(run, server)
        yield from lists.rows(run, server)
        if "memory" in run.wanted:
            yield from attempted("resident memory after the load", _memory(run, server))


def _memory(run: Run, server: Server) -> Iterator[Row]:
    """There is a load before it even if nothing else was asked for."""
    completed = Town(Client(server.port)).completed()
    load.wrk(server, completed.path, completed.key, run.seconds)
    memory = machine.memory_mib(server.pid)
    yield table.bounded("resident memory after the load", memory, _MOST_MIB, "MiB")


def _pairs(run: Run) -> Iterator[Row]:
    run.say("sessions started and ended")
    with run.server("pairs") as server:
        measured = pairs.measured(server, run.seconds)
    yield table.load_row("sessions started and ended", measured, " pairs/s")
