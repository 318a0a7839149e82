"""A PostgreSQL cluster for the tests: in a temporary folder, reached through a socket there, and stopped at the end."""

import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Any, Final
from urllib.parse import quote

import psycopg

_PATIENCE_S: Final = 30
_DEBIAN: Final = Path("/usr/lib/postgresql")
_UNPRIVILEGED_UID: Final = 65_534
_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - Linux's own; databases are copied three times as fast there
_ROOM: Final = 1 << 30
_UNSAFE: Final = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_wal_size=64MB",
    "autovacuum=off",
)
"""The data need not survive a crash, and no background work may disturb a test."""


class NoClusterError(Exception):
    """No PostgreSQL is installed, or it does not start; the message says which."""


@dataclass(slots=True)
class Cluster:
    """A cluster that runs, or that was stopped and can be started again."""

    folder: Path
    programs: Path
    process: subprocess.Popen[bytes] | None = None
    _connection: psycopg.Connection[Any] | None = None

    def url(self, database: str = "postgres") -> str:
        """The URL of a database, in the form of Wattif's `--database`."""
        return f"postgresql+psycopg://postgres@/{database}?host={quote(str(self.folder), safe='')}"

    def conninfo(self) -> str:
        """The connection string of the database `postgres`, in the form that psycopg takes."""
        return f"host={self.folder} user=postgres dbname=postgres"

    def connection(self) -> psycopg.Connection[Any]:
        """A connection to the database `postgres` in autocommit mode, which stays open until the cluster stops.

        To connect anew takes as long as to create a database.
        """
        if self._connection is None:
            self._connection = psycopg.connect(self.conninfo(), autocommit=True)
        return self._connection

    def start(self) -> None:
        """Starts the cluster and waits until it answers. Raises NoClusterError."""
        settings = (
            f"unix_socket_directories={self.folder}",
            "listen_addresses=",
            "max_connections=200",
            *_UNSAFE,
        )
        options = [word for setting in settings for word in ("-c", setting)]
        with (self.folder / "log").open("ab") as log:
            command = [str(self.programs / "postgres"), "-D", str(self.folder / "data"), *options]
            self.process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, **_user_options())  # noqa: S603 - the machine's own PostgreSQL
        deadline = monotonic() + _PATIENCE_S
        while subprocess.run(self._is_ready(), capture_output=True, check=False).returncode:  # noqa: S603 - the same
            if self.process.poll() is not None or monotonic() > deadline:
                raise NoClusterError(f"PostgreSQL does not start: {(self.folder / 'log').read_text()[-500:]}")
            sleep(0.05)

    def stop(self) -> None:
        """Stops the cluster and cuts off every connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(_PATIENCE_S)
            self.process = None

    def _is_ready(self) -> list[str]:
        return [str(self.programs / "pg_isready"), "-q", "-h", str(self.folder), "-U", "postgres"]


def memory_folder() -> Path | None:
    """A folder in memory if there is room; None means the usual folder for temporary files."""
    if not os.access(_MEMORY, os.W_OK) or shutil.disk_usage(_MEMORY).free < _ROOM:
        return None
    return _MEMORY


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A new cluster that runs until the end. Raises NoClusterError."""
    programs = _programs()
    with TemporaryDirectory(prefix="wattif-pg-", dir=memory_folder(), ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if "user" in _user_options():
            shutil.chown(folder, _user_options()["user"], _user_options()["group"])
        command = [str(programs / "initdb"), "-D", str(folder / "data"), "-U", "postgres"]
        options = ["-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        made = subprocess.run([*command, *options], capture_output=True, text=True, check=False, **_user_options())  # noqa: S603 - the machine's own PostgreSQL
        if made.returncode:
            raise NoClusterError(f"initdb fails: {made.stderr[-500:]}")
        running = Cluster(folder, programs)
        try:
            running.start()
            yield running
        finally:
            running.stop()


def _programs() -> Path:
    """The folder of PostgreSQL's programs: on the PATH, or the newest where Debian installs them."""
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).resolve().parent
    versions = sorted(_DEBIAN.glob("*/bin/initdb"), key=lambda file: int(file.parts[-3]))
    if not versions:
        raise NoClusterError("no initdb on the PATH or in /usr/lib/postgresql; Debian's package is postgresql")
    return versions[-1].parent


def _user_options() -> dict[str, Any]:
    """Options of Popen that choose the user: another one if this is root, since PostgreSQL refuses to run as root."""
    if os.geteuid():
        return {}
    by_name = {user.pw_name: user for user in pwd.getpwall()}
    chosen = by_name.get("postgres") or pwd.getpwuid(_UNPRIVILEGED_UID)
    return {"user": chosen.pw_uid, "group": chosen.pw_gid, "extra_groups": []}
