"""What is measured, by name: each measurement works on a copy of a made database, so that none disturbs another."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Final
from urllib.parse import urlsplit

from . import load, machine, pairs, table
from .client import Client, MeasureFailedError
from .constant import constant
from .load import Load
from .server import Server, Wait, copied, wattif
from .table import Row
from .town import CALLS, Call, Town

NAMES: Final = ("seeding", "start", *CALLS, "memory", "pairs", "advance")
"""What can be asked for."""
ROUNDS: Final = 3
STARTS: Final = 5
LEAPS: Final = 200

_WARM_UP_S: Final = 1
_LAST_YEAR: Final = 9998
_HEALTH: Final = "/_sandbox/v1/health"
_MOST_SEEDING_S: Final = 5
_MOST_START_S: Final = 1
_MOST_MIB: Final = 120
_MOST_LEAP_MS: Final = 5


@dataclass(frozen=True, slots=True)
class Bench:
    """What is wanted, for how long each load lasts, where there is room, and who is told what is going on."""

    wanted: frozenset[str]
    seconds: int
    folder: Path
    say: Callable[[str], None]

    def rows(self) -> Iterator[Row]:
        """Every row that is wanted, in the table's order. What fails is a row that says so."""
        self.say("making a database")
        made = self.folder / "made"
        made.mkdir()
        first = list(_attempted("first start, on an empty database", self._seeding(made)))
        yield from first
        if any(row.failed for row in first):
            return
        parts = (
            ({"start"}, "start on an existing database", self._starts),
            ({*CALLS, "memory"}, "calls beside a constant", self._calls),
            ({"pairs"}, "sessions started and ended", self._pairs),
            ({"advance"}, "clock advanced", self._leaps),
        )
        for names, title, measure in parts:
            if names & self.wanted:
                self.say(title)
                yield from _attempted(title, measure(made))

    def _seeding(self, made: Path) -> Iterator[Row]:
        """The first start of all, which makes the worlds."""
        with wattif(made) as server:
            wait = server.waited()
        if "seeding" in self.wanted:
            yield table.wait_row("first start, on an empty database", [wait], _MOST_SEEDING_S)

    def _starts(self, made: Path) -> Iterator[Row]:
        """From the start of the process to the first answers."""
        folder = copied(made, "start")
        waits = [_first_answers(folder) for _ in range(STARTS)]
        yield table.wait_row("start to first answer of health", [health for health, _ in waits], _MOST_START_S)
        yield table.wait_row("start to first answer of a vendor", [vendor for _, vendor in waits], _MOST_START_S)

    def _calls(self, made: Path) -> Iterator[Row]:
        """GETs beside their constants, and the memory that is in use after all that load."""
        with wattif(copied(made, "calls")) as server:
            town = Town(Client(server.port))
            if "active" in self.wanted:
                town.occupy()
            for call in town.calls():
                if call.name in self.wanted:
                    yield from _attempted(call.title, self._call(server, call))
            if "memory" in self.wanted:
                yield from _attempted("resident memory after the load", self._memory(server, town))

    def _call(self, server: Server, call: Call) -> Iterator[Row]:
        """One call and its constant by turns, so that noise hits both."""
        client = Client(server.port)
        body = call.answered(client)
        path = urlsplit(call.path).path
        with constant(path, body, self.folder / call.name) as limit:
            both = (server, limit)
            for one in both:
                load.wrk(one, call.path, call.key, _WARM_UP_S)
            rounds: list[tuple[Load, ...]] = []
            for turn in range(ROUNDS):
                self.say(f"{call.title}, {turn + 1} of {ROUNDS}")
                rounds.append(tuple(load.wrk(one, call.path, call.key, self.seconds) for one in both))
        call.answered(Client(server.port))
        ours, theirs = (load.middle(loads) for loads in zip(*rounds, strict=True))
        yield table.beside_constant(call.title, ours, theirs, call.least)

    def _memory(self, server: Server, town: Town) -> Iterator[Row]:
        """There is a load before it even if nothing else was asked for."""
        load.wrk(server, town.completed().path, town.charge, self.seconds)
        memory = machine.memory_mib(server.pid)
        yield table.bounded("resident memory after the load", memory, _MOST_MIB, "MiB")

    def _pairs(self, made: Path) -> Iterator[Row]:
        with wattif(copied(made, "pairs")) as server:
            measured = pairs.measured(server, self.seconds)
        yield table.load_row("sessions started and ended", measured, " pairs/s")

    def _leaps(self, made: Path) -> Iterator[Row]:
        """The clock, moved on by little and by much."""
        with wattif(copied(made, "leaps")) as server:
            town = Town(Client(server.port))
            decades = min(LEAPS, (_LAST_YEAR - town.now().year) // 10)
            for by, times in (("PT1H", LEAPS), ("P10Y", decades)):
                yield table.quick_row(
                    f"clock advanced by {by}, {times} times", _leaps(server, town, by, times), _MOST_LEAP_MS
                )


def _attempted(title: str, rows: Iterator[Row]) -> Iterator[Row]:
    try:
        yield from rows
    except MeasureFailedError as error:
        yield table.failed(title, str(error))


def _first_answers(folder: Path) -> tuple[Wait, Wait]:
    """Until health has answered for the first time, and until a vendor has."""
    with wattif(folder) as server:
        Client(server.port).get(_HEALTH)
        health = server.waited()
        client = Client(server.port)
        completed = Town(client).completed()
        completed.answered(client)
        return health, server.waited()


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
