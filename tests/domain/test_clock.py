"""Instants are read and written, and clocks show whole milliseconds and never go back."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.clock import (
    DAY,
    HOUR,
    LATEST,
    MILLISECOND,
    MINUTE,
    NEVER,
    SECOND,
    WEEK,
    Clock,
    instant,
    micros,
    millis,
    millis_if_any,
    monday,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST = instant("0001-01-01T00:00:00Z")
AT = instant("2026-03-03T14:05:23.789Z")
INSTANTS = st.integers(FIRST, LATEST)
SPEEDS = st.sampled_from([0.0, 0.001, 0.1, 1 / 3, 1.0, 60.0, 1_000_000.0]) | st.floats(0.001, 1_000_000)
WALLS = st.integers(instant("2020-01-01T00:00:00Z"), instant("2040-01-01T00:00:00Z"))
MILLIS = st.integers(0, instant("2100-01-01T00:00:00Z") // MILLISECOND).map(lambda at: at * MILLISECOND)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T00:00:00.000001Z", 1),
        ("1969-12-31T23:59:59.999999Z", -1),
        ("2026-03-03T14:05:23.789Z", 1_772_546_723_789_000),
        ("2026-03-03t14:05:23.789z", 1_772_546_723_789_000),
        ("2026-03-03T15:05:23.789+01:00", 1_772_546_723_789_000),
        ("2026-03-03T08:35:23.789-05:30", 1_772_546_723_789_000),
        ("2026-03-03T14:05:23.789-00:00", 1_772_546_723_789_000),
        ("2026-03-03T14:05:23.7Z", 1_772_546_723_700_000),
        ("2026-03-03T14:05:23.123456789Z", 1_772_546_723_123_456),
        ("2026-03-03T14:05:23.12345678901234567890Z", 1_772_546_723_123_456),
        ("2026-03-03T14:05:23.789+00:00", 1_772_546_723_789_000),
        ("1969-12-31T23:59:60Z", 0),
        ("1970-01-01T01:59:60.5+02:00", 500_000),
        ("2028-02-29T00:00:00Z", 1_835_395_200_000_000),
        ("9999-01-01T00:00:00Z", LATEST),
        ("9999-12-31T23:59:59.999Z", NEVER),
    ],
)
def test_an_instant_is_read(text: str, expected: int) -> None:
    """RFC 3339 with any offset and decimals is read, cut to the microsecond; a leap second is the second after it."""
    assert instant(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "2026-03-03",
        "2026-03-03T14:05:23",
        "2026-03-03T14:05Z",
        "2026-03-03 14:05:23Z",
        "2026-03-03T14:05:23.Z",
        "2026-03-03T14:05:23,5Z",
        "2026-03-03T14:05:60Z",
        "2026-03-03T23:59:60+01:00",
        "2026-03-03T14:05:23Z ",
        "2026-03-03T14:05:23Z\n",
        "2026-3-3T14:05:23Z",
        "+2026-03-03T14:05:23Z",
        "2026-03-03T14:05:23+0100",
        "2026-03-03T14:05:23+01",
        "20260303T140523Z",
        "\u0662026-03-03T14:05:23Z",
        "0000-03-03T14:05:23Z",
        "2026-00-03T14:05:23Z",
        "2026-13-03T14:05:23Z",
        "2026-02-29T14:05:23Z",
        "2026-04-31T14:05:23Z",
        "2026-03-03T24:00:00Z",
        "2026-03-03T14:60:23Z",
        "2026-03-03T14:05:61Z",
        "2026-03-03T14:05:23+24:00",
        "2026-03-03T14:05:23-00:60",
        "2026-03-03T14:05:23+99:99",
    ],
)
def test_a_malformed_instant_is_refused(text: str) -> None:
    """A timestamp that RFC 3339 or the calendar does not allow raises a ValueError that quotes it."""
    with pytest.raises(ValueError, match=r"\w"):
        instant(text)


def test_a_refused_instant_is_quoted_by_its_beginning() -> None:
    """The message quotes only the beginning of a text of a megabyte."""
    with pytest.raises(ValueError, match="RFC 3339") as caught:
        instant("x" * 1_000_000)

    assert len(str(caught.value)) < 200


@given(at=INSTANTS)
@settings(deadline=None, max_examples=150)
def test_an_instant_reads_back_as_it_was_written(at: int) -> None:
    """All three ways of writing an instant are read again, to the decimals that they show."""
    assert instant(micros(at)) == at
    assert instant(millis(at)) == at // MILLISECOND * MILLISECOND
    assert instant(millis_if_any(at)) == at // MILLISECOND * MILLISECOND


@pytest.mark.parametrize(
    ("text", "in_millis", "in_micros", "in_millis_if_any"),
    [
        ("2026-04-01T01:18:22.807Z", "22.807Z", "22.807000Z", "22.807Z"),
        ("2026-04-01T01:18:22Z", "22.000Z", "22Z", "22Z"),
        ("2026-04-01T01:18:22.000400Z", "22.000Z", "22.000400Z", "22Z"),
        ("2026-04-01T01:18:22.050999Z", "22.050Z", "22.050999Z", "22.050Z"),
    ],
)
def test_an_instant_is_written(text: str, in_millis: str, in_micros: str, in_millis_if_any: str) -> None:
    """The three ways of writing have three decimals, six or none, and three or none; decimals are cut, not rounded."""
    at = instant(text)

    written = (millis(at), micros(at), millis_if_any(at))

    assert written == tuple("2026-04-01T01:18:" + second for second in (in_millis, in_micros, in_millis_if_any))


def test_a_frozen_clock_stands() -> None:
    """At speed 0 a clock always shows its anchor."""
    clock = Clock(anchor=AT, wall=0, speed=0.0)

    shown = {clock.at(wall) for wall in (-HOUR, 0, 1, DAY, 400 * WEEK)}

    assert shown == {AT}


def test_a_real_clock_keeps_step_with_the_wall() -> None:
    """At speed 1 as much time passes as on the wall clock, shown in whole milliseconds."""
    clock = Clock(anchor=AT, wall=1_000, speed=1.0)

    assert clock.at(1_000) == AT
    assert clock.at(1_999) == AT
    assert clock.at(2_000) == AT + MILLISECOND
    assert clock.at(1_000 + DAY) == AT + DAY


def test_a_scaled_clock_runs_as_many_times_as_fast() -> None:
    """At speed 60 a second of the wall clock is a minute, and at speed 0.5 half a second."""
    assert Clock(AT, 0, 60.0).at(SECOND) == AT + MINUTE
    assert Clock(AT, 0, 0.5).at(SECOND) == AT + 500 * MILLISECOND


def test_no_clock_runs_backwards_before_its_wall() -> None:
    """A wall clock that is set back before the anchor does not move the clock back."""
    assert Clock(AT, DAY, 1_000.0).at(0) == AT


def test_no_clock_goes_beyond_the_latest_instant() -> None:
    """A clock stops at the first day of 9999, at any speed and after any move."""
    assert Clock(AT, 0, 1_000_000.0).at(400 * WEEK) == LATEST
    assert Clock(AT, 0, 1.0).moved(NEVER, 0).at(DAY) == LATEST


@given(anchor=MILLIS, wall=WALLS, speed=SPEEDS, waits=st.lists(st.integers(0, 520 * WEEK), min_size=2, max_size=6))
@settings(deadline=None, max_examples=100)
def test_a_clock_never_goes_back(anchor: int, wall: int, speed: float, waits: list[int]) -> None:
    """At a later instant of the wall clock, a clock shows a later instant or the same."""
    clock = Clock(anchor, wall, speed)

    shown = [clock.at(wall + wait) for wait in sorted(waits)]

    assert shown == sorted(shown)
    assert shown[0] >= anchor


@given(speed=SPEEDS, to=st.integers(0, LATEST), wall=WALLS, wait=st.integers(0, 52 * WEEK))
@settings(deadline=None, max_examples=100)
def test_a_clock_shows_whole_milliseconds(speed: float, to: int, wall: int, wait: int) -> None:
    """A clock shows whole milliseconds, at any speed and after any move."""
    clock = Clock(0, 0, speed).moved(to, wall)

    assert clock.at(wall) == to // MILLISECOND * MILLISECOND
    assert clock.at(wall + wait) % MILLISECOND == 0


@given(anchor=MILLIS, speed=SPEEDS, to=MILLIS, wait=st.integers(0, WEEK))
@settings(deadline=None, max_examples=100)
def test_a_moved_clock_goes_on_from_there(anchor: int, speed: float, to: int, wait: int) -> None:
    """A clock that is moved shows that instant immediately, and goes on at its own speed."""
    clock = Clock(anchor, 0, speed).moved(to, DAY)

    assert clock.at(DAY) == to
    assert clock.at(DAY + wait) == Clock(to, DAY, speed).at(DAY + wait)


@given(anchor=MILLIS, speed=SPEEDS, pace=SPEEDS, wall=st.integers(0, WEEK))
@settings(deadline=None, max_examples=100)
def test_a_paced_clock_does_not_jump(anchor: int, speed: float, pace: float, wall: int) -> None:
    """A new speed counts from now on; the instant that the clock shows stays the same."""
    before = Clock(anchor, 0, speed)

    after = before.paced(pace, wall)

    assert after.at(wall) == before.at(wall)
    assert after.speed == pace


@given(at=st.integers(-WEEK * 1_000, LATEST))
@settings(deadline=None, max_examples=100)
def test_a_monday_is_the_one_before(at: int) -> None:
    """The Monday of an instant is a Monday at midnight, less than a week before, or the instant itself."""
    found = monday(at)

    shown = EPOCH + timedelta(microseconds=found)

    assert 0 <= at - found < WEEK
    assert (shown.weekday(), shown.hour, shown.minute, shown.second, shown.microsecond) == (0, 0, 0, 0, 0)
