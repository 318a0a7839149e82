"""One server for all processes of a test run: the first that needs it starts it, and the last that leaves ends it.

The server's stdin is a FIFO, and each process that uses the server holds its writing end open. When the last one closes
it, or dies, the server's stdin ends, and so does the server. Processes come and go one at a time, under the lock of one
file. Each user also has a shared lock of another file, so that a process that comes sees whether there are others: a
server without users is ending, and is not joined any more.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .servers import launched

if sys.platform != "win32":
    import fcntl


def can_share() -> bool:
    """Whether the system has FIFOs and locks of files. Without them (Windows) each process has a server of its own."""
    return sys.platform != "win32"


@contextmanager
def shared_server(folder: Path, log: Path) -> Iterator[str]:
    """Joins the server of the processes that share a folder, or starts it; leaves it at the end of the block.

    Yields its address. Raises ServerDidNotStartError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    fifo, address = folder / "stdin", folder / "address"
    users = os.open(folder / "users", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        with _turn(folder):
            held, url = _join(users, fifo, address) or _start(users, fifo, address, log)
    except BaseException:
        os.close(users)
        raise
    try:
        yield url
    finally:
        with _turn(folder):
            os.close(users)
            os.close(held)


def _join(users: int, fifo: Path, address: Path) -> tuple[int, str] | None:
    """Becomes a user of the server, if it has one already. Returns the FIFO's end to hold, and the address."""
    try:
        held = os.open(fifo, os.O_WRONLY | os.O_NONBLOCK)
    except OSError:  # there is none, or no server reads from it
        return None
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        # Others held their ends when this one was opened, so the server's stdin has not ended.
        fcntl.flock(users, fcntl.LOCK_SH)
        return held, address.read_text("utf-8")
    os.close(held)
    return None


def _start(users: int, fifo: Path, address: Path, log: Path) -> tuple[int, str]:
    """Starts a server. Returns the FIFO's end to hold, and the address."""
    fifo.unlink(missing_ok=True)
    os.mkfifo(fifo, 0o600)
    # A reader that does not wait for a writer comes first, because a writer would wait for a reader.
    reading = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    held = os.open(fifo, os.O_WRONLY)
    os.set_blocking(reading, True)
    try:
        with log.open("w+b") as written, launched(reading, written) as (_, url):
            address.write_text(url, "utf-8")
            fcntl.flock(users, fcntl.LOCK_SH)
    except BaseException:
        os.close(held)
        raise
    finally:
        os.close(reading)
    return held, url


@contextmanager
def _turn(folder: Path) -> Iterator[None]:
    """Waits until no other process comes or goes."""
    lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        with suppress(OSError):
            os.close(lock)
