"""Policies for charging: how far a vehicle is to be charged at home, and by when, on each day of the week.

A policy is stored as JSON in `Vehicle.charge_policy`. A member that is missing, or that has another type than it should
have, counts as if its default were written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

import orjson

from .clock import MILLISECOND
from .timezones import zone

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
USUAL_TIMEZONE: Final = "Europe/Berlin"
USUAL_PERCENT: Final = 80.0
USUAL_LEAST: Final = 50.0
USUAL_DEADLINE: Final = 7 * 60
_DAY: Final = 24 * 60
_PERCENT: Final = 100
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class DayRule:
    """The percentage up to which a vehicle is charged, and the minute of the local day by which that is done."""

    percent: float = USUAL_PERCENT
    minute: int = USUAL_DEADLINE


@dataclass(frozen=True, slots=True)
class Goal:
    """The state of charge that a vehicle is to have, and the instant by which it has it."""

    target_soc: float
    deadline_at: int


@dataclass(frozen=True, slots=True)
class ChargePolicy:
    """What a vehicle's owner wants.

    Each day has the rule of its weekday in `weekly`, from Monday on, or else `daily`. No day's percentage is below
    `least`. A policy that is not `enabled` leaves the usual goal, and without `optimises` charging does not wait for
    cheap hours. `lowest` is the lowest target that the vehicle has ever had by a policy: it never comes home with more.
    `changed_after_ms` is how long after the vehicle's creation the policy was changed last.
    """

    enabled: bool = False
    optimises: bool = True
    timezone: str = USUAL_TIMEZONE
    daily: DayRule = DayRule()
    weekly: tuple[DayRule, ...] | None = None
    least: float = USUAL_LEAST
    lowest: float = 1.0
    changed_after_ms: int | None = None

    def rule(self, weekday: int) -> DayRule:
        """The rule of a weekday, of which Monday is 0."""
        found = self.daily if self.weekly is None else self.weekly[weekday]
        return replace(found, percent=max(found.percent, self.least))

    def goal(self, at: int) -> Goal:
        """The goal of the first deadline after an instant. Raises OverflowError where no calendar has it."""
        local = (_EPOCH + timedelta(microseconds=at)).astimezone(ZoneInfo(self.timezone)).date()
        deadlines = ((self._deadline(day), self.rule(day.weekday())) for day in _days_from(local))
        by, rule = next((by, rule) for by, rule in deadlines if by > at)
        return Goal(rule.percent / _PERCENT, by)

    def lowered(self) -> "ChargePolicy":
        """The same policy, which remembers its lowest target."""
        targets = [self.rule(weekday).percent / _PERCENT for weekday in range(len(WEEKDAYS))]
        return replace(self, lowest=min(self.lowest, *targets)) if self.enabled else self

    def _deadline(self, day: date) -> int:
        """A day's deadline. One that the clocks skip in spring is an hour later; of two in autumn it is the first."""
        clock_time = time(*divmod(self.rule(day.weekday()).minute, 60))
        at = datetime.combine(day, clock_time, ZoneInfo(self.timezone))
        return (at.astimezone(UTC) - _EPOCH) // timedelta(milliseconds=1) * MILLISECOND


def minute_of_day(text: str) -> int:
    """The minute of the day of a time such as `07:00`. Raises ValueError."""
    hours, separator, minutes = text.partition(":")
    is_written = separator and len(hours) == len(minutes) == 2 and (hours + minutes).isascii()  # noqa: PLR2004 - two digits each
    if not is_written or not (hours + minutes).isdigit() or int(hours) > 23 or int(minutes) > 59:  # noqa: PLR2004 - a clock's last hour and minute
        raise ValueError("must be a time of the day such as 07:00")
    return int(hours) * 60 + int(minutes)


def clock_text(minute: int) -> str:
    """A minute of the day as a time such as `07:00`."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


@lru_cache(maxsize=4096)
def read_policy(stored: str | None) -> ChargePolicy | None:
    """The policy that is stored; None where there is none."""
    if stored is None:
        return None
    content = orjson.loads(stored)
    said: Mapping[str, Any] = content if isinstance(content, dict) else {}
    weekly = said.get("weekly")
    days = [_rule(each) for each in weekly] if isinstance(weekly, list) else []
    changed_after = said.get("changed_after_ms")
    return ChargePolicy(
        enabled=said.get("enabled") is True,
        optimises=said.get("optimises") is not False,
        timezone=_timezone(said.get("timezone")),
        daily=_rule(said.get("daily")),
        weekly=tuple(days) if len(days) == len(WEEKDAYS) else None,
        least=_within(said.get("least"), _PERCENT, USUAL_LEAST),
        lowest=_within(said.get("lowest"), 1, 1.0),
        changed_after_ms=changed_after if type(changed_after) is int and 0 <= changed_after < 1 << 53 else None,
    )


def written_policy(policy: ChargePolicy) -> str:
    """The policy as it is stored."""
    return orjson.dumps(policy).decode()


def is_timezone(name: str) -> bool:
    """Whether the name is that of a time zone of the IANA database."""
    return zone(name) is not None


def changed_at(policy: ChargePolicy, created_at: int) -> int | None:
    """When the policy of a vehicle was changed last, which was created at that instant."""
    return None if policy.changed_after_ms is None else created_at + policy.changed_after_ms * MILLISECOND


def _days_from(day: date) -> Sequence[date]:
    """A day and those after it, until each weekday has come twice: no deadline is farther away."""
    return [day + timedelta(days=ahead) for ahead in range(2 * len(WEEKDAYS))]


def _rule(said: object) -> DayRule:
    if not isinstance(said, dict):
        return DayRule()
    minute = said.get("minute")
    is_minute = isinstance(minute, int) and not isinstance(minute, bool) and 0 <= minute < _DAY
    percent = _within(said.get("percent"), _PERCENT, USUAL_PERCENT)
    return DayRule(percent, minute if isinstance(minute, int) and is_minute else USUAL_DEADLINE)


def _within(said: object, most: int, usual: float) -> float:
    is_number = isinstance(said, int | float) and not isinstance(said, bool) and 0 <= said <= most
    return float(said) if is_number else usual  # type: ignore[arg-type]  # a number


def _timezone(said: object) -> str:
    return said if isinstance(said, str) and is_timezone(said) else USUAL_TIMEZONE
