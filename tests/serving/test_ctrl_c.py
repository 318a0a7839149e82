"""Ctrl-C in a terminal ends a server without a word."""

import os
import shlex
import shutil
import socket
import subprocess
import sys
import time
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


@pytest.fixture(params=["python", "make"])
def command(request: pytest.FixtureRequest, tmp_path: Path) -> list[str]:
    """A server started by Python, and by `make run` with the interpreter of the tests."""
    if request.param == "python":
        return [sys.executable, "-m", "app", *serve(tmp_path)]
    if shutil.which("make") is None:
        pytest.skip("there is no make")
    python = tmp_path / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n', "utf-8")
    python.chmod(0o755)
    (tmp_path / "venv" / ".runtime").touch()
    return ["make", "run", f"VENV={tmp_path}/venv", f"ARGS={shlex.join(serve(tmp_path)[1:])}"]


def test_a_server_ends_quietly(command: list[str]) -> None:
    """Nothing but the echo of the keys follows, neither of Wattif nor of make."""
    shown, code = stopped(*command, folder=ROOT)

    assert shown.replace(ECHO, b"").strip() == b""
    assert code == 0 or command[0] == "make"


def test_a_server_that_stops_ends_quietly_when_it_is_asked_again(command: list[str]) -> None:
    """The first Ctrl-C lets a request finish; the second does not wait for it."""
    with terminal(*command, folder=ROOT) as (process, screen):
        before = read(screen, until=READY.encode())
        if not before.endswith(b"\n"):
            before += read(screen, until=b"\n")
        port = int(before.decode().split(READY)[1].strip().rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), PATIENCE_S) as unfinished:
            unfinished.sendall(b"POST /_sandbox/v1/worlds HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n")
            os.write(screen, CTRL_C)
            until_refused(port)
            os.write(screen, CTRL_C)
            shown = read(screen)
        code = process.wait(PATIENCE_S)

    assert shown.replace(ECHO, b"").strip() == b""
    assert code == 0 or command[0] == "make"


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


def stopped(*words: str, folder: Path, at: bytes = READY.encode()) -> tuple[bytes, int]:
    """Runs a program in a terminal until it prints `at`, and presses Ctrl-C; what it prints then, and its exit code."""
    with terminal(*words, folder=folder) as (process, screen):
        before = read(screen, until=at)
        assert at in before, before
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


def until_refused(port: int) -> None:
    """Waits until a server accepts no more connections."""
    give_up = time.monotonic() + PATIENCE_S
    with suppress(ConnectionRefusedError):
        while time.monotonic() < give_up:
            socket.create_connection(("127.0.0.1", port), PATIENCE_S).close()
            time.sleep(0.05)


def read(screen: int, until: bytes | None = None) -> bytes:
    """What is printed until some bytes are, or until no program has the terminal any more."""
    printed = b""
    # Linux raises an error at the end.
    with suppress(OSError):
        while (until is None or until not in printed) and (more := os.read(screen, 4096)):
            printed += more
    return printed
