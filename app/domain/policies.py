"""Policies of fleets, drivers and vehicles: which rule of a policy a session would break. All functions are pure."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Final
from unicodedata import normalize

from .clock import SECOND
from .drives import great_circle_km
from .timezones import zone

ENFORCEMENT: Final = "enforcement"
SUGGESTION: Final = "suggestion"
ACTIVE: Final = "active"
INACTIVE: Final = "inactive"
DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NO_RULES: Final[Mapping[str, Any]] = {
    "allowed_operators": [],
    "denied_operators": [],
    "geofences": [],
    "max_price_per_kwh": None,
    "time_windows": [],
}
"""Rules that allow everything. An empty list, or None, is no rule."""
_BETWEEN_WORDS: Final = re.compile(r"[\W_]+")
_M_A_KM: Final = 1_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy that holds for a session. `rules` has the members of `NO_RULES`, or some of them."""

    id: str
    name: str
    mode: str
    rules: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Attempt:
    """What the rules ask about a session that is about to start.

    `energy_price` is in whole minor units with VAT, and None if energy has no price; `timezone` is the fleet's, by its
    IANA name.
    """

    operator: str
    latitude: float
    longitude: float
    energy_price: int | None
    at: int
    timezone: str | None = None


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """The first rule that a session would break, and why it would."""

    policy: Policy
    rule: str
    reason: str


def operator_slug(name: str) -> str:
    """How rules name an operator: its name in lower case, with `_` between words; `example_operator` (CHARGE-082)."""
    return _BETWEEN_WORDS.sub("_", normalize("NFKC", name).casefold()).strip("_")


def blocking_rule(policies: Iterable[Policy], attempt: Attempt) -> BrokenRule | None:
    """The rule that refuses a session, of policies that are enforced; suggestions refuse nothing."""
    broken = (_broken(policy, attempt) for policy in policies if policy.mode == ENFORCEMENT)
    return next((each for each in broken if each is not None), None)


def _broken(policy: Policy, attempt: Attempt) -> BrokenRule | None:
    """The first rule of a policy that a session would break."""
    for rule, reason_against in _RULES.items():
        wanted = policy.rules.get(rule)
        try:
            reason = reason_against(wanted, attempt) if wanted or wanted == 0 else None
        except (KeyError, TypeError, ValueError):
            continue  # a scenario may write anything; a rule that makes no sense is no rule
        if reason is not None:
            return BrokenRule(policy, rule, reason)
    return None


def _operator_not_allowed(allowed: list[str], attempt: Attempt) -> str | None:
    slug = operator_slug(attempt.operator)
    return None if slug in allowed else f"the station's operator is {slug}"


def _operator_denied(denied: list[str], attempt: Attempt) -> str | None:
    slug = operator_slug(attempt.operator)
    return f"the station's operator is {slug}" if slug in denied else None


def _outside(geofences: list[dict[str, Any]], attempt: Attempt) -> str | None:
    return None if any(_is_inside(each, attempt) for each in geofences) else "the station is outside"


def _is_inside(geofence: dict[str, Any], attempt: Attempt) -> bool:
    center = geofence["center"]
    km = great_circle_km(center["latitude"], center["longitude"], attempt.latitude, attempt.longitude)
    return km * _M_A_KM <= float(geofence["radius_meters"])


def _too_dear(most: float, attempt: Attempt) -> str | None:
    price = attempt.energy_price or 0
    return f"a kWh costs {price} there, and at most {most} is allowed" if price > most else None


def _untimely(windows: list[dict[str, Any]], attempt: Attempt) -> str | None:
    local = _local_time(attempt.at, attempt.timezone)
    if any(_is_within(each, local) for each in windows):
        return None
    return f"it is {DAYS[local.weekday()]}, {local:%H:%M} ({attempt.timezone or 'UTC'})"


def _is_within(window: dict[str, Any], local: datetime) -> bool:
    """Whether a window holds a time. One that ends no later than it begins goes on into the next day (CHARGE-083)."""
    begin, end, time = window["start_time"], window["end_time"], f"{local:%H:%M}"
    today, yesterday = (DAYS[(local - timedelta(days=days)).weekday()] for days in (0, 1))
    if begin < end:
        return today in window["days_of_week"] and begin <= time < end
    return (today in window["days_of_week"] and time >= begin) or (yesterday in window["days_of_week"] and time < end)


def _local_time(at: int, timezone: str | None) -> datetime:
    """The time on the clocks of a time zone."""
    return (_EPOCH + timedelta(seconds=at // SECOND)).astimezone(_zone(timezone))


def _zone(name: str | None) -> tzinfo:
    """The time zone of that name; UTC for none, and where the machine does not know the name."""
    return (zone(name) if name is not None else None) or UTC


_RULES: Final[Mapping[str, Callable[[Any, Attempt], str | None]]] = {
    "allowed_operators": _operator_not_allowed,
    "denied_operators": _operator_denied,
    "geofences": _outside,
    "max_price_per_kwh": _too_dear,
    "time_windows": _untimely,
}
"""For each rule a function that says why a session would break it; None if it would not."""
