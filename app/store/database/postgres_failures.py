"""What PostgreSQL's errors mean, in words for callers of an API."""

from typing import Any, Final

import psycopg
from psycopg import errors
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionError

from .protocol import DatabaseUnavailableError

ERRORS: Final = (psycopg.Error, DBAPIError, NoConnectionError)
"""Errors of the driver, as they are or in SQLAlchemy's wrapping."""
_FAILURES: Final = (
    psycopg.OperationalError,
    psycopg.InternalError,
    errors.UndefinedTable,
    errors.UndefinedColumn,
    errors.InsufficientPrivilege,
    NoConnectionError,
)
"""A read-only standby refuses with an internal error; a table can be missing only if another program has removed it."""
_SOON: Final = 1
_UNTIL_MENDED: Final = None
_UNREACHABLE: Final = ("PostgreSQL cannot be reached", _SOON)
_MEANINGS: Final = {
    "08": _UNREACHABLE,
    "25006": ("PostgreSQL is read-only", _UNTIL_MENDED),
    "28": ("PostgreSQL does not let the user of the database URL in", _UNTIL_MENDED),
    "3D": ("PostgreSQL has no database of that name", _UNTIL_MENDED),
    "40": ("another change was in the way", _SOON),
    "53100": ("the disk of PostgreSQL is full", _UNTIL_MENDED),
    "53200": ("PostgreSQL has not enough memory", _SOON),
    "53300": ("PostgreSQL has no connection left", _SOON),
    "55P03": ("another change took too long", _SOON),
    "57014": ("PostgreSQL took too long", _SOON),
    "57P": ("PostgreSQL is starting or stopping", _SOON),
    "XX": ("the data of PostgreSQL are damaged", _UNTIL_MENDED),
}
"""By the beginning of PostgreSQL's error code: the reason, and the seconds until a retry may succeed."""
_WORDS: Final = {
    "too many c": "53300",
    "connection slots": "53300",
    "the database system is": "57P",
    "authentication failed": "28",
    "no pg_hba.conf entry": "28",
}
"""What PostgreSQL says when it refuses a connection, and the code that the driver does not show then."""


def is_failure(error: Exception) -> bool:
    """Whether the database failed. Other errors are those of a statement's author."""
    return isinstance(_original(error), _FAILURES)


def unavailable(error: Exception, *, password: str, lost: bool = False) -> DatabaseUnavailableError:
    """What to raise for a failure. The password of the database URL is not repeated."""
    told = _original(error)
    message = " ".join(str(told).split())
    if password:
        message = message.replace(password, "***")
    reason, retry_after_s = _meaning(told)
    return DatabaseUnavailableError(message, reason=reason, retry_after_s=retry_after_s, lost=lost)


def _meaning(told: Any) -> tuple[str, int | None]:  # noqa: ANN401 - an error of psycopg or SQLAlchemy
    if isinstance(told, NoConnectionError):
        return "all connections to PostgreSQL are in use", _SOON
    code = told.sqlstate or next((code for words, code in _WORDS.items() if words in str(told)), None)
    if code is None:
        return _UNREACHABLE
    known = next((meaning for begin, meaning in _MEANINGS.items() if code.startswith(begin)), None)
    return known or (f"PostgreSQL says {told.diag.message_primary!r}", _UNTIL_MENDED)


def _original(error: Exception) -> Any:  # noqa: ANN401 - the same
    """The driver's own error."""
    return getattr(error, "orig", None) or error
