"""Instants and durations: between Python's objects and the texts of the control API."""

import reprlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar

from .errors import NotWattifError, UsageError

Instant = datetime | str
"""An aware datetime, or an RFC 3339 text."""
Duration = timedelta | str
"""A timedelta, or an ISO 8601 text such as `PT8H`."""

_DAY_S: Final = 86_400
_Form = TypeVar("_Form")


def instant_text(name: str, value: Instant) -> str:
    """The RFC 3339 text of an instant; a text is returned as it is. Raises UsageError, which names the argument."""
    if isinstance(value, str):
        return value
    if not isinstance(value, datetime):
        raise UsageError(
            f"{name} is {shown(value)}; it takes an aware datetime, or a text such as 2026-04-01T08:00:00Z"
        )
    if value.utcoffset() is None:
        raise UsageError(f"{name} is {value}, without a time zone; give it one, such as datetime.UTC")
    try:
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    except OverflowError:
        raise UsageError(f"{name} is {value}, which is no instant between the years 1 and 9999 in UTC") from None


def duration_text(name: str, value: Duration) -> str:
    """The ISO 8601 text of a duration; a text is returned as it is. Raises UsageError, which names the argument."""
    if isinstance(value, str):
        return value
    if not isinstance(value, timedelta):
        raise UsageError(f"{name} is {shown(value)}; it takes a timedelta, or a text such as PT8H")
    if value < timedelta(0):
        raise UsageError(f"{name} is {value}; a duration is not negative")
    seconds, micros = divmod(value // timedelta(microseconds=1), 1_000_000)
    return f"PT{seconds}.{micros:06d}S" if micros else f"PT{seconds}S"


def when_text(name: str, value: Instant | timedelta) -> str:
    """The text of an instant, or of a duration after the world's now. Raises UsageError, which names the argument."""
    return f"+{duration_text(name, value)}" if isinstance(value, timedelta) else instant_text(name, value)


def text_of(name: str, value: object) -> str:
    """The text itself. Raises UsageError, which names the argument, for anything else."""
    if not isinstance(value, str):
        raise UsageError(f"{name} is {shown(value)}; it takes a text")
    return value


def seconds_of(name: str, value: object) -> float:
    """The seconds, more than 0 and at most a day. Raises UsageError, which names the argument, for anything else."""
    if not isinstance(value, int | float) or not 0 < value <= _DAY_S:
        raise UsageError(f"{name} is {shown(value)}; it takes seconds, more than 0 and at most a day of them")
    return value


def shown(value: object) -> str:
    """A value as a part of a sentence: its `repr`, shortened."""
    return reprlib.repr(value)


def instant(text: str) -> datetime:
    """The instant that an answer of the server names, in UTC. Raises ValueError or OverflowError."""
    return datetime.fromisoformat(text).astimezone(UTC)


def read(form: Callable[[Any], _Form], body: object) -> _Form:
    """The body of an answer in a form. Raises NotWattifError if it has another one."""
    try:
        return form(body)
    except (LookupError, TypeError, ValueError, OverflowError, AttributeError):
        raise NotWattifError(
            "the server's answer has an unknown form, perhaps because the server is of another version"
        ) from None
