"""Days, weeks, months, quarters and years of the calendar, UTC, with numbers by which databases can count them too."""

from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple

from .clock import DAY, EARLIEST, WEEK, Instant

_MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}
_DAYS: Final = {"day": DAY, "week": WEEK}


class Resolution(StrEnum):
    """How long a period is. Weeks begin on a Monday."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    @property
    def length(self) -> int | None:
        """The length of a day or a week in microseconds; None for periods of unequal length."""
        return _DAYS.get(self)

    @property
    def months(self) -> int:
        """The months of a period that is longer than a week."""
        return _MONTHS[self]


class Period(NamedTuple):
    """A period: it ends before `until`."""

    since: Instant
    until: Instant


def number_of(resolution: Resolution, at: int) -> int:
    """The number of the period in which an instant lies.

    Days and weeks count from Monday, 1 January of the year 1; the others by the months since the year 0.
    """
    length = resolution.length
    if length is not None:
        return (at - EARLIEST) // length
    day = date.fromordinal((at - EARLIEST) // DAY + 1)
    return (12 * day.year + day.month - 1) // resolution.months


def period(resolution: Resolution, number: int) -> Period:
    """The period of that number."""
    length = resolution.length
    if length is not None:
        return Period(EARLIEST + number * length, EARLIEST + (number + 1) * length)
    return Period(_month(number * resolution.months), _month((number + 1) * resolution.months))


def _month(number: int) -> int:
    """The beginning of a month."""
    year, month = divmod(number, 12)
    return EARLIEST + (date(year, month + 1, 1).toordinal() - 1) * DAY
