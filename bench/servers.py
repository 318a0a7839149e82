"""Servers as processes on the core that is kept for servers. Each one is stopped when its block ends."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, perf_counter, sleep
from typing import Final

import httpx2

from . import machine

HOST: Final = "127.0.0.1"
ROOT: Final = Path(__file__).resolve().parents[1]
DATABASE: Final = "wattif.db"
HEALTH: Final = "/_sandbox/v1/health"
WATTIF: Final = (sys.executable, "-m", "app", "serve", "--port", "{port}")
_STOPPING_S: Final = 5
_BETWEEN_TRIES_S: Final = 0.005
_ERRORS: Final = "errors.log"


class MeasureFailedError(Exception):
    """A server did not do what was to be measured; the message says what it did instead."""


@dataclass(frozen=True, slots=True)
class Wait:
    """How long something took, and how much processor time the server used in it (NaN if unknown)."""

    seconds: float
    work_s: float

    @property
    def share(self) -> float:
        """The share of a core that the server had."""
        return self.work_s / self.seconds


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers; `start` lasted from the start of its process to its first answer."""

    pid: int
    port: int
    start: Wait

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def client(self, key: str = "", timeout_s: float = 10) -> httpx2.Client:
        """A client with a vendor's key that raises MeasureFailedError for each answer that is not a success.

        It does not load certificates, which takes longer than an answer.
        """
        return httpx2.Client(
            base_url=self.url,
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=timeout_s,
            verify=False,
            event_hooks={"response": [_check]},
        )


@contextmanager
def process(
    command: Sequence[str], folder: Path, *, cores: Sequence[int] = machine.SERVER_CORES, root: Path = ROOT
) -> Iterator[subprocess.Popen[bytes]]:
    """A process in a folder, with the modules of `root`, and without the settings of this shell's Wattif."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WATTIF_")}
    env = {**kept, "PYTHONPATH": str(root)}
    with (folder / _ERRORS).open("wb") as errors:
        started = subprocess.Popen(
            command, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors
        )
    machine.pin(started.pid, cores)
    try:
        yield started
    finally:
        started.terminate()
        try:
            started.wait(_STOPPING_S)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


@contextmanager
def serving(
    folder: Path,
    command: Sequence[str] = WATTIF,
    *,
    path: str = HEALTH,
    key: str = "",
    timeout_s: float = 120,
    cores: Sequence[int] = machine.SERVER_CORES,
    root: Path = ROOT,
) -> Iterator[Server]:
    """A server in a folder, from its first successful answer to a GET of the path; by default Wattif.

    `{port}` in the command stands for a free port. Wattif keeps its database in the folder, and makes it if it is not
    there; `root` is the source tree that it is started from.
    """
    with socket.create_server((HOST, 0)) as listening:
        port = int(listening.getsockname()[1])
    began = perf_counter()
    with process([word.replace("{port}", str(port)) for word in command], folder, cores=cores, root=root) as started:
        with Server(started.pid, port, Wait(0, 0)).client(key) as client:
            _wait(client, path, started, folder, monotonic() + timeout_s)
        yield Server(started.pid, port, Wait(perf_counter() - began, machine.cpu_us(started.pid) / 1e6))


@contextmanager
def copied(source: Path, folder: Path) -> Iterator[Path]:
    """The folder, with a copy of another folder's database; both are removed when the block ends."""
    folder.mkdir()
    try:
        for part in source.glob(f"{DATABASE}*"):
            shutil.copy(part, folder)
        yield folder
    finally:
        shutil.rmtree(folder)


def _wait(client: httpx2.Client, path: str, started: subprocess.Popen[bytes], folder: Path, until: float) -> None:
    while started.poll() is None and monotonic() < until:
        try:
            client.get(path)
        except (httpx2.TransportError, MeasureFailedError):
            sleep(_BETWEEN_TRIES_S)
        else:
            return
    lines = (folder / _ERRORS).read_text(errors="replace").splitlines()
    raise MeasureFailedError(f"{started.args!r} did not start: {lines[-1] if lines else 'no error was printed'}")


def _check(response: httpx2.Response) -> None:
    if not response.is_success:
        text = response.read()[:200].decode(errors="replace")
        raise MeasureFailedError(f"{response.request.method} {response.url.path}: {response.status_code} {text}")
