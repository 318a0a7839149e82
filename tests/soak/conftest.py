"""Fixtures of the soak: servers that share a database, and how much each test does."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Final

import pytest

from tests import lanes
from tests.databases import Databases, Kept
from tests.lanes import Length
from tests.serving.crowds import FAST
from tests.serving.servers import Server, serving
from tests.soak import results_table


@dataclass(frozen=True, slots=True)
class Amount:
    """How much the tests of one length do.

    A load lasts `seconds`, in which each connector changes between vehicles at least once. At most `servers` servers
    share a database, by its kind. Under another load servers are killed `kills` times, or as often as `kill_seconds`
    allow.
    """

    seconds: float
    kills: int
    kill_seconds: float
    servers: Mapping[str, int]


_AMOUNTS: Final = {
    Length.SHORT: Amount(
        seconds=2,
        kills=1,
        kill_seconds=30,
        servers={"sqlite": 2, "postgresql": 2},
    ),
    Length.MEDIUM: Amount(
        seconds=4,
        kills=3,
        kill_seconds=30,
        servers={"sqlite": 2, "postgresql": 2},
    ),
    Length.LONG: Amount(
        seconds=60,
        kills=50,
        kill_seconds=80,
        servers={"sqlite": 2, "postgresql": 4},
    ),
}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Prints the results of the long forms, and keeps those of a soak of full length beside the benchmark's."""
    if config.getoption("long") and results_table.RESULTS:
        text = results_table.page(config.getoption("minutes"))
        terminalreporter.section("soak")
        terminalreporter.write(text)
        if config.getoption("minutes") >= lanes.SOAK_MINUTES:
            terminalreporter.write(f"\nkept as {results_table.keep(text)}\n")


@pytest.fixture(scope="session")
def amount(pytestconfig: pytest.Config, length: Length) -> Amount:
    usual = _AMOUNTS[length]
    if length is not Length.LONG:
        return usual
    seconds, kill_seconds = (lanes.share_of(pytestconfig, each) for each in (usual.seconds, usual.kill_seconds))
    return replace(usual, seconds=max(1, seconds), kill_seconds=kill_seconds)


@pytest.fixture(params=["one", "many"])
def servers(request: pytest.FixtureRequest, databases: Databases, kept: Kept, amount: Amount) -> Iterator[list[Server]]:
    """One server on a database, or several that share one, each a process of its own."""
    with ExitStack() as stack:
        count = 1 if request.param == "one" else amount.servers[databases.kind]
        yield [stack.enter_context(serving(kept, *FAST)) for _ in range(count)]
