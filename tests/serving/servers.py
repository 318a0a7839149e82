"""Servers in processes of their own, started as users start them, and ended with the block that started them."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from threading import Timer
from typing import IO, Any, Final

import httpx2

from tests.conftest import HAMLET, SCENARIOS
from tests.databases import Kept

ROOT: Final = Path(__file__).resolve().parents[2]
PROGRAM: Final = ("-m", "app")
"""What Python is given to run the command line."""
READY: Final = "Wattif is ready on "
PATIENCE_S: Final = 30
_STOPPING_S: Final = 10


@dataclass(frozen=True, slots=True)
class Server:
    """A server that is ready: its process, the lines it printed, and an HTTP client for it."""

    process: subprocess.Popen[str]
    printed: tuple[str, ...]
    client: httpx2.Client
    complaints: IO[str]

    @property
    def url(self) -> str:
        return self.printed[-1].removeprefix(READY)

    def world(self, name: str = "default") -> dict[str, Any]:
        """A world as every server of a database shows it: without `urls`, which have this one's address."""
        body: dict[str, Any] = self.client.get(f"/_sandbox/v1/worlds/{name}").json()
        return {member: value for member, value in body.items() if member != "urls"}

    def key(self, name: str = "default") -> dict[str, str]:
        """The Authorization header of a world at Charge."""
        return {"Authorization": f"Bearer {self.world(name)['credentials']['charge']['secret_key']}"}

    def rows(self, path: str, name: str = "default") -> list[dict[str, Any]]:
        """All rows of one of Charge's lists, from all its pages."""
        key, found = self.key(name), []
        following: str | None = f"{path}{'&' if '?' in path else '?'}limit=100"
        while following is not None:
            answer = self.client.get(following, headers=key)
            assert answer.status_code == httpx2.codes.OK, answer.text
            body = answer.json()
            found += body["data"]
            following = body["next_page_url"]
        return found

    def start(self, name: str = "default") -> httpx2.Response:
        """Starts a session with the world's sample ids."""
        ids = self.world(name)["sample"]["charge"]
        order = {key: value for key, value in ids.items() if key not in {"fleet", "account"}}
        return self.client.post("/v1/charging_sessions", json=order, headers=self.key(name))

    def complained(self) -> str:
        """What the server has written to stderr."""
        self.complaints.seek(0)
        return self.complaints.read()

    def stop(self, with_signal: int = signal.SIGTERM) -> int:
        """Sends the process a signal and waits until it has ended; its exit code."""
        self.process.send_signal(with_signal)
        return self.process.wait(_STOPPING_S)


@contextmanager
def serving(
    kept: Kept,
    *options: str,
    complaints: IO[str] | None = None,
    program: Sequence[str] = PROGRAM,
    variables: Mapping[str, str] | None = None,
) -> Iterator[Server]:
    """A server on a database and a free port. A new database gets a small scenario unless the options name another.

    What it writes to stderr is put into `complaints`.
    """
    named = ("serve", "--port", "0", "--database", kept.url)
    scenario = ("--scenario", HAMLET) if _is_new(kept) and "--scenario" not in options else ()
    with TemporaryDirectory() as folder, TemporaryFile("w+") as temporary:
        said = complaints or temporary
        words = (*named, *scenario, *options)
        with started(*words, folder=Path(folder), complaints=said, program=program, variables=variables) as process:
            printed = tuple(_until_ready(process))
            if not printed or not printed[-1].startswith(READY):
                said.seek(0)
                raise AssertionError(f"the server did not get ready: {printed} {said.read()}")
            with httpx2.Client(base_url=printed[-1].removeprefix(READY), timeout=10) as client:
                yield Server(process, printed, client, said)


@contextmanager
def started(
    *words: str,
    folder: Path,
    complaints: IO[str] | int = subprocess.PIPE,
    program: Sequence[str] = PROGRAM,
    variables: Mapping[str, str] | None = None,
) -> Iterator[subprocess.Popen[str]]:
    """The command line in a process of its own, which is killed at the end of the block."""
    process = subprocess.Popen(  # noqa: S603 - the interpreter that runs the tests
        [sys.executable, *program, *words],
        cwd=folder,
        env=environment() | dict(variables or {}),
        stdout=subprocess.PIPE,
        stderr=complaints,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait(10)
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()


def told(*words: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Runs the command line in a process of its own until it ends: its output and its exit code."""
    return subprocess.run(  # noqa: S603 - the interpreter that runs the tests
        [sys.executable, "-m", "app", *words],
        cwd=folder,
        env=environment() | variables,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


def environment() -> dict[str, str]:
    """The environment of the tests without variables of Wattif, but with the folder of their scenarios."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WATTIF_")}
    return kept | {"PYTHONPATH": str(ROOT), "WATTIF_SCENARIOS": str(SCENARIOS)}


def _is_new(kept: Kept) -> bool:
    if kept.url.startswith("sqlite"):
        return not kept.file.exists()
    return not kept.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")


def _until_ready(process: subprocess.Popen[str]) -> Iterator[str]:
    """The lines that a server prints until it is ready, or ends."""
    watchdog = Timer(PATIENCE_S, process.kill)
    watchdog.start()
    try:
        for line in process.stdout or ():
            yield line.rstrip("\n")
            if line.startswith(READY):
                return
    finally:
        watchdog.cancel()
