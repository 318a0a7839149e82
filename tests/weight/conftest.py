"""Few connectors under a crowd: servers that share a database, and the two lengths of every test here."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final

import pytest

from tests.databases import Databases, Kept
from tests.serving.crowds import FAST
from tests.serving.servers import Server, serving
from tests.weight import figures


@dataclass(frozen=True, slots=True)
class Length:
    """How long a crowd presses, and how often each connector must change hands in that time at least.

    At most `shared_by` servers share one database of each kind.
    Under another crowd servers are killed so many times, or as often as `kill_seconds` allow. While worlds are made and
    removed, those on each kind of database are killed `world_kills` times for every kind of call.
    """

    seconds: float
    hands: int
    kills: int
    kill_seconds: float
    world_kills: Mapping[str, int]
    shared_by: Mapping[str, int]


SHORT: Final = Length(
    seconds=2,
    hands=1,
    kills=1,
    kill_seconds=30,
    world_kills={"sqlite": 1, "postgresql": 1},
    shared_by={"sqlite": 2, "postgresql": 2},
)
LONG: Final = Length(
    seconds=60,
    hands=100,
    kills=50,
    kill_seconds=130,
    world_kills={"sqlite": 50, "postgresql": 50},
    shared_by={"sqlite": 2, "postgresql": 4},
)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Shows the figures of the long forms, and keeps them beside the benchmark's."""
    if _is_long(config) and figures.COUNTED:
        file = figures.keep()
        terminalreporter.section(str(file))
        terminalreporter.write(file.read_text("utf-8"))


@pytest.fixture(scope="session")
def length(request: pytest.FixtureRequest) -> Length:
    return LONG if _is_long(request.config) else SHORT


@pytest.fixture(params=["one", "many"])
def servers(request: pytest.FixtureRequest, databases: Databases, kept: Kept, length: Length) -> Iterator[list[Server]]:
    """One server on a database, or as many as share one, each a process of its own."""
    with ExitStack() as stack:
        count = 1 if request.param == "one" else length.shared_by[databases.kind]
        yield [stack.enter_context(serving(kept, *FAST)) for _ in range(count)]


def _is_long(config: pytest.Config) -> bool:
    return bool(config.getoption("long", default=False))
