"""Instants, durations and clocks: an instant is a whole number of microseconds since the epoch, UTC.

No function here reads the time.
"""

import re
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, datetime, timedelta
from functools import lru_cache
from typing import Annotated, Final, TypeAlias

Instant: TypeAlias = Annotated[int, "microseconds since the epoch, UTC"]
"""The type of a field that holds an instant of a world's time; when a world is copied, its instants are shifted."""

MILLISECOND: Final = 1_000
SECOND: Final = 1_000 * MILLISECOND
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
WEEK: Final = 7 * DAY

EARLIEST: Final = -62_135_596_800 * SECOND
"""0001-01-01; an earlier instant cannot be written as a timestamp."""
LATEST: Final = 253_370_764_800 * SECOND
"""9999-01-01: no clock goes beyond it, so that every instant a year later can still be written."""
NEVER: Final = 253_402_300_799_999 * MILLISECOND
"""The instant of an event that is not planned; later than any clock."""
MAX_SPEED: Final = 1_000_000.0

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MONDAY = 4 * DAY
"""1970-01-05, the first Monday after the epoch."""
_INSTANT = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(?:[Zz]|([+-])([01]\d|2[0-3]):([0-5]\d))",
    re.ASCII,
)
_FRACTION = r"(?:[.,]\d{1,18}(?=[A-Z]$))?"
"""The last number of a duration may have a fraction."""
_DURATION = re.compile(
    r"P(?!$)(?:(\d{1,5})Y)?(?:(\d{1,6})M)?"
    rf"(?:(\d{{1,6}}{_FRACTION})W)?(?:(\d{{1,7}}{_FRACTION})D)?"
    rf"(?:T(?=\d)(?:(\d{{1,9}}{_FRACTION})H)?(?:(\d{{1,10}}{_FRACTION})M)?(?:(\d{{1,12}}{_FRACTION})S)?)?",
    re.ASCII,
)
_LEAP_SECOND = 60


@dataclass(frozen=True, slots=True)
class Clock:
    """A simulated clock: at `wall` of the wall clock it shows `anchor`, and then it runs `speed` times as fast."""

    anchor: int
    wall: int
    speed: float

    def at(self, wall: int) -> int:
        """What the clock shows at an instant of the wall clock, in whole milliseconds."""
        if self.speed == 0:
            return self.anchor
        elapsed = max(0, wall - self.wall) * self.speed
        return min((self.anchor + int(elapsed)) // MILLISECOND * MILLISECOND, LATEST)

    def anchored(self, wall: int) -> "Clock":
        """The same clock, anchored at a later instant of the wall clock, before which it shows nothing earlier."""
        if self.speed == 0 or wall <= self.wall:
            return self
        return Clock(min(self.anchor + round((wall - self.wall) * self.speed), LATEST), wall, self.speed)

    def moved(self, to: int, wall: int) -> "Clock":
        """The same clock, showing `to` from now on."""
        return Clock(min(to, LATEST) // MILLISECOND * MILLISECOND, wall, self.speed)

    def paced(self, speed: float, wall: int) -> "Clock":
        """The same clock, running `speed` times as fast as the wall clock from now on."""
        return Clock(self.at(wall), wall, speed)


def instant(text: str) -> int:
    """The instant that an RFC 3339 timestamp names, cut to the microsecond; its offset is required. Raises ValueError.

    A leap second, 23:59:60 in UTC, is the second after it, as in Unix time.
    """
    match = _INSTANT.fullmatch(text)
    if match is None:
        message = f"{text[:64]!r} is not an RFC 3339 timestamp such as 2026-03-03T14:05:23.789Z"
        raise ValueError(message)
    *written, fraction, sign, offset_h, offset_m = match.groups()
    year, month, day, hour, minute, second = map(int, written)
    leap = second == _LEAP_SECOND
    moment = datetime(year, month, day, hour, minute, second - leap, tzinfo=UTC)
    offset = (int(offset_h) * 60 + int(offset_m)) * MINUTE if sign else 0
    whole = (moment - _EPOCH) // timedelta(seconds=1) * SECOND - (offset if sign == "+" else -offset) + leap * SECOND
    if leap and whole % DAY:
        message = f"{text[:64]!r} is no leap second, which is 23:59:60 in UTC"
        raise ValueError(message)
    at = whole + int((fraction or "0")[:6].ljust(6, "0"))
    if at < EARLIEST:
        message = f"{text[:64]!r} is before the year 1"
        raise ValueError(message)
    return at


def later(start: int, duration: str) -> int:
    """The instant that is an ISO 8601 duration (`PT30M`, `P1Y2M10DT2H`) after `start`, with calendar years and months.

    The last number may have a fraction, after a point or a comma (`PT1.5H`), unless it counts years or months; it is
    cut to the microsecond. Raises ValueError.
    """
    match = _DURATION.fullmatch(duration)
    if match is None:
        message = f"{duration[:64]!r} is not an ISO 8601 duration such as PT30M"
        raise ValueError(message)
    years, months, *rest = match.groups("0")
    elapsed = sum(_of_unit(number, unit) for number, unit in zip(rest, (WEEK, DAY, HOUR, MINUTE, SECOND), strict=True))
    return _months_later(start, int(years) * 12 + int(months)) + elapsed


@lru_cache(maxsize=4096)
def millis(at: int) -> str:
    """RFC 3339 with three decimals: `2026-04-01T01:18:22.807Z`."""
    return f"{_second(at // SECOND)}.{at % SECOND // MILLISECOND:03d}Z"


def micros(at: int) -> str:
    """RFC 3339 with six decimals, or none on a whole second, as Django REST framework writes it."""
    fraction = at % SECOND
    return f"{_second(at // SECOND)}.{fraction:06d}Z" if fraction else f"{_second(at // SECOND)}Z"


def millis_if_any(at: int) -> str:
    """RFC 3339 with three decimals, or none on a whole second, as Django Ninja writes it."""
    return millis(at) if at % SECOND // MILLISECOND else f"{_second(at // SECOND)}Z"


def monday(at: int) -> int:
    """The Monday 00:00 UTC on or before the instant."""
    return at - (at - _MONDAY) % WEEK


def year_before(begin: int) -> int:
    """The instant at which something is created that was there before a world's Monday, if nothing says when.

    It lies a year before the Monday, or a week where the calendar began less than two years before.
    """
    return begin - (365 * DAY if begin >= EARLIEST + 730 * DAY else WEEK)


def _of_unit(number: str, unit: int) -> int:
    """A decimal number of a unit in microseconds."""
    whole, _, fraction = number.replace(",", ".").partition(".")
    return int(whole) * unit + int(int(fraction or 0) * unit // 10 ** len(fraction))


def _months_later(start: int, months: int) -> int:
    if not months:
        return start
    begin = _EPOCH + timedelta(microseconds=start)
    month = begin.year * 12 + begin.month - 1 + months
    if month // 12 >= MAXYEAR:
        return NEVER
    first = begin.replace(year=month // 12, month=month % 12 + 1, day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    last_day = (following - timedelta(days=1)).day
    return (first.replace(day=min(begin.day, last_day)) - _EPOCH) // timedelta(microseconds=1)


@lru_cache(maxsize=8192)
def _second(second: int) -> str:
    return (_EPOCH + timedelta(seconds=second)).isoformat()[:19]
