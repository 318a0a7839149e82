"""Ctrl-C in a terminal ends a server without a word."""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Timer
from typing import Final

import pytest

from tests.conftest import HAMLET
from tests.serving.servers import PATIENCE_S, READY, ROOT, environment

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such terminals"),
]

CTRL_C: Final = b"\x03"
ECHO: Final = b"^C"
SHOW_CURSOR: Final = b"\x1b[?25h"
_AS_A_SHELL: Final = (
    "import fcntl, os, signal, sys, termios;"
    "signal.signal(signal.SIGINT, signal.SIG_DFL);"
    "fcntl.ioctl(0, termios.TIOCSCTTY, 0);"
    "os.execvp(sys.argv[1], sys.argv[1:])"
)
"""Gives a program the terminal, whose Ctrl-C then reaches it and the processes that it starts."""


@pytest.mark.parametrize("times", [1, 2])
def test_a_server_ends_quietly(tmp_path: Path, times: int) -> None:
    """Nothing but the echo of the keys follows, also if they are pressed again while the server stops."""
    shown, code = stopped(sys.executable, "-m", "app", *serve(tmp_path), times=times, folder=tmp_path)

    assert shown.replace(ECHO, b"").strip() == b""
    assert code == 0 or times > 1


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")
@pytest.mark.parametrize("times", [1, 2])
def test_make_run_ends_quietly(tmp_path: Path, times: int) -> None:
    """make prints no error of its own."""
    python = tmp_path / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n', "utf-8")
    python.chmod(0o755)
    (tmp_path / "venv" / ".runtime").touch()
    given = shlex.join(serve(tmp_path)[1:])
    shown, _ = stopped("make", "run", f"VENV={tmp_path}/venv", f"ARGS={given}", times=times, folder=ROOT)

    assert shown.replace(ECHO, b"").strip() == b""


def test_a_start_ends_quietly(tmp_path: Path) -> None:
    """While a world is made, no traceback is printed, and the cursor that the progress bar hides is shown again."""
    words = ("serve", "--port", "0", "--database", f"sqlite:///{tmp_path}/w.db")
    shown, code = stopped(sys.executable, "-m", "app", *words, folder=tmp_path, at=b"sessions, ")

    assert code == 0
    assert b"Traceback" not in shown
    assert SHOW_CURSOR in shown


def serve(folder: Path) -> tuple[str, ...]:
    """The words that start a server with a small world."""
    return ("serve", "--port", "0", "--database", f"sqlite:///{folder}/w.db", "--scenario", HAMLET)


def stopped(*words: str, folder: Path, times: int = 1, at: bytes = READY.encode()) -> tuple[bytes, int]:
    """Runs a program in a terminal until it prints `at`, and presses Ctrl-C; what it prints then, and its exit code."""
    with terminal(*words, folder=folder) as (process, screen):
        before = read(screen, until=at)
        assert at in before, before
        for _ in range(times):
            os.write(screen, CTRL_C)
        return read(screen), process.wait(PATIENCE_S)


@contextmanager
def terminal(*words: str, folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A program in a terminal of its own, with what reads the screen and presses keys."""
    screen, inside = os.openpty()
    process = subprocess.Popen(  # noqa: S603 - the interpreter that runs the tests
        [sys.executable, "-c", _AS_A_SHELL, *words],
        cwd=folder,
        env=environment() | {"TERM": "xterm"},
        stdin=inside,
        stdout=inside,
        stderr=inside,
        start_new_session=True,
    )
    os.close(inside)
    watchdog = Timer(PATIENCE_S, process.kill)
    watchdog.start()
    try:
        yield process, screen
    finally:
        watchdog.cancel()
        process.kill()
        process.wait(PATIENCE_S)
        os.close(screen)


def read(screen: int, until: bytes | None = None) -> bytes:
    """What is printed until some bytes are, or until no program has the terminal any more."""
    printed = b""
    # Linux raises an error at the end.
    with suppress(OSError):
        while (until is None or until not in printed) and (more := os.read(screen, 4096)):
            printed += more
    return printed
