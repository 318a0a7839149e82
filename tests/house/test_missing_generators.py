"""Without the generators a run says that tests were skipped, even with -qq; in continuous integration it fails."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

pytestmark = pytest.mark.slow

_REPOSITORY: Final = Path(__file__).resolve().parents[2]
_NOTICE: Final = "NOT TESTED WITH GENERATORS: no Node.js"


def test_skipped_tests_are_reported() -> None:
    """Without Node.js the tests are skipped with the reason, and the run succeeds."""
    run = _run("-qq")

    assert run.returncode == 0, run.stdout
    assert run.stdout.count(_NOTICE) == 1


def test_a_run_in_ci_fails() -> None:
    """With CI in the environment the same run fails with the same reason."""
    run = _run("-q", CI="true")

    assert run.returncode == 1, run.stdout
    assert _NOTICE in run.stdout


def _run(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Runs the linters in a process that finds no Node.js."""
    unset = {"CI", "PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER"}
    kept = {name: value for name, value in os.environ.items() if name not in unset}
    options = ["--lane", "all", "-n", "0", "-p", "no:cacheprovider"]
    return subprocess.run(  # noqa: S603 - this very interpreter
        [sys.executable, "-m", "pytest", "tests/generators/test_linters.py", *options, *words],
        cwd=_REPOSITORY,
        env=kept | {"PATH": "/nowhere"} | variables,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
