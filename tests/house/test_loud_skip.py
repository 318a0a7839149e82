"""Whoever tests without PostgreSQL is told so, however little is shown; where nobody looks, the run fails."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

_REPOSITORY: Final = Path(__file__).resolve().parents[2]
_WITHOUT_PROGRAMS: Final = """
import sys
from pathlib import Path
import pytest
from tests import cluster

cluster._DEBIAN = Path("/nowhere")
sys.exit(pytest.main(sys.argv[1:]))
"""
_TOLD: Final = "NOT TESTED ON POSTGRESQL: no initdb"


def test_what_is_not_tested_is_told() -> None:
    """Without PostgreSQL's programs its half is skipped with the reason, and the run succeeds."""
    run = _run("-qq")

    assert run.returncode == 0, run.stdout
    assert run.stdout.count(_TOLD) == 1


def test_where_nobody_looks_it_fails() -> None:
    """With CI in the environment the same run fails, for the same reason."""
    run = _run("-q", CI="true")

    assert run.returncode == 1, run.stdout
    assert _TOLD in run.stdout


def _run(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """One small test on both kinds of databases, by a process that finds no program."""
    unset = {"CI", "PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER"}
    kept = {name: value for name, value in os.environ.items() if name not in unset}
    return subprocess.run(  # noqa: S603 - this very interpreter
        [
            sys.executable,
            "-c",
            _WITHOUT_PROGRAMS,
            "tests/store/test_ask_and_change.py",
            *("-k", "test_a_change_is_saved", "-n", "0", "-p", "no:cacheprovider"),
            *words,
        ],
        cwd=_REPOSITORY,
        env=kept | {"PATH": "/nowhere"} | variables,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
