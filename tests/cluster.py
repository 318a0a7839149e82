"""A PostgreSQL of the tests' own: in a temporary folder, reached through a socket there, and stopped at the end."""

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

_PATIENCE_S: Final = 30
_DEBIAN: Final = Path("/usr/lib/postgresql")
_USERS: Final = ("postgres", "nobody")
_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - Linux's own; databases are copied three times as fast there
_ROOM: Final = 1 << 30
_HASTY: Final = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_wal_size=64MB",
    "autovacuum=off",
)
"""It need not survive the machine, nor the day; and nothing in it is to happen by itself."""


class NoClusterError(Exception):
    """There is no PostgreSQL on this machine, or it does not start; the message says which."""


@dataclass(slots=True)
class Cluster:
    """A PostgreSQL that runs, or that was stopped and can be started again."""

    folder: Path
    programs: Path
    process: subprocess.Popen[bytes] | None = None

    def url(self, database: str = "postgres") -> str:
        """A database of it, as Wattif is given one."""
        return f"postgresql+psycopg://postgres@/{database}?host={quote(str(self.folder), safe='')}"

    def conninfo(self, database: str = "postgres") -> str:
        """A database of it, as psycopg is given one."""
        return f"host={self.folder} user=postgres dbname={database}"

    def start(self) -> None:
        """Starts it, and waits until it answers."""
        settings = (f"unix_socket_directories={self.folder}", "listen_addresses=", "max_connections=200", *_HASTY)
        options = [word for setting in settings for word in ("-c", setting)]
        with (self.folder / "log").open("ab") as log:
            command = [str(self.programs / "postgres"), "-D", str(self.folder / "data"), *options]
            self.process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, **_somebody())  # noqa: S603 - the machine's own PostgreSQL
        deadline = monotonic() + _PATIENCE_S
        while subprocess.run(self._is_ready(), capture_output=True, check=False).returncode:  # noqa: S603 - the same
            if self.process.poll() is not None or monotonic() > deadline:
                raise NoClusterError(f"PostgreSQL does not start: {(self.folder / 'log').read_text()[-500:]}")
            sleep(0.05)

    def stop(self) -> None:
        """Stops it; whoever is connected is cut off."""
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(_PATIENCE_S)
            self.process = None

    def _is_ready(self) -> list[str]:
        return [str(self.programs / "pg_isready"), "-q", "-h", str(self.folder), "-U", "postgres"]


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A new cluster that runs until the end. Raises NoClusterError."""
    programs = _programs()
    with TemporaryDirectory(prefix="wattif-pg-", dir=_quick(), ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if "user" in _somebody():
            shutil.chown(folder, _somebody()["user"], _somebody()["group"])
        command = [str(programs / "initdb"), "-D", str(folder / "data"), "-U", "postgres"]
        options = ["-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        made = subprocess.run([*command, *options], capture_output=True, text=True, check=False, **_somebody())  # noqa: S603 - the machine's own PostgreSQL
        if made.returncode:
            raise NoClusterError(f"initdb fails: {made.stderr[-500:]}")
        running = Cluster(folder, programs)
        try:
            running.start()
            yield running
        finally:
            running.stop()


def _programs() -> Path:
    """The folder of PostgreSQL's newest programs: on the PATH, or where Debian puts them."""
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).resolve().parent
    versions = sorted(_DEBIAN.glob("*/bin/initdb"), key=lambda file: int(file.parts[-3]))
    if not versions:
        raise NoClusterError("no initdb on the PATH or in /usr/lib/postgresql; Debian's package is postgresql")
    return versions[-1].parent


def _quick() -> Path | None:
    """Memory, if there is enough; None is wherever temporary files go."""
    if not os.access(_MEMORY, os.W_OK) or shutil.disk_usage(_MEMORY).free < _ROOM:
        return None
    return _MEMORY


def _somebody() -> dict[str, Any]:
    """Who runs it: this user, or somebody else if this is root, as whom PostgreSQL refuses to run."""
    if os.geteuid():
        return {}
    known = {user.pw_name: user for user in pwd.getpwall()}
    chosen = next(known[name] for name in _USERS if name in known)
    return {"user": chosen.pw_uid, "group": chosen.pw_gid, "extra_groups": []}
