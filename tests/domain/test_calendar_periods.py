"""Periods of the calendar follow one another, and each instant lies in one of each kind."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.calendar_periods import Resolution, number_of, period
from app.domain.clock import EARLIEST, LATEST, instant

INSTANTS = st.integers(EARLIEST, LATEST - 1)


@given(at=INSTANTS, resolution=st.sampled_from(Resolution))
def test_an_instant_lies_in_the_period_of_its_number(at: int, resolution: Resolution) -> None:
    """The period of an instant's number has begun by then and has not ended, and the next one begins where it ends."""
    if resolution is Resolution.YEAR and at >= instant("9998-01-01T00:00:00Z"):
        return
    number = number_of(resolution, at)

    since, until = period(resolution, number)

    assert since <= at < until
    assert number_of(resolution, until) == number + 1


@pytest.mark.parametrize(
    ("resolution", "since", "until"),
    [
        (Resolution.DAY, "2024-02-29T00:00:00Z", "2024-03-01T00:00:00Z"),
        (Resolution.WEEK, "2024-02-26T00:00:00Z", "2024-03-04T00:00:00Z"),
        (Resolution.MONTH, "2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z"),
        (Resolution.QUARTER, "2024-01-01T00:00:00Z", "2024-04-01T00:00:00Z"),
        (Resolution.YEAR, "2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z"),
    ],
)
def test_periods_are_those_of_the_calendar(resolution: Resolution, since: str, until: str) -> None:
    """A leap day lies in its own day, in a week from Monday to Sunday, and in its month, quarter and year."""
    number = number_of(resolution, instant("2024-02-29T13:00:00Z"))

    assert period(resolution, number) == (instant(since), instant(until))
