"""Fixtures of the soak: servers that share a database, and how much each test does."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final

import pytest

from tests.databases import Databases, Kept
from tests.lanes import Length
from tests.serving.crowds import FAST
from tests.serving.servers import Server, serving
from tests.soak import results_table


@dataclass(frozen=True, slots=True)
class Amount:
    """How much the tests of one length do.

    A load lasts `seconds`, in which each connector must change between vehicles at least `vehicle_changes` times. At
    most `servers` servers share a database, by its kind. Under another load servers are killed `kills` times, or as
    often as `kill_seconds` allow. While worlds are created and removed, the server is killed `world_kills` times for
    every kind of change, by the kind of database. The tests that can share a server do so `shared_runs` times.
    """

    seconds: float
    vehicle_changes: int
    kills: int
    kill_seconds: float
    world_kills: Mapping[str, int]
    servers: Mapping[str, int]
    shared_runs: int


AMOUNTS: Final = {
    Length.SHORT: Amount(
        seconds=2,
        vehicle_changes=1,
        kills=1,
        kill_seconds=30,
        world_kills={"sqlite": 1, "postgresql": 1},
        servers={"sqlite": 2, "postgresql": 2},
        shared_runs=1,
    ),
    Length.MEDIUM: Amount(
        seconds=4,
        vehicle_changes=1,
        kills=3,
        kill_seconds=30,
        world_kills={"sqlite": 2, "postgresql": 2},
        servers={"sqlite": 2, "postgresql": 2},
        shared_runs=1,
    ),
    Length.LONG: Amount(
        seconds=60,
        vehicle_changes=100,
        kills=50,
        kill_seconds=130,
        world_kills={"sqlite": 50, "postgresql": 50},
        servers={"sqlite": 2, "postgresql": 4},
        shared_runs=20,
    ),
}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Prints the results of the long forms, and keeps them beside those of the benchmark."""
    if config.getoption("long") and results_table.RESULTS:
        file = results_table.write()
        terminalreporter.section(str(file))
        terminalreporter.write(file.read_text("utf-8"))


@pytest.fixture(scope="session")
def amount(length: Length) -> Amount:
    return AMOUNTS[length]


@pytest.fixture(params=["one", "many"])
def servers(request: pytest.FixtureRequest, databases: Databases, kept: Kept, amount: Amount) -> Iterator[list[Server]]:
    """One server on a database, or several that share one, each a process of its own."""
    with ExitStack() as stack:
        count = 1 if request.param == "one" else amount.servers[databases.kind]
        yield [stack.enter_context(serving(kept, *FAST)) for _ in range(count)]
