"""A charge policy gives each day its target and its deadline, in the local time of its zone."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.charge_policy import (
    ChargePolicy,
    DayRule,
    Goal,
    changed_at,
    clock_text,
    minute_of_day,
    read_policy,
    written_policy,
)
from app.domain.clock import DAY, EARLIEST, LATEST, MILLISECOND, SECOND, instant

RULES = st.builds(DayRule, st.floats(0, 100), st.integers(0, 24 * 60 - 1))
POLICIES = st.builds(
    ChargePolicy,
    enabled=st.booleans(),
    optimises=st.booleans(),
    timezone=st.sampled_from(["Europe/Berlin", "UTC", "Pacific/Kiritimati", "America/St_Johns"]),
    daily=RULES,
    weekly=st.none() | st.tuples(*[RULES] * 7),
    least=st.floats(0, 100),
    lowest=st.floats(0, 1),
    changed_after_ms=st.none() | st.integers(0, 2**52),
)


@given(policy=POLICIES)
def test_a_policy_that_is_stored_is_read_again(policy: ChargePolicy) -> None:
    """What is written is what is read."""
    assert read_policy(written_policy(policy)) == policy


@pytest.mark.parametrize(
    "stored",
    [
        "{}",
        "[]",
        '{"enabled": 1, "timezone": "Nowhere", "daily": [], "weekly": [], "least": true, "lowest": 2}',
        '{"daily": {"percent": "80", "minute": 1440}, "weekly": [{}], "least": -1, "changed_after_ms": 1.5}',
    ],
)
def test_members_of_another_type_count_as_left_out(stored: str) -> None:
    """A policy that was written by hand is read as far as it can be."""
    assert read_policy(stored) == ChargePolicy()


@given(policy=POLICIES, at=st.integers(EARLIEST + 30 * DAY, LATEST - 30 * DAY))
def test_the_goal_is_that_of_the_next_deadline(policy: ChargePolicy, at: int) -> None:
    """The deadline lies after the instant, and no other lies between them."""
    goal = policy.goal(at)

    assert at < goal.deadline_at <= at + 2 * DAY
    assert policy.goal(goal.deadline_at - MILLISECOND) == goal
    assert policy.goal(goal.deadline_at).deadline_at > goal.deadline_at


def test_each_weekday_has_its_rule() -> None:
    """After Friday's deadline comes Saturday's, with its own target."""
    week = (*[DayRule(80, 7 * 60)] * 5, DayRule(60, 10 * 60), DayRule(55, 11 * 60))
    policy = ChargePolicy(enabled=True, weekly=week)

    assert policy.goal(instant("2026-03-05T18:00:00Z")) == Goal(0.8, instant("2026-03-06T06:00:00Z"))
    assert policy.goal(instant("2026-03-06T18:00:00Z")) == Goal(0.6, instant("2026-03-07T09:00:00Z"))
    assert policy.goal(instant("2026-03-07T18:00:00Z")) == Goal(0.55, instant("2026-03-08T10:00:00Z"))
    assert replace(policy, least=70).goal(instant("2026-03-07T18:00:00Z")).target_soc == 0.7


@pytest.mark.parametrize(
    ("at", "by", "deadline"),
    [
        ("2026-03-28T20:00:00Z", "07:00", "2026-03-29T05:00:00Z"),
        ("2026-03-28T20:00:00Z", "02:30", "2026-03-29T01:30:00Z"),
        ("2026-10-24T20:00:00Z", "07:00", "2026-10-25T06:00:00Z"),
        ("2026-10-24T20:00:00Z", "02:30", "2026-10-25T00:30:00Z"),
    ],
)
def test_deadlines_follow_summer_time(at: str, by: str, deadline: str) -> None:
    """A deadline that the clocks skip is an hour later; of two that they show it is the first."""
    policy = ChargePolicy(daily=DayRule(80, minute_of_day(by)))

    assert policy.goal(instant(at)).deadline_at == instant(deadline)


@given(minute=st.integers(0, 24 * 60 - 1))
def test_a_time_of_the_day_is_read_as_it_is_written(minute: int) -> None:
    """Each minute of the day has one text."""
    assert minute_of_day(clock_text(minute)) == minute


@pytest.mark.parametrize(
    "text", ["", "7:00", "07:60", "24:00", "07:00:00", "\uff10\uff17:\uff10\uff10", "-1:00", "07 00"]
)
def test_other_texts_are_no_time_of_the_day(text: str) -> None:
    """Only two digits, a colon and two digits are one."""
    with pytest.raises(ValueError, match="time of the day"):
        minute_of_day(text)


def test_a_policy_knows_when_it_was_changed_in_a_world_that_is_moved() -> None:
    """The instant is kept as a span after the vehicle's creation, which moves with its world."""
    policy = ChargePolicy(changed_after_ms=1_500)

    assert changed_at(policy, 10 * SECOND) == 11_500 * MILLISECOND
    assert changed_at(ChargePolicy(), 10 * SECOND) is None
