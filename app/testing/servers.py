"""Servers for tests: started as a process that ends with this one, or named by their address."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from threading import Timer
from typing import IO, Any, ClassVar, Final

from ..client import ControlClient
from ..client.address import default_token

_PACKAGE: Final = __name__.partition(".")[0]
_IS_INSTALLED: Final = _PACKAGE == "wattif"
"""A checkout has the package under another name, beside the folder `tests`."""
_OPTIONS: Final = ("--host", "127.0.0.1", "--port", "0", "--log", "refusals", "--log-format", "json")
_READY: Final = "Wattif is ready on "
_START_S: Final = 60
_STOP_S: Final = 2


class ServerDidNotStartError(Exception):
    """The server ended, or was too slow, before it was ready; the message has what it wrote."""


@dataclass(frozen=True, slots=True)
class TestServer:
    """A server that tests use, with a client of its control API.

    `is_own` is whether this run has started it; `log` is then the file with its refusals, one JSON object a line.
    """

    __test__: ClassVar = False  # pytest would collect a class of this name

    url: str
    client: ControlClient
    is_own: bool = False
    log: Path | None = None


def named_server(url: str) -> TestServer:
    """The server at an address. Raises ControlError if it does not answer."""
    client = ControlClient(url, token=default_token())
    client.health()
    return TestServer(client.url, client)


@contextmanager
def own_server(log: IO[bytes]) -> Iterator[str]:
    """Starts a server for this process alone, which ends with the block. Yields its address."""
    with launched(subprocess.PIPE, log) as (process, url):
        try:
            yield url
        finally:
            assert process.stdin is not None  # noqa: S101 - for types; it was asked for
            process.stdin.close()
            try:
                process.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                # A process that a test has forked, and that is still there, holds the other end too.
                process.terminate()
                process.wait()


@contextmanager
def launched(stdin: int, log: IO[bytes]) -> "Iterator[tuple[subprocess.Popen[str], str]]":
    """Starts a server, and yields its process and its address when it is ready.

    It stops when all have closed the other end of its `stdin`. Raises ServerDidNotStartError.
    """
    process = launch(stdin, log)
    try:
        # The tests will call the vendors with it, and this process has nothing else to do until the server is ready.
        import_module("httpx2")
        url = address_of(process, log)
    except BaseException:
        process.kill()
        process.wait()
        _close_pipes(process)
        raise
    try:
        yield process, url
    finally:
        # A server that goes on for other processes is not waited for.
        process.returncode = process.poll() or 0
        _close_pipes(process)


def launch(stdin: int, log: IO[bytes]) -> "subprocess.Popen[str]":
    """Starts the process of a server, which writes what it refuses to `log`."""
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONWARNINGS"}
    # Wattif uses none, and to look for them takes 10 ms.
    variables["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
    if not _IS_INSTALLED:
        variables["PYTHONPATH"] = str(Path(__file__).resolve().parents[2])
    # Ctrl-C at a terminal is for the tests, which still need the server to delete their worlds.
    group: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        group = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return subprocess.Popen(  # noqa: S603 - Wattif itself
        # -P: a file of the tests' folder must not stand in for a module of the server.
        [sys.executable, "-P", "-m", _PACKAGE, "serve", "--for-tests", *_OPTIONS],
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=log,
        env=variables,
        encoding="utf-8",
        errors="replace",
        **group,
    )


def address_of(process: "subprocess.Popen[str]", log: IO[bytes]) -> str:
    """Waits until the server is ready; returns its address. Raises ServerDidNotStartError."""
    assert process.stdout is not None  # noqa: S101 - for types; it was asked for
    printed = []
    timer = Timer(_START_S, process.kill)
    timer.daemon = True
    timer.start()
    try:
        for line in process.stdout:
            if line.startswith(_READY):
                return line.removeprefix(_READY).strip()
            printed.append(line)
    finally:
        timer.cancel()
    code = process.wait()
    log.seek(0)
    wrote = f"{''.join(printed)}{log.read().decode('utf-8', 'replace')}".rstrip()
    raise ServerDidNotStartError(
        f"`wattif serve --for-tests` ended with exit code {code} before it was ready:\n{wrote}"
    )


def _close_pipes(process: "subprocess.Popen[str]") -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
