"""`make test-all` runs every test, and continuous integration runs each of them too."""

import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Final

import pytest

_REPOSITORY: Final = Path(__file__).resolve().parents[2]
_MAKEFILE: Final = (_REPOSITORY / "Makefile").read_text("utf-8")


def test_targets_choose_their_lanes() -> None:
    """`make test` runs the default lane and `make test-all` the lane `all`, without other options that choose tests."""
    assert _pytest_words("test") == "-n $(JOBS) --maxprocesses 8 $(ARGS)"
    assert _pytest_words("test-all") == "-n $(JOBS) --maxprocesses 8 --dist worksteal --lane all $(ARGS)"


def test_ci_runs_both_lanes() -> None:
    """`.ci/run` runs the fast lane with `make test`, and the slow one with `make test-all`."""
    commands = re.findall(r"^run (.+)$", (_REPOSITORY / ".ci" / "run").read_text("utf-8"), re.MULTILINE)

    assert [it for it in commands if it.startswith("test")] == ["test", "test-all ARGS='--lane slow'"]


def test_files_that_start_servers_are_slow() -> None:
    """A test file that imports what starts a server as a process has the mark `slow`."""
    starts_servers = re.compile(r"^from tests\.serving\.servers import .*\b(?:serving|started)\b", re.MULTILINE)
    is_slow = re.compile(r"^pytestmark = (?:\[[^]]*)?pytest\.mark\.slow\b", re.MULTILINE)
    files = {path: path.read_text("utf-8") for path in (_REPOSITORY / "tests").rglob("test_*.py")}
    unmarked = {
        str(path.relative_to(_REPOSITORY))
        for path, text in files.items()
        if starts_servers.search(text) and not is_slow.search(text)
    }

    assert unmarked == set()


@pytest.mark.slow
def test_every_test_is_in_a_lane() -> None:
    """The fast and the slow lane together are the lane `all`, which leaves out nothing that pytest collects."""
    assert _collected("fast") | _collected("slow") == _collected("all")
    assert not _collected("fast") >= _collected("all")


@pytest.mark.slow
def test_the_fast_lane_needs_no_postgresql() -> None:
    """Every test whose parameters name PostgreSQL is in the slow lane."""
    on_postgresql = {test for test in _collected("all") if "postgresql" in test.partition("[")[2]}

    assert on_postgresql
    assert on_postgresql & _collected("fast") == set()


@cache
def _collected(lane: str) -> frozenset[str]:
    """The ids of the tests of a lane. For `all` nothing may be deselected."""
    run = subprocess.run(  # noqa: S603 - this very interpreter
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-n", "0", "-p", "no:cacheprovider", "--lane", lane],
        cwd=_REPOSITORY,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-2_000:]
    assert lane != "all" or "deselected" not in run.stdout
    return frozenset(line for line in run.stdout.splitlines() if "::" in line)


def _pytest_words(target: str) -> str:
    """What the Makefile's target gives to pytest."""
    [recipe] = re.findall(rf"^{target}:.*\n\t@\$\(BIN\)/python -m pytest (.+)$", _MAKEFILE, re.MULTILINE)
    return str(recipe)
