"""The tests of vendors and worlds pass as tenants of one server as well, many at one time, each in its own worlds."""

import re
import subprocess
import sys
from dataclasses import dataclass
from typing import Final

from tests.serving.servers import ROOT, environment
from tests.weight.conftest import LONG, Length

_TOLD: Final = re.compile(r"(\d+) tests have shared the server at .*, and left (-?\d+) worlds there\.")
_PATIENCE_S: Final = 1_200


@dataclass(frozen=True, slots=True)
class Tenancy:
    """So many times do all of these tests, which are at least so many, share a server, run by so many processes."""

    times: int
    processes: int
    tests: int
    paths: tuple[str, ...]


_BRIEF: Final = Tenancy(
    times=1,
    processes=2,
    tests=30,
    paths=(
        "tests/vendors/podero/test_token.py",
        "tests/vendors/podero/test_token_refusals.py",
        "tests/control/test_reset.py",
    ),
)
_WHOLE: Final = Tenancy(times=20, processes=8, tests=300, paths=("tests/vendors", "tests/control"))


def test_tests_share_a_server(length: Length) -> None:
    """Time after time all of them pass, and no world of theirs is left."""
    tenancy = _WHOLE if length is LONG else _BRIEF
    for _ in range(tenancy.times):
        ran = subprocess.run(  # noqa: S603 - this very interpreter
            [sys.executable, "-m", "pytest", "-n", str(tenancy.processes), "--shared", *tenancy.paths],
            cwd=ROOT,
            env=environment(),
            capture_output=True,
            text=True,
            timeout=_PATIENCE_S,
            check=False,
        )
        told = _TOLD.search(ran.stdout)

        assert ran.returncode == 0, ran.stdout[-5_000:]
        assert told is not None
        assert int(told[1]) >= tenancy.tests
        assert int(told[2]) == 0
