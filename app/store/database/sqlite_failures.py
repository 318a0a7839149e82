"""What SQLite's errors mean, in words for callers of an API."""

import sqlite3
from typing import Final

from sqlalchemy.exc import DatabaseError, OperationalError

from .protocol import DatabaseDamagedError, DatabaseUnavailableError

_BUSY_FOR_S: Final = 1
_UNTIL_MENDED: Final = None
_DAMAGED: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_MEANINGS: Final = {
    sqlite3.SQLITE_BUSY: ("another process is writing to {}", _BUSY_FOR_S),
    sqlite3.SQLITE_LOCKED: ("another process is writing to {}", _BUSY_FOR_S),
    sqlite3.SQLITE_NOMEM: ("there is not enough memory", _BUSY_FOR_S),
    sqlite3.SQLITE_CANTOPEN: (
        "the file {} cannot be opened, or one beside it: the folder is gone or read-only, or too many are open",
        _BUSY_FOR_S,
    ),
    sqlite3.SQLITE_IOERR: ("the disk does not read or write {}", _BUSY_FOR_S),
    sqlite3.SQLITE_FULL: ("the disk is full, and {} cannot grow", _UNTIL_MENDED),
    sqlite3.SQLITE_READONLY: ("the file {} is read-only", _UNTIL_MENDED),
    sqlite3.SQLITE_PERM: ("the file {} may not be opened", _UNTIL_MENDED),
    sqlite3.SQLITE_CORRUPT: ("the file {} is damaged", _UNTIL_MENDED),
    sqlite3.SQLITE_NOTADB: ("the file {} is damaged, or it is no SQLite database", _UNTIL_MENDED),
}
"""By SQLite's result code: the reason, with a place for the file's name, and the seconds until a retry may succeed."""


def unavailable(error: Exception, name: str) -> Exception:
    """What to raise for an error of SQLite about the file of that name: DatabaseUnavailableError if the file failed.

    A constraint that a statement violates, and a statement that is wrong, are errors of its author.
    """
    told = getattr(error, "orig", None) or error
    if not isinstance(error, sqlite3.OperationalError | OperationalError) and type(error) not in _FAILURES:
        return error
    code = _code(told)
    reason, retry_after_s = _MEANINGS.get(code, (f"SQLite says of {{}}: {told}", _UNTIL_MENDED))
    kind = DatabaseDamagedError if code in _DAMAGED else DatabaseUnavailableError
    return kind(reason.format(name), retry_after_s=retry_after_s)


def is_busy(error: sqlite3.Error) -> bool:
    """Whether another connection holds a lock that the statement needs."""
    return _code(error) in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def _code(error: object) -> int:
    """SQLite's result code, without the details of an extended one; 0 for an error of the Python module itself."""
    return (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF


_FAILURES: Final = {sqlite3.DatabaseError, DatabaseError}
"""Their subclasses, such as IntegrityError, are errors of a statement's author."""
