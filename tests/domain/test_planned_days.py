"""Which days of a world are planned, and which comes next."""

from random import Random

import pytest

from app.domain.clock import DAY, EARLIEST, HOUR, NEVER, WEEK, monday
from app.domain.planned_days import PlannedDays, newest_first

MONDAY = monday(50 * 365 * DAY)


def days(*numbers: float) -> list[int]:
    """The instants at which days begin, counted from a Monday."""
    return [MONDAY + round(number * DAY) for number in numbers]


def span(since: int, until: int) -> tuple[int, int]:
    return MONDAY + since * DAY, MONDAY + until * DAY


def test_days_after_the_horizon_are_missing() -> None:
    """All days from the horizon to the end of a span are missing, and none before it."""
    planned = PlannedDays(MONDAY + 3 * DAY)

    assert planned.missing(*span(-9, 3)) == []
    assert planned.missing(*span(-9, 5)) == [span(3, 5)]
    assert planned.missing(*span(4, 5)) == [span(4, 5)]


def test_a_day_beyond_the_horizon_leaves_a_gap() -> None:
    """The days that were left out are missing, each until it is planned."""
    [horizon, day] = days(3, 10)
    planned = PlannedDays(horizon).with_day(day)

    assert planned.missing(*span(0, 14)) == [span(3, 10), span(11, 14)]
    assert planned.with_day(MONDAY + 5 * DAY).gaps == (span(3, 5), span(6, 10))
    assert planned.with_day(horizon).gaps == (span(4, 10),)
    assert planned.with_day(MONDAY + 9 * DAY).gaps == (span(3, 9),)
    assert planned.since(MONDAY + 9 * DAY).gaps == planned.gaps
    assert planned.since(MONDAY + 10 * DAY).gaps == ()


@pytest.mark.parametrize("seed", range(20))
def test_a_day_is_missing_until_it_is_planned(seed: int) -> None:
    """In any order of days, those that are missing are those that were not planned."""
    rng = Random(seed)
    numbers = rng.sample(range(40), rng.randrange(1, 40))
    planned = PlannedDays(MONDAY)
    for number in numbers:
        planned = planned.with_day(MONDAY + number * DAY)
    missing = {day for since, until in planned.missing(*span(0, 40)) for day in range(since, until, DAY)}

    assert missing == {MONDAY + number * DAY for number in set(range(40)) - set(numbers)}


@pytest.mark.parametrize(
    ("missing", "now", "first"),
    [
        ([span(1, 20)], 9.5, 8),
        ([span(1, 20)], 1.5, 1),
        ([span(1, 5), span(15, 20)], 9.5, 15),
        ([span(0, 8)], 9.5, 7),
        ([span(0, 6)], 9.5, 0),
        ([span(-30, 6)], 9.5, 0),
        ([span(-30, -8)], 9.5, -14),
        ([span(-9, -8)], 9.5, -9),
    ],
)
def test_days_around_the_clock_come_first(missing: list[tuple[int, int]], now: float, first: int) -> None:
    """From the day before the clock's on, days come in order; then the last week of those before it."""
    assert newest_first(missing, *days(now)) == MONDAY + first * DAY


def test_newest_days_first_reach_every_day() -> None:
    """Day after day is planned until none is missing."""
    now = MONDAY + 50 * DAY + 5 * HOUR
    planned, order = PlannedDays(MONDAY), []
    while missing := planned.missing(MONDAY, now + WEEK):
        order.append(newest_first(missing, now))
        planned = planned.with_day(order[-1])

    assert sorted(order) == list(range(MONDAY, now + WEEK, DAY))
    assert order[0] == MONDAY + 49 * DAY


@pytest.mark.parametrize(
    ("dawn", "since", "until"),
    [(-1, None, 2), (2, None, 3), (4, 4, 5), (6, 6, 9), (9, 6, 10), (12, 12, 13)],
    ids=["before the gap", "its first day", "in its middle", "after it", "at the horizon", "beyond it"],
)
def test_days_around_a_day_are_unbroken_up_to_missing_ones(dawn: int, since: int | None, until: int) -> None:
    """The span around a day ends at the next missing day on either side; the day itself may be missing."""
    days = PlannedDays(MONDAY + 9 * DAY, ((MONDAY + 2 * DAY, MONDAY + 6 * DAY),))
    begins = EARLIEST if since is None else MONDAY + since * DAY

    assert days.unbroken_around(MONDAY + dawn * DAY) == (begins, MONDAY + until * DAY)


def test_last_days_of_time_have_no_days_after_them() -> None:
    """Where nothing is missing after a day, the span has no end."""
    assert PlannedDays(NEVER).unbroken_around(MONDAY) == (EARLIEST, NEVER)
