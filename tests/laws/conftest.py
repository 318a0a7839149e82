"""Fixtures of the laws: a sandbox that is only read, and a second database, made apart from the first."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from tests.conftest import Turns
from tests.databases import Databases, Kept
from tests.lanes import Length, length_of
from tests.laws.world_client import WITHOUT_SHRINKING, WorldClient, client_of_copy

WorldsCalled: TypeAlias = Callable[[type[RuleBasedStateMachine]], int]
"""Runs a state machine of random calls, and returns the number of worlds that it has made."""
_SECONDS = 60
ROOT = Path(__file__).resolve().parents[2]
MAKE_WORLDS = """
import sys
from tests.conftest import started
from tests.databases import Kept

with started(Kept(sys.argv[1])):
    pass
"""


@pytest.fixture(scope="session")
def length(databases: Databases, pytestconfig: pytest.Config) -> Length:
    """The length of a law's test: as everywhere on SQLite, and on PostgreSQL short in `make test-all` too.

    The law is the same on both; statements and locks differ, and the short form reaches those.
    """
    usual = length_of(pytestconfig)
    return Length.SHORT if usual is Length.MEDIUM and databases.kind == "postgresql" else usual


@pytest.fixture(scope="session")
def reader(databases: Databases, made: Kept) -> Iterator[WorldClient]:
    """A client of a sandbox that tests only read. tests/laws/test_reads.py shows that reading changes nothing."""
    with client_of_copy(databases, made) as client:
        yield client


@pytest.fixture(scope="session")
def made_apart(databases: Databases) -> Kept:
    """The same scenario in another database, made by a process with another hash seed for strings."""
    kept = databases.new()
    hash_seed = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
    subprocess.run(  # noqa: S603 - this very interpreter
        [sys.executable, "-c", MAKE_WORLDS, kept.url],
        check=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": hash_seed},
        timeout=60,
    )
    return kept


@pytest.fixture
def worlds_called(databases: Databases, made: Kept, length: Length, turns: Turns) -> WorldsCalled:
    """Runs a state machine on a server of its own; it fails where a world differs from its model."""
    checked = settings(
        max_examples={Length.SHORT: 2, Length.MEDIUM: 5, Length.LONG: 10}[length],
        stateful_step_count=25 if length is Length.SHORT else 50,
        deadline=None,
        phases=WITHOUT_SHRINKING,
        suppress_health_check=list(HealthCheck),
    )

    def run(calls: type[RuleBasedStateMachine]) -> int:
        names = iter(range(10**9))
        with client_of_copy(databases, made) as client:
            machine = type("Machine", (calls,), {"http": client.http, "names": names})
            for _ in turns(_SECONDS):
                run_state_machine_as_test(machine, settings=checked)
        return next(names)

    return run
