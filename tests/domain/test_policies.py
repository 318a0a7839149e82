"""A session that would break a rule of an enforced policy is refused with that rule; a suggestion refuses nothing."""

from dataclasses import replace
from typing import Any, Final

import pytest

from app.domain.clock import instant
from app.domain.policies import ENFORCEMENT, SUGGESTION, Attempt, Policy, blocking_rule, operator_slug

HERE: Final = Attempt("Example Operator", 48.8698, 2.3319, 42, instant("2026-04-01T01:53:58.446Z"))
"""On a Wednesday, early in the morning."""
ZONE: Final = {"center": {"latitude": 48.8698, "longitude": 2.3319}, "name": "Zone", "radius_meters": 1500}
FAR: Final = {**ZONE, "center": {"latitude": 48.8898, "longitude": 2.3319}}
WORKDAYS: Final = ["monday", "tuesday", "wednesday", "thursday", "friday"]


def blocked_by(mode: str = ENFORCEMENT, attempt: Attempt = HERE, **rules: object) -> str | None:
    """The rule of a policy that refuses the attempt."""
    broken = blocking_rule([Policy("pol_1", "Example", mode, rules)], attempt)
    return None if broken is None else broken.rule


def window(begin: str, end: str, *days: str) -> list[dict[str, Any]]:
    return [{"days_of_week": list(days), "start_time": begin, "end_time": end}]


def at(time: str, timezone: str | None = None) -> Attempt:
    return replace(HERE, at=instant(time), timezone=timezone)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Example Operator", "example_operator"),
        ("  E.ON -- Drive! ", "e_on_drive"),
        ("Ladenetz Süd", "ladenetz_süd"),
        ("STRASSE 7", "strasse_7"),
        ("", ""),
    ],
)
def test_operators_have_slugs(name: str, slug: str) -> None:
    """A rule names an operator in lower case, with `_` between the words (CHARGE-082)."""
    assert operator_slug(name) == slug


@pytest.mark.parametrize(
    ("rules", "rule"),
    [
        ({}, None),
        ({"allowed_operators": [], "denied_operators": [], "geofences": [], "time_windows": []}, None),
        ({"allowed_operators": ["example_operator"]}, None),
        ({"allowed_operators": ["another"]}, "allowed_operators"),
        ({"denied_operators": ["another"]}, None),
        ({"denied_operators": ["example_operator"]}, "denied_operators"),
        ({"geofences": [FAR, ZONE]}, None),
        ({"geofences": [FAR]}, "geofences"),
        ({"max_price_per_kwh": 42}, None),
        ({"max_price_per_kwh": 41.9}, "max_price_per_kwh"),
        ({"max_price_per_kwh": 0}, "max_price_per_kwh"),
        ({"max_price_per_kwh": None}, None),
        ({"denied_operators": ["example_operator"], "max_price_per_kwh": 1}, "denied_operators"),
    ],
)
def test_rules_are_about_operator_place_and_price(rules: dict[str, Any], rule: str | None) -> None:
    """A rule that is there must be obeyed, the first that is not is named, and an empty rule is none (CHARGE-082)."""
    assert blocked_by(**rules) == rule


def test_energy_without_a_price_is_cheap() -> None:
    """Where energy has no price, it is below every ceiling (CHARGE-082)."""
    assert blocked_by(attempt=replace(HERE, energy_price=None), max_price_per_kwh=0) is None


@pytest.mark.parametrize(
    ("windows", "time", "allowed"),
    [
        (window("09:00", "18:00", *WORKDAYS), "2026-04-01T09:00:00Z", True),
        (window("09:00", "18:00", *WORKDAYS), "2026-04-01T17:59:59.999Z", True),
        (window("09:00", "18:00", *WORKDAYS), "2026-04-01T18:00:00Z", False),
        (window("09:00", "18:00", *WORKDAYS), "2026-04-04T12:00:00Z", False),
        (window("22:00", "04:00", "friday"), "2026-04-03T23:00:00Z", True),
        (window("22:00", "04:00", "friday"), "2026-04-04T03:59:00Z", True),
        (window("22:00", "04:00", "friday"), "2026-04-04T04:00:00Z", False),
        (window("22:00", "04:00", "friday"), "2026-04-03T03:00:00Z", False),
        (window("22:00", "04:00", "sunday"), "2026-04-06T01:00:00Z", True),
        (window("06:00", "06:00", "friday"), "2026-04-04T05:59:00Z", True),
        (window("06:00", "06:00", "friday"), "2026-04-04T06:00:00Z", False),
        (window("00:00", "00:00", "friday"), "2026-04-03T00:00:00Z", True),
        (window("00:00", "00:00", "friday"), "2026-04-04T00:00:00Z", False),
        (window("01:00", "02:00", "monday") + window("01:00", "02:00", "friday"), "2026-04-03T01:30:00Z", True),
    ],
)
def test_time_windows_hold_on_their_days(windows: list[dict[str, Any]], time: str, *, allowed: bool) -> None:
    """A session starts in any of the windows; one that ends no later than it starts goes on into the next day.

    See CHARGE-083.
    """
    assert blocked_by(attempt=at(time), time_windows=windows) == (None if allowed else "time_windows")


@pytest.mark.parametrize(
    ("timezone", "allowed"),
    [("Europe/Paris", True), ("America/New_York", False), (None, False), ("Nowhere/Known", False), ("../etc", False)],
)
def test_time_windows_are_in_the_zone_of_the_fleet(timezone: str | None, *, allowed: bool) -> None:
    """At 07:30 UTC in April it is 09:30 in Paris; without a zone that is known it is UTC (CHARGE-083)."""
    attempt = at("2026-04-01T07:30:00Z", timezone)

    assert (blocked_by(attempt=attempt, time_windows=window("09:00", "10:00", "wednesday")) is None) == allowed


def test_suggestions_refuse_nothing() -> None:
    """The same rule that refuses a session when it is enforced does not when it is suggested."""
    assert blocked_by(ENFORCEMENT, max_price_per_kwh=1) == "max_price_per_kwh"
    assert blocked_by(SUGGESTION, max_price_per_kwh=1) is None


def test_each_enforced_policy_must_be_obeyed() -> None:
    """The first policy that refuses the session is named, with the reason."""
    policies = [
        Policy("pol_1", "Fair", ENFORCEMENT, {"max_price_per_kwh": 50}),
        Policy("pol_2", "Advice", SUGGESTION, {"max_price_per_kwh": 1}),
        Policy("pol_3", "Strict", ENFORCEMENT, {"max_price_per_kwh": 25}),
    ]
    broken = blocking_rule(policies, HERE)

    assert broken is not None
    assert broken.policy.id == "pol_3"
    assert broken.reason == "a kWh costs 42 there, and at most 25 is allowed"


@pytest.mark.parametrize("odd", ["x", 1, True, ["x"], [1], [{}], {"a": 1}, [{"center": [], "radius_meters": "x"}]])
def test_odd_rules_are_no_rules(odd: object) -> None:
    """A rule of a scenario that makes no sense refuses nothing, and the rules beside it hold."""
    odd_rules: dict[str, Any] = dict.fromkeys(("geofences", "time_windows"), odd)

    assert blocked_by(**odd_rules) is None
    assert blocked_by(**odd_rules, max_price_per_kwh="dear") is None
    assert blocked_by(**odd_rules, denied_operators=["example_operator"]) == "denied_operators"
