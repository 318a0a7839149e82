"""Without PostgreSQL a run says that tests were skipped, even with -qq; in continuous integration it fails."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

pytestmark = pytest.mark.slow

_REPOSITORY: Final = Path(__file__).resolve().parents[2]
_WITHOUT_PROGRAMS: Final = """
import sys
from pathlib import Path
import pytest
from tests import cluster

cluster._DEBIAN = Path("/nowhere")
sys.exit(pytest.main(sys.argv[1:]))
"""
_NOTICE: Final = "NOT TESTED ON POSTGRESQL: no initdb"


def test_skipped_tests_are_reported() -> None:
    """Without PostgreSQL's programs its tests are skipped with the reason, and the run succeeds."""
    run = _run("-qq")

    assert run.returncode == 0, run.stdout
    assert run.stdout.count(_NOTICE) == 1


def test_a_run_in_ci_fails() -> None:
    """With CI in the environment the same run fails with the same reason."""
    run = _run("-q", CI="true")

    assert run.returncode == 1, run.stdout
    assert _NOTICE in run.stdout


def _run(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Runs one small test on both kinds of databases, in a process that finds no PostgreSQL."""
    unset = {"CI", "PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER"}
    kept = {name: value for name, value in os.environ.items() if name not in unset}
    return subprocess.run(  # noqa: S603 - this very interpreter
        [
            sys.executable,
            "-c",
            _WITHOUT_PROGRAMS,
            "tests/store/test_ask_and_change.py",
            *("-k", "test_a_change_is_saved", "--lane", "all", "-n", "0", "-p", "no:cacheprovider"),
            *words,
        ],
        cwd=_REPOSITORY,
        env=kept | {"PATH": "/nowhere"} | variables,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
