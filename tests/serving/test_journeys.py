"""The journeys of the examples go all the way on a server: as programs, and as lines of curl."""

import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, Final

import pytest

from tests.conftest import NOT_TESTED, on_sqlite
from tests.databases import Databases
from tests.example_journeys import JOURNEYS, Journey, each_journey
from tests.serving.servers import ROOT, Server, serving

pytestmark = pytest.mark.slow

WORLDS: Final = "/_sandbox/v1/worlds"
_PATIENCE_S: Final = 120
_AT_ONCE: Final = 3
"""On a running clock; more would slow one another down on two cores."""


@pytest.fixture(scope="module")
def server(databases: Databases) -> Iterator[Server]:
    """The server of all journeys, each of which has a world of its own."""
    with serving(databases.new()) as it:
        yield it


@each_journey
def test_program_goes_all_the_way_in_a_frozen_world(server: Server, journey: Journey) -> None:
    """With a server and keys, the program comes to the end of the journey."""
    check_program(journey, run_program(server, journey, 0))


@each_journey
def test_lines_of_curl_go_all_the_way_in_a_frozen_world(server: Server, journey: Journey) -> None:
    """The script runs in a plain shell and comes to the end of the journey."""
    check_lines(journey, run_lines(server, journey, 0))


@on_sqlite
def test_journeys_go_all_the_way_on_a_running_clock(server: Server) -> None:
    """At speed 600 programs and scripts come to the end too, the programs in no more time than they say.

    They wait most of that time, so several run at once, the longest first.
    """
    longest_first = sorted(JOURNEYS, key=lambda journey: journey.longest, reverse=True)
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        runs = [
            (check, journey, threads.submit(run_it, server, journey, 600))
            for journey in longest_first
            for check, run_it in ((check_program, run_program), (check_lines, run_lines))
        ]

    for check, journey, done in runs:
        check(journey, done.result())


def run_program(server: Server, journey: Journey, speed: float) -> subprocess.CompletedProcess[str]:
    """Runs the program of a journey in a new village."""
    program = ROOT / "examples" / journey.folder / "journey.py"
    return run([sys.executable, str(program), server.url, *journey.keys_of(village(server, journey, speed))])


def check_program(journey: Journey, done: subprocess.CompletedProcess[str]) -> None:
    """Asserts that a program has come to its end, and within its longest time."""
    assert (done.returncode, done.stderr) == (0, "")
    journey.check(done.stdout)
    # A line may also begin with the instant of something else than the step itself.
    lines = [line for line in done.stdout.splitlines() if line[:2] == "20"]
    instants = [datetime.fromisoformat(line.split()[0]) for line in lines]
    assert max(instants) - min(instants) <= journey.longest


def run_lines(server: Server, journey: Journey, speed: float) -> subprocess.CompletedProcess[str]:
    """Runs the script of a journey in a new village."""
    for program in ("curl", "jq"):
        if shutil.which(program) is None:
            pytest.skip(f"{NOT_TESTED} WITH CURL: no {program}")
    script = ROOT / "examples" / journey.folder / "journey.sh"
    return run(["/bin/sh", "-eu", str(script), server.url, *journey.keys_of(village(server, journey, speed))])


def check_lines(journey: Journey, done: subprocess.CompletedProcess[str]) -> None:
    """Asserts that a script has come to its end."""
    assert (done.returncode, done.stderr) == (0, "")
    journey.check_lines(done.stdout.splitlines())


def run(words: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """What an example prints."""
    return subprocess.run(words, capture_output=True, text=True, timeout=_PATIENCE_S, check=False)  # noqa: S603 - the examples of this repository


def village(server: Server, journey: Journey, speed: float) -> dict[str, Any]:
    """A new village whose clock has that speed."""
    body = {"scenario": "village", "clock": {"at": journey.at, "speed": speed}}
    made: dict[str, Any] = server.client.post(WORLDS, json=body).raise_for_status().json()
    return made
