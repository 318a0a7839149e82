"""Notices that an open SQLite file is no longer what its path names.

SQLite would go on: what it commits then goes to a file that has no name any more, and is lost with the process.
"""

import errno
import os
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

from .protocol import DatabaseUnavailableError

_PAGE: Final = bytes(4096)
_FAULTS: Final = {
    errno.EMFILE: "the process has too many open files",
    errno.ENFILE: "the machine has too many open files",
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EROFS: "its folder is read-only",
    errno.EACCES: "its folder is read-only",
    errno.ENOENT: "its folder is gone",
}
_PASSING: Final = {errno.EMFILE, errno.ENFILE}


class FileWatch:
    """An open file and its log; begins with those that the path names now."""

    def __init__(self, file: Path) -> None:
        self._file = str(file)
        self._log = f"{file}-wal"
        self._opened = self._named()
        self.is_there = True
        """What the last look has found."""

    def look(self) -> bool:
        """Returns whether the path still names the files that were opened."""
        self.is_there = self._named() == self._opened
        return self.is_there

    def _named(self) -> tuple[int, int, int, int] | None:
        """The devices and the inodes of the two; None if one of them is not there, or the file was emptied."""
        try:
            file, log = os.stat(self._file), os.stat(self._log)  # noqa: PTH116 - every change waits for it
        except OSError:
            return None
        return (file.st_dev, file.st_ino, log.st_dev, log.st_ino) if file.st_size else None


def check_folder(file: Path) -> None:
    """Raises DatabaseUnavailableError if a file cannot grow: writes a page to a temporary file in the same folder."""
    try:
        with TemporaryFile(dir=file.parent, buffering=0) as probe:
            probe.write(_PAGE)
    except OSError as error:
        code = error.errno or 0
        reason = _FAULTS.get(code, f"the disk says {os.strerror(code)!r}")
        raise DatabaseUnavailableError(reason, retry_after_s=1 if code in _PASSING else None) from error
