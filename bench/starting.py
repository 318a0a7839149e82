"""Worlds made, and servers started on what was made."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from . import table
from .client import Client
from .run import Run
from .server import Wait, copied, wattif
from .table import Row
from .town import Town

STARTS: Final = 5
_HEALTH: Final = "/_sandbox/v1/health"
_MOST_SEEDING_S: Final = 5
_MOST_START_S: Final = 1
_LEAST_MADE: Final = 8_000


def seeding(run: Run) -> Iterator[Row]:
    """What everybody waits for once: the first start, which makes the world that comes with Wattif."""
    run.say("first start")
    with wattif(run.room("town")) as server:
        yield table.wait_row("first start, which makes the town", [server.waited()], _MOST_SEEDING_S)


def making(run: Run) -> Iterator[Row]:
    """How fast the measured database was made, in this run or before it."""
    made = run.made
    when = "" if made.is_new else f", made at {made.making.at:%Y-%m-%d %H:%M} UTC"
    title = f"sessions made, {made.making.sessions:,} in {made.making.wait.seconds:,.0f} s{when}"
    yield table.rate_row(title, made.making.sessions, made.making.wait, _LEAST_MADE)


def starts(run: Run) -> Iterator[Row]:
    """From the start of the process to the first answers."""
    run.say("starts on an existing database")
    with copied(run.made.folder, run.folder / "start") as folder:
        waits = [_first_answers(folder) for _ in range(STARTS)]
    yield table.wait_row("start to first answer of health", [health for health, _ in waits], _MOST_START_S)
    yield table.wait_row("start to first answer of a vendor", [vendor for _, vendor in waits], _MOST_START_S)


def _first_answers(folder: Path) -> tuple[Wait, Wait]:
    """Until health has answered for the first time, and until a vendor has."""
    with wattif(folder) as server:
        Client(server.port).get(_HEALTH)
        health = server.waited()
        client = Client(server.port)
        completed = Town(client).completed()
        completed.answered(client)
        return health, server.waited()
