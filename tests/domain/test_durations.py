"""ISO 8601 durations are read, and lead from an instant to a later one by the calendar."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.clock import DAY, LATEST, MILLISECOND, SECOND, instant, later, millis

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
AT = instant("2026-03-03T14:05:23.789Z")


@pytest.mark.parametrize(
    ("start", "duration", "expected"),
    [
        ("2026-03-03T14:05:23.789Z", "PT0S", "2026-03-03T14:05:23.789Z"),
        ("2026-03-03T14:05:23.789Z", "PT30M", "2026-03-03T14:35:23.789Z"),
        ("2026-03-03T14:05:23.789Z", "PT90M", "2026-03-03T15:35:23.789Z"),
        ("2026-03-03T14:05:23.789Z", "PT36H", "2026-03-05T02:05:23.789Z"),
        ("2026-03-03T14:05:23.789Z", "PT0.25S", "2026-03-03T14:05:24.039Z"),
        ("2026-03-03T14:05:23.789Z", "PT0,25S", "2026-03-03T14:05:24.039Z"),
        ("2026-03-03T14:05:23.789Z", "PT1.5H", "2026-03-03T15:35:23.789Z"),
        ("2026-03-03T14:05:23.789Z", "PT1,5M", "2026-03-03T14:06:53.789Z"),
        ("2026-03-03T14:05:23.789Z", "P1DT0.5H", "2026-03-04T14:35:23.789Z"),
        ("2026-03-03T14:05:23.789Z", "P0.5D", "2026-03-04T02:05:23.789Z"),
        ("2026-03-03T14:05:23.789Z", "P0.5W", "2026-03-07T02:05:23.789Z"),
        ("2026-03-03T14:05:23.789Z", "PT0.30000000000000004S", "2026-03-03T14:05:24.089Z"),
        ("2026-03-03T14:05:23.789Z", "P1W", "2026-03-10T14:05:23.789Z"),
        ("2026-03-03T14:05:23.789Z", "P10D", "2026-03-13T14:05:23.789Z"),
        ("2026-03-03T14:05:23.789Z", "P1Y2M10DT2H", "2027-05-13T16:05:23.789Z"),
        ("2026-03-03T14:05:23.789Z", "P10Y", "2036-03-03T14:05:23.789Z"),
        ("2026-03-03T14:05:23.789Z", "P18M", "2027-09-03T14:05:23.789Z"),
        ("2026-01-31T00:00:00.000Z", "P1M", "2026-02-28T00:00:00.000Z"),
        ("2028-01-31T00:00:00.000Z", "P1M", "2028-02-29T00:00:00.000Z"),
        ("2026-01-31T00:00:00.000Z", "P1M1D", "2026-03-01T00:00:00.000Z"),
        ("2026-08-31T12:00:00.001Z", "P3M", "2026-11-30T12:00:00.001Z"),
        ("2026-12-31T23:59:59.999Z", "P2M", "2027-02-28T23:59:59.999Z"),
        ("2026-12-15T00:00:00.000Z", "P1M", "2027-01-15T00:00:00.000Z"),
        ("2028-02-29T06:00:00.000Z", "P1Y", "2029-02-28T06:00:00.000Z"),
        ("2028-02-29T06:00:00.000Z", "P4Y", "2032-02-29T06:00:00.000Z"),
        ("2028-02-28T06:00:00.000Z", "P1D", "2028-02-29T06:00:00.000Z"),
        ("1969-12-31T23:59:59.500Z", "P1M", "1970-01-31T23:59:59.500Z"),
    ],
)
def test_a_duration_gives_the_later_instant(start: str, duration: str, expected: str) -> None:
    """Days and hours are elapsed time; years and months go by the calendar, and stop at a month's last day."""
    assert millis(later(instant(start), duration)) == expected


@pytest.mark.parametrize(
    "duration",
    [
        *("", "P", "PT", "P1", "1D", "PT1", "P1DT", "T1H", "-PT1M", "P-1D", "PT-1M", "P1.5Y", "P0.5M", "pt1m", "P1S"),
        *("PT1D", "P1D1M", "PT1S1M", "P1H", " PT1M", "PT1M ", "PT1M\n", "PT.5S", "PT1.S", "PT1.5H30M"),
        *("P1.5DT1H", "P1Y1Y", "P999999Y", "PT9999999999H", "PT\u0661M", "PT1e3S", "30", "PT30M/PT1H"),
    ],
)
def test_a_malformed_duration_is_refused(duration: str) -> None:
    """A duration that ISO 8601 does not allow, or that is too long, raises a ValueError that shows a valid one."""
    with pytest.raises(ValueError, match="such as PT30M"):
        later(AT, duration)


@pytest.mark.parametrize("duration", ["P8000Y", "P99999Y", "P96000M", "P999999M", "P9999999D"])
def test_a_duration_beyond_the_calendar_gives_an_instant_beyond_all_clocks(duration: str) -> None:
    """A duration that ends after the last year of the calendar gives NEVER and raises nothing."""
    assert later(AT, duration) > LATEST


@given(
    start=st.integers(0, AT), days=st.integers(0, 9_999), seconds=st.integers(0, 10**6), fraction=st.integers(0, 999)
)
@settings(deadline=None, max_examples=100)
def test_elapsed_time_adds_up(start: int, days: int, seconds: int, fraction: int) -> None:
    """Days, seconds and their decimals are added as they are."""
    expected = start + days * DAY + seconds * SECOND + fraction * MILLISECOND

    assert later(start, f"P{days}DT{seconds}.{fraction:03d}S") == expected


@given(start=st.integers(0, AT), months=st.integers(0, 2_400))
@settings(deadline=None, max_examples=100)
def test_months_keep_the_day_or_take_the_last(start: int, months: int) -> None:
    """A number of months later it is the same day of the month at the same time, or the month's last day."""
    begin = EPOCH + timedelta(microseconds=start)

    end = EPOCH + timedelta(microseconds=later(start, f"P{months}M"))

    assert (end.year - begin.year) * 12 + end.month - begin.month == months
    assert end.time() == begin.time()
    assert end.day == begin.day or (end.day < begin.day and (end + timedelta(days=1)).day == 1)
