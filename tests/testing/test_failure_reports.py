"""The report of a failed test says which world it had, what the server refused, and how to make it again."""

import re
import shlex
import subprocess
from pathlib import Path
from typing import Final

import httpx2
import pytest

from tests.testing.conftest import PACKAGE, PYTHON, Runner

pytestmark = pytest.mark.slow

_FAILS: Final = """
import pytest

@pytest.mark.wattif(scenario="empty", seed=9, start="2026-03-02T08:00:00Z")
def test_it(wattif):
    wattif.advance("PT90M")
    wattif.charge.get("/charging_sessions", params={"limit": 0})
    wattif.charge.get("/charging_sessions", headers={"Authorization": "Bearer ch_sk_test_wrong"})
    assert wattif.name == "another"
"""
_SAYS: Final = """\
  Its clock shows 2026-03-02T09:30:00.000Z, at speed 0
  The same again: wattif worlds create --scenario empty --seed 9 --at 2026-03-02T08:00:00.000Z --speed 0
The server refused:
  2026-03-02T09:30:00.000Z  GET /v1/charging_sessions?limit=0  400  query limit must be an integer from 1 to 100.
  no world  GET /v1/charging_sessions  401  No world has the key ch_sk_test_…; \
GET /_sandbox/v1/worlds shows the keys of each.
"""
_IS_REFUSED: Final = """
import pytest

@pytest.mark.wattif(scenario="vilage")
def test_set_up(wattif):
    pass

@pytest.mark.wattif("empty")
def test_marker(wattif):
    pass

def test_it(wattif):
    wattif.advance("8h")
"""
_IS_REFUSED_IN_UNITTEST: Final = """
import unittest

from app.testing import world

class TestIt(unittest.TestCase):
    def test_it(self):
        self.enterContext(world()).advance("8h")
"""
_FAILS_IN_SETUP: Final = """
import pytest

@pytest.fixture
def car(wattif):
    raise LookupError("no car")

def test_it(car):
    pass
"""
_PASSES_AND_FAILS: Final = """
def test_before(wattif):
    wattif.charge.get("/charging_sessions", params={"limit": 0})

def test_it(wattif):
    assert not wattif.name

def test_without():
    assert False
"""
_LOSES_ITS_SERVER: Final = """
import os, signal, subprocess

def test_it(wattif):
    for line in subprocess.run(["ps", "-ewwo", "pid,ppid,args"], capture_output=True, text=True).stdout.splitlines():
        pid, parent, *words = line.split()
        if parent == str(os.getpid()) and "--for-tests" in words:
            os.kill(int(pid), signal.SIGKILL)
    assert False

def test_later(wattif):
    pass
"""


def test_section_describes_the_world(runner: Runner) -> None:
    """It has the world's name, scenario and seed, its clock, the refusals, and the line that makes it again."""
    runner.write("test_one.py", _FAILS)
    lines = runner.run().section().splitlines()

    assert re.fullmatch(r"World test-it-\w+ at http://127\.0\.0\.1:\d+: scenario empty, seed 9", lines[0])
    assert lines[1:] == _SAYS.splitlines()


def test_refused_call_has_a_short_traceback(runner: Runner) -> None:
    """It ends at the test's own line, shows no line of the sandbox, and its section leaves other tests' worlds out."""
    runner.write("test_one.py", _IS_REFUSED)
    run = runner.run()

    assert '    wattif.advance("8h")\nE  ' in run.printed
    assert "E   " + f"{PACKAGE}.client.errors.RefusedError: there is no scenario 'vilage'" in run.printed
    assert "\nThe marker wattif takes scenario=, seed=, start= and speed=, not 'empty'.\n" in run.printed
    assert not re.search(r"/(client|testing)/\w+\.py:\d+", run.printed)
    assert "vilage" not in run.section()


def test_refused_call_of_unittest_has_a_short_traceback(on_server: Runner) -> None:
    """It is as short where the world is of no fixture."""
    on_server.write("test_one.py", _IS_REFUSED_IN_UNITTEST)
    run = on_server.run()

    assert re.search(rf'advance\("8h"\)\nE +{PACKAGE}\.client\.errors\.RefusedError: by: ', run.printed), run.printed


def test_failed_setup_has_the_section(on_server: Runner, server_url: str) -> None:
    """A test whose other fixture fails has the section too, which names the server if its user did."""
    on_server.write("test_one.py", _FAILS_IN_SETUP)
    run = on_server.run()

    assert run.outcome("test_it") == "ERROR"
    assert f" --speed 0 --url {server_url}\n" in run.section()
    assert (
        run.section().splitlines()[-1]
        == "What the server refused is in its own log, because this run has not started it."
    )


def test_section_is_about_one_test(runner: Runner) -> None:
    """What the server refused in other tests is left out, and a failure without a world has no section."""
    runner.write("test_one.py", _PASSES_AND_FAILS)
    run = runner.run()

    assert [run.outcome(name) for name in ("test_before", "test_it", "test_without")] == ["PASSED", "FAILED", "FAILED"]
    assert run.section().splitlines()[-1] == "The server refused nothing."


def test_section_survives_the_server(runner: Runner) -> None:
    """When the server has died, the section says that it does not answer, and later tests fail with its log."""
    runner.write("test_one.py", _LOSES_ITS_SERVER)
    run = runner.run(TMPDIR=str(runner.folder))

    assert "Its clock cannot be read: no answer from http://127.0.0.1:" in run.section()
    assert "1 failed, 1 error" in run.printed
    assert "The server that this run has started is gone" in run.printed


def test_kept_world_is_a_file(runner: Runner, server_url: str) -> None:
    """With --wattif-keep, the printed line imports the world as it was when the test failed."""
    runner.write("test_one.py", _FAILS)
    [line] = re.findall(
        r"It is kept in a file: wattif (import .*)$", runner.run("--wattif-keep").section(), re.MULTILINE
    )
    file = Path(shlex.split(line)[1])

    command = [PYTHON, "-m", PACKAGE, *shlex.split(line), "again", "--url", server_url]
    subprocess.run(command, check=True, env=runner.variables, cwd=runner.folder)  # noqa: S603 - the line that was printed
    clock = httpx2.get(f"{server_url}/_sandbox/v1/worlds/again").json()["clock"]
    httpx2.delete(f"{server_url}/_sandbox/v1/worlds/again")

    assert file.name.startswith("test-it-")
    assert clock["now"] == "2026-03-02T09:30:00.000Z"


def test_kept_world_stays_on_a_named_server(on_server: Runner, server_url: str) -> None:
    """With --wattif-keep, the world of a failed test stays on a server that was named; others are deleted."""
    on_server.write("test_one.py", _PASSES_AND_FAILS)
    section = on_server.run("--wattif-keep").section()
    [name] = re.findall(r"It is kept: wattif worlds show (\S+) --url", section)
    worlds = httpx2.get(f"{server_url}/_sandbox/v1/worlds").json()["worlds"]
    httpx2.delete(f"{server_url}/_sandbox/v1/worlds/{name}")

    assert [world["name"] for world in worlds[2:]] == [name]
    assert worlds[2]["expires_at"] is None
