"""Who uses a SQLite file: each server has a shared lock on a small file beside it, `*-users`, and writes a line there.

The locks are the system's, so they end with the process. The file goes with its last user; one that a killed process
has left says nothing, because nothing holds its lock. On a system without such locks (Windows, and some network
folders) servers do not see each other; Windows itself does not rename a file that is open.
"""

import json
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import Event
from typing import Any, Final

from ... import __version__
from ...domain.clock import millis
from ...wall_clock import wall_now
from .protocol import DatabaseInUseError
from .sqlite_failures import is_busy

if sys.platform != "win32":
    import fcntl

_TRIES: Final = 40
_RETRY_S: Final = 0.025
"""A server that starts or stops holds the lock alone for a moment."""


class FileUsers:
    """The users of one SQLite file, of which this process may be one."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._path = file.with_name(f"{file.name}-users")
        self._held: int | None = None
        self._size_alone: int | None = None

    def join(self, address: str) -> None:
        """Makes this process known as a user. Raises DatabaseInUseError while another one holds the file alone."""
        if sys.platform == "win32" or self._held is not None:
            return
        self.users()
        self._held = self._lock(fcntl.LOCK_SH)
        if self._held is None:
            return
        user = {"process": os.getpid(), "version": __version__, "address": address, "since": millis(wall_now())}
        is_first = not os.fstat(self._held).st_size
        written = os.write(self._held, f"{json.dumps(user)}\n".encode())
        self._size_alone = written if is_first else None

    def are_alone(self) -> bool:
        """Whether this process has been the only user since it joined; False if that is unknown."""
        return self._held is not None and os.fstat(self._held).st_size == self._size_alone

    def leave(self) -> None:
        """Removes this process, and the file if this was the last user."""
        if sys.platform != "win32" and self._held is not None:
            with suppress(OSError):
                fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self._path.unlink()
            os.close(self._held)
            self._held = None

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Holds the file for this process alone. Raises DatabaseInUseError if another process has it open."""
        if sys.platform != "win32":
            self._held = self._lock(fcntl.LOCK_EX)
        try:
            if _is_open(self._file):
                raise DatabaseInUseError(
                    f"{self._file} is open in another process, such as a server that starts, or one of Wattif 0.2.0"
                )
            yield
        finally:
            self.leave()

    def users(self) -> str:
        """The users in words, as in `process 17 (Wattif 0.4.0 on http://127.0.0.1:8000 since …)`; empty for none.

        Empties a file that killed processes have left.
        """
        if sys.platform == "win32":
            return ""
        with suppress(OSError), self._path.open("r+b", buffering=0) as found:
            try:
                fcntl.flock(found, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                told = [_told(user) for user in map(_user, found.read().splitlines()) if user]
                return " and ".join(told) or "another process"
            found.truncate(0)
        return ""

    def _lock(self, how: int) -> int | None:
        """Locks the file, which it makes if need be; returns its descriptor, or None where none can be made."""
        for _ in range(_TRIES):
            try:
                held = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
            except OSError:
                return None
            try:
                fcntl.flock(held, how | fcntl.LOCK_NB)
                if os.path.samestat(os.fstat(held), self._path.stat()):
                    return held
            except BlockingIOError:
                Event().wait(_RETRY_S)
            except FileNotFoundError:
                pass  # its last user has removed it in the meantime
            except OSError:
                return held  # this folder has no locks
            os.close(held)
        raise DatabaseInUseError(f"{self._file} is used by {self.users() or 'another process'}")


def _user(line: bytes) -> dict[str, Any] | None:
    """What a line says; None if it is no such line, or the process has ended."""
    try:
        user = json.loads(line)
    except ValueError:
        return None
    if isinstance(user, dict) and isinstance(user.get("process"), int) and _is_alive(user["process"]):
        return user
    return None


def _told(user: dict[str, Any]) -> str:
    where = f" on {user['address']}" if user.get("address") else ""
    return f"process {user['process']} (Wattif {user.get('version')}{where} since {user.get('since')})"


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _is_open(file: Path) -> bool:
    """Whether another connection has a SQLite file open: SQLite's exclusive mode needs to be the only one.

    A file that SQLite cannot read is not told to be open, nor is an empty one, whose log SQLite would delete.
    """
    if not file.is_file() or not file.stat().st_size:
        return False
    with closing(sqlite3.connect(file, isolation_level=None, timeout=0)) as db:
        try:
            db.execute("PRAGMA locking_mode = EXCLUSIVE")
            db.execute("BEGIN EXCLUSIVE")
            db.execute("ROLLBACK")
        except sqlite3.Error as error:
            return is_busy(error)
    return False
