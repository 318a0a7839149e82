"""The tests of vendors and worlds also pass when many run at the same time on one server, each in its own worlds."""

import re
import subprocess
import sys
from time import monotonic
from typing import Final

import pytest

from tests.conftest import Turns
from tests.lanes import Length
from tests.serving.servers import ROOT, environment
from tests.soak import results_table

pytestmark = pytest.mark.slow

_SUMMARY: Final = re.compile(r"(\d+) tests shared the server at .* and left (-?\d+) worlds on it\.")
_TESTS_AT_LEAST: Final = 800
_PATIENCE_S: Final = 1_200
_SECONDS: Final = 240


def test_tests_pass_on_a_shared_server(length: Length, turns: Turns) -> None:
    """One of four passes, in the soak all of them each time, and every world that they created is gone afterwards."""
    processes, every = ("8", "1") if length is Length.LONG else ("2", "4")
    begin, passed = monotonic(), list[int]()
    for _ in turns(_SECONDS):
        run = subprocess.run(  # noqa: S603 - this very interpreter
            [
                *(sys.executable, "-m", "pytest", "--shared", "--every", every, "--lane", "all"),
                *("-n", processes, "tests/vendors", "tests/control"),
            ],
            cwd=ROOT,
            env=environment(),
            capture_output=True,
            text=True,
            timeout=_PATIENCE_S,
            check=False,
        )
        summary = _SUMMARY.search(run.stdout)

        assert run.returncode == 0, run.stdout[-5_000:]
        assert summary is not None
        assert int(summary[1]) >= _TESTS_AT_LEAST // int(every)
        assert int(summary[2]) == 0
        passed.append(int(summary[1]))
    results_table.add(
        "tests of vendors and control API on a shared server",
        None,
        seconds=monotonic() - begin,
        checked=f"{passed[-1]:,} tests in {processes} processes, passed {len(passed)} times",
    )
