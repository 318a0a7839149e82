"""The workers of pytest-xdist share one server, which ends with the last of them, however that ends."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from tests.testing.conftest import PACKAGE, Runner

pytestmark = pytest.mark.slow

_PATIENCE_S: Final = 30
_TESTS: Final = """
import os, pathlib, pytest

@pytest.mark.parametrize("n", range(6))
def test_it(wattif, n):
    with open({file!r}, "a") as notes:
        notes.write(f"{{os.getpid()}} {{wattif.url}}\\n")
    {then}
"""
_WAITS: Final = "import time; time.sleep(60)"


@pytest.fixture(autouse=True)
def own_temporary_folder(runner: Runner, tmp_path: Path) -> None:
    """The folders that a run's server makes are in one where no other process makes any."""
    (tmp_path / "temporary").mkdir()
    assert isinstance(runner.variables, dict)
    runner.variables["TMPDIR"] = str(tmp_path / "temporary")


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """Where the tests of a run note their process and their server."""
    return tmp_path / "notes"


def test_workers_share_a_server(runner: Runner, needs: Callable[[str], None], notes: Path) -> None:
    """Three workers use one server; after the run, neither its process nor its folder is left."""
    needs("xdist")
    runner.write("test_one.py", _TESTS.format(file=str(notes), then="pass"))
    run = runner.run("-n", "3", "--dist", "each", using="xdist")

    assert run.code == 0, run.printed
    workers, urls = _noted(notes)
    assert (len(workers), len(urls)) == (3, 1)
    _check_nothing_is_left(runner, urls)


def test_killed_worker_leaves_nothing(runner: Runner, needs: Callable[[str], None], notes: Path) -> None:
    """A worker that is killed with SIGKILL is replaced, the others go on, and after the run nothing is left."""
    needs("xdist")
    runner.write("test_one.py", _TESTS.format(file=str(notes), then="n or os.kill(os.getpid(), 9)"))
    run = runner.run("-n", "2", using="xdist")

    assert "crashed while running" in run.printed
    assert "5 passed" in run.printed
    _check_nothing_is_left(runner, _noted(notes)[1])


def test_killed_run_leaves_nothing(runner: Runner, needs: Callable[[str], None], notes: Path) -> None:
    """When the main process and the workers are killed with SIGKILL, the server ends and its folder is gone."""
    needs("xdist")
    runner.write("test_one.py", _TESTS.format(file=str(notes), then=_WAITS))
    with _started(runner, "-n", "2", using="xdist") as process:
        _wait_until(lambda: notes.exists() and len(_noted(notes)[0]) == 2)
        workers, urls = _noted(notes)
        process.kill()
        for worker in workers:
            os.kill(worker, signal.SIGKILL)

    _check_nothing_is_left(runner, urls)


def test_killed_single_process_leaves_nothing(runner: Runner, notes: Path) -> None:
    """Without workers, the server ends with the process that started it, even if that is killed with SIGKILL."""
    runner.write("test_one.py", _TESTS.format(file=str(notes), then=_WAITS))
    with _started(runner) as process:
        _wait_until(lambda: notes.exists() and bool(_noted(notes)[1]))
        process.kill()

    _check_nothing_is_left(runner, _noted(notes)[1])


def test_interrupted_run_deletes_its_worlds(runner: Runner, notes: Path) -> None:
    """Ctrl-C reaches the tests and not the server, so that the fixture still deletes its world, without an error."""
    runner.write("test_one.py", _TESTS.format(file=str(notes), then=_WAITS))
    with _started(runner) as process:
        _wait_until(lambda: notes.exists() and bool(_noted(notes)[1]))
        os.killpg(process.pid, signal.SIGINT)
        printed, _ = process.communicate(timeout=_PATIENCE_S)

    assert "KeyboardInterrupt" in printed
    assert "ERROR" not in printed
    _check_nothing_is_left(runner, _noted(notes)[1])


def _started(runner: Runner, *words: str, using: str = "") -> "subprocess.Popen[str]":
    """A run that is going on, in a process group of its own, as a shell starts it."""
    return subprocess.Popen(  # noqa: S603 - the interpreter under test
        runner.command(*words, using=using),
        # A shell that runs these tests in the background lets its processes ignore SIGINT.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - no thread runs here yet
        cwd=runner.folder,
        env=dict(runner.variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def _noted(notes: Path) -> tuple[set[int], set[str]]:
    """The processes and the servers of the tests so far."""
    lines = [line.split() for line in notes.read_text("utf-8").splitlines()]
    return {int(pid) for pid, _ in lines}, {url for _, url in lines}


def _check_nothing_is_left(runner: Runner, urls: set[str]) -> None:
    assert urls
    temporary = Path(runner.variables["TMPDIR"])
    _wait_until(lambda: not _servers(temporary) and not [*temporary.glob("wattif-*")])


def _servers(temporary: Path) -> list[str]:
    """The servers for tests whose temporary folders are in that folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
            variables = (process / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"--for-tests" in words and f"TMPDIR={temporary}".encode() in variables and PACKAGE.encode() in words:
            found.append(process.name)
    return found


def _wait_until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + _PATIENCE_S
    while not holds():
        assert time.monotonic() < until, "it has not come true in time"
        time.sleep(0.02)
