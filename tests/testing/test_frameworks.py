"""Worlds work with the test clients of frameworks, with unittest, and with tests in random order."""

import subprocess
from collections.abc import Callable

import httpx2
import pytest

from tests.testing.conftest import PYTHON, Runner

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("framework", ["fastapi", "django"])
def test_application_reads_the_variables(on_server: Runner, needs: Callable[[str], None], framework: str) -> None:
    """An application that reads its address and key from the environment is tested by its framework's client."""
    needs(framework)
    on_server.sample("frameworks")

    run = on_server.run("-k", framework, "-W", "default")

    assert run.outcome(f"test_{framework}") == "PASSED"


def test_unittest_has_worlds(on_server: Runner, server_url: str) -> None:
    """`world()` gives a private world to tests without pytest, and deletes it."""
    on_server.sample("unittests")
    run = _unittest(on_server)

    assert run.returncode == 0, run.stdout
    assert "Ran 2 tests" in run.stdout
    assert len(httpx2.get(f"{server_url}/_sandbox/v1/worlds").json()["worlds"]) == 2


def test_unittest_starts_a_server(runner: Runner) -> None:
    """Without the address of a server, the process starts one, which ends with it and leaves no file."""
    runner.sample("unittests")
    temporary = runner.folder / "temporary"
    temporary.mkdir()
    run = _unittest(runner, TMPDIR=str(temporary))

    assert run.returncode == 0, run.stdout
    assert "Ran 2 tests" in run.stdout
    assert [*temporary.iterdir()] == []


def test_random_order_changes_nothing(on_server: Runner, needs: Callable[[str], None]) -> None:
    """With pytest-randomly, which shuffles the tests and seeds chance anew for each, all samples pass."""
    needs("pytest_randomly")
    on_server.sample("worlds")
    on_server.write("pyproject.toml", '[tool.wattif.env]\nBILLING_KEY = "charge.secret_key"\n')

    run = on_server.run("-k", "not wrong_marker", using="randomly")

    assert run.code == 0, run.printed
    assert "Using --randomly-seed=" in run.printed


def _unittest(runner: Runner, **variables: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(  # noqa: S603 - the interpreter under test
        [PYTHON, "-W", "error", "-m", "unittest", "-v", "test_unittests"],
        cwd=runner.folder,
        env={**runner.variables, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )
