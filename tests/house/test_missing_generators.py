"""Without Node.js a run says that tests were skipped, even with -qq; in continuous integration it fails."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

pytestmark = pytest.mark.slow

_REPOSITORY: Final = Path(__file__).resolve().parents[2]
_FILES: Final = ("tests/generators/test_linters.py", "tests/javascript/test_package.py")
_NOTICES: Final = ("NOT TESTED WITH GENERATORS: no Node.js", "NOT TESTED WITH NODE.JS: no Node.js")


def test_skipped_tests_are_reported() -> None:
    """Without Node.js the tests are skipped, each reason is told once, and the run succeeds."""
    run = _run("-qq")

    assert run.returncode == 0, run.stdout
    assert [run.stdout.count(notice) for notice in _NOTICES] == [1, 1]


def test_a_run_in_ci_fails() -> None:
    """With CI in the environment the same run fails with the same reasons."""
    run = _run("-q", CI="true")

    assert run.returncode == 1, run.stdout
    assert [notice for notice in _NOTICES if notice not in run.stdout] == []


def _run(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Runs tests that need Node.js in a process that finds none."""
    unset = {"CI", "PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER"}
    kept = {name: value for name, value in os.environ.items() if name not in unset}
    options = ["--lane", "all", "-n", "0", "-p", "no:cacheprovider"]
    return subprocess.run(  # noqa: S603 - this very interpreter
        [sys.executable, "-m", "pytest", *_FILES, *options, *words],
        cwd=_REPOSITORY,
        env=kept | {"PATH": "/nowhere"} | variables,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
