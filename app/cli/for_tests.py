"""`serve --for-tests`: a server whose database is temporary, and which ends with the process that started it."""

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from types import FrameType
from typing import Any, Final, NoReturn
from urllib.parse import quote

_STDIN: Final = 0
_CHUNK_BYTES: Final = 4096
_TRIES: Final = 10
_NO_OTHERS: Final = ("admin_token", "public_url", "published_port", "seed", "speed", "start", "sessions")
"""Settings that only options set: the variables, and the lines of `.env`, are meant for another server."""


@contextmanager
def served_for_tests() -> Iterator[dict[str, Any]]:
    """The settings of a server for tests, whose temporary folder is removed when the block ends.

    In the block, the end of stdin ends the process with the exit code 0, and so does SIGTERM. So a process that starts
    the server, and holds the other end of its stdin, need not stop it: the end of that process, however it comes, does.
    """
    before = signal.signal(signal.SIGTERM, _end)
    with TemporaryDirectory(prefix="wattif-", ignore_cleanup_errors=True) as folder:
        Thread(target=_end_with_stdin, args=(folder,), name="end of stdin", daemon=True).start()
        yield {
            **dict.fromkeys(_NO_OTHERS),
            "fresh": False,
            "scenario": "empty",
            "database_url": f"sqlite:///{quote(Path(folder).as_posix(), safe='/:')}/wattif.db",
        }
    signal.signal(signal.SIGTERM, before)


def _end(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)


def _end_with_stdin(folder: str) -> None:
    """Ends the process when stdin ends: at once, because no one is there to ask for anything more."""
    with suppress(OSError):
        while os.read(_STDIN, _CHUNK_BYTES):
            pass
    if sys.platform == "win32":
        # A file that is open cannot be removed, so the server has to close its database first.
        signal.raise_signal(signal.SIGTERM)
        return
    for _ in range(_TRIES):
        # The server may still write to a file of the folder.
        shutil.rmtree(folder, ignore_errors=True)
        if not Path(folder).exists():
            break
    os._exit(0)
