"""The journeys of the examples go all the way on a server: as programs, and as lines of curl."""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import pytest

from tests.conftest import NOT_TESTED
from tests.databases import Kept
from tests.example_journeys import Journey, each_journey
from tests.serving.servers import ROOT, Server, serving

pytestmark = pytest.mark.slow

WORLDS: Final = "/_sandbox/v1/worlds"
_PATIENCE_S: Final = 120

at_any_speed: Final = pytest.mark.parametrize("speed", [0, 600])


@each_journey
@at_any_speed
def test_program_goes_all_the_way_at_any_speed(empty: Kept, journey: Journey, speed: int) -> None:
    """With a server and keys, in a frozen world and at speed 600, it takes no longer than it says."""
    program = ROOT / "examples" / journey.folder / "journey.py"
    with serving(empty) as server:
        done = run([sys.executable, str(program), server.url, *journey.keys_of(village(server, journey, speed))])

    assert (done.returncode, done.stderr) == (0, "")
    journey.check(done.stdout)
    # A line may also begin with the instant of something else than the step itself.
    lines = [line for line in done.stdout.splitlines() if line[:2] == "20"]
    instants = [datetime.fromisoformat(line.split()[0]) for line in lines]
    assert max(instants) - min(instants) <= journey.longest


@each_journey
@at_any_speed
def test_lines_of_curl_go_all_the_way(empty: Kept, journey: Journey, speed: int) -> None:
    """The script runs in a plain shell and comes to the end of the journey."""
    for program in ("curl", "jq"):
        if shutil.which(program) is None:
            pytest.skip(f"{NOT_TESTED} WITH CURL: no {program}")
    script = ROOT / "examples" / journey.folder / "journey.sh"
    with serving(empty) as server:
        done = run(["/bin/sh", "-eu", str(script), server.url, *journey.keys_of(village(server, journey, speed))])

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
