"""`make test-all` runs every test, and continuous integration runs each of them too."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

_REPOSITORY: Final = Path(__file__).resolve().parents[2]
_TOLD_LANES: Final = """
import os
from pathlib import Path
from tests.lanes import is_in_lane


def pytest_collection_finish(session):
    lines = [
        item.nodeid.encode("unicode_escape").decode() + "\\t"
        + " ".join(lane for lane in ("fast", "slow", "all") if is_in_lane(item, lane))
        for item in session.items
    ]
    Path(os.environ["TOLD"]).write_text("\\n".join(lines), "utf-8")
"""
"""A plugin that writes the lanes of each collected test."""
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
def test_every_test_is_in_a_lane(tmp_path: Path) -> None:
    """The fast and the slow lane together are the lane `all`, which leaves out nothing that pytest collects.

    Every test whose parameters name PostgreSQL is in the slow lane only.
    """
    lanes = _lanes_of_all_tests(tmp_path)
    on_postgresql = {test for test in lanes if "postgresql" in test.partition("[")[2]}

    assert [test for test, its in lanes.items() if "all" not in its or not its & {"fast", "slow"}] == []
    assert on_postgresql
    assert {frozenset(lanes[test]) for test in on_postgresql} == {frozenset({"slow", "all"})}
    assert any("fast" in its for its in lanes.values())


def _lanes_of_all_tests(folder: Path) -> dict[str, set[str]]:
    """The lanes of each test by its id. One collection of the lane `all` says so; nothing may be deselected."""
    (folder / "told_lanes.py").write_text(_TOLD_LANES, "utf-8")
    words = ["--collect-only", "-q", "-n", "0", "-p", "no:cacheprovider", "-p", "told_lanes", "--lane", "all"]
    run = subprocess.run(  # noqa: S603 - this very interpreter
        [sys.executable, "-m", "pytest", *words],
        cwd=_REPOSITORY,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(folder), str(_REPOSITORY)]), "TOLD": str(folder / "told")},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-2_000:]
    assert "deselected" not in run.stdout
    told = (line.rpartition("\t") for line in (folder / "told").read_text("utf-8").splitlines())
    return {test: set(its.split()) for test, _, its in told}


def _pytest_words(target: str) -> str:
    """What the Makefile's target gives to pytest."""
    [recipe] = re.findall(rf"^{target}:.*\n\t@\$\(BIN\)/python -m pytest (.+)$", _MAKEFILE, re.MULTILINE)
    return str(recipe)
