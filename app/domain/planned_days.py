"""The days of a world that are planned: all before its horizon, except those in gaps. A day begins at midnight UTC."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from .clock import DAY, EARLIEST, NEVER, monday

Span: TypeAlias = tuple[int, int]
"""The instants at which a number of days begin and end."""


@dataclass(frozen=True, slots=True)
class PlannedDays:
    """All days before `horizon` are planned, except those in `gaps`, which are in order and before it."""

    horizon: int
    gaps: tuple[Span, ...] = ()

    def missing(self, since: int, until: int) -> list[Span]:
        """The days from `since` to `until` that are not planned, oldest first."""
        return list(_between((*self.gaps, (self.horizon, max(until, self.horizon))), since, until))

    def with_day(self, dawn: int) -> "PlannedDays":
        """The planned days with the day that begins at `dawn`, and with a gap before it if it is beyond the horizon."""
        if dawn >= self.horizon:
            passed = _between((*self.gaps, (self.horizon, dawn)), self.horizon, dawn)
            return PlannedDays(dawn + DAY, (*self.gaps, *passed))
        parts = (((since, min(dawn, until)), (max(dawn + DAY, since), until)) for since, until in self.gaps)
        return replace(self, gaps=tuple(part for both in parts for part in both if part[0] < part[1]))

    def unbroken_around(self, dawn: int) -> Span:
        """The span around the day that begins at `dawn` in which all other days are planned."""
        before, after = self.missing(EARLIEST, dawn), self.missing(dawn + DAY, NEVER)
        return before[-1][1] if before else EARLIEST, after[0][0] if after else NEVER

    def since(self, at: int) -> "PlannedDays":
        """The planned days without the gaps that end before an instant."""
        return replace(self, gaps=tuple(gap for gap in self.gaps if gap[1] > at))


def newest_first(missing: Sequence[Span], now: int) -> int:
    """The day to plan first, while a clock shows `now`: from the day before on, in order; then the last week before it.

    What has begun the day before may still be active. A clock that passes days faster than they are planned is not
    waited for: the days around it are there, and those that it has left behind come later.
    """
    yesterday = now - now % DAY - DAY
    for since, until in missing:
        if until > yesterday:
            return max(since, yesterday)
    since, until = missing[-1]
    return max(since, monday(until - DAY))


def _between(spans: Sequence[Span], since: int, until: int) -> list[Span]:
    """The parts of the spans that lie between two instants."""
    cut = ((max(begin, since), min(end, until)) for begin, end in spans)
    return [(begin, end) for begin, end in cut if begin < end]
