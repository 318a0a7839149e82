"""The tests of vendors and worlds also pass when many run at the same time on one server, each in its own worlds."""

import re
import subprocess
import sys
from typing import Final

import pytest

from tests.lanes import Length
from tests.serving.servers import ROOT, environment
from tests.soak.conftest import Amount

pytestmark = pytest.mark.slow

_SUMMARY: Final = re.compile(r"(\d+) tests shared the server at .* and left (-?\d+) worlds on it\.")
_TESTS_AT_LEAST: Final = 300
_PATIENCE_S: Final = 1_200


def test_tests_pass_on_a_shared_server(length: Length, amount: Amount) -> None:
    """All of them pass each time, and every world that they created is gone afterwards."""
    processes = "8" if length is Length.LONG else "2"
    for _ in range(amount.shared_runs):
        run = subprocess.run(  # noqa: S603 - this very interpreter
            [
                *(sys.executable, "-m", "pytest", "--shared", "--lane", "all"),
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
        assert int(summary[1]) >= _TESTS_AT_LEAST
        assert int(summary[2]) == 0
