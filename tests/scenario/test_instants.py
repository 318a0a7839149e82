"""Each instant in a scenario may be relative to the week in which its clock starts, and moves with it."""

from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.clock import DAY, HOUR, LATEST, MINUTE, SECOND, WEEK, instant, millis, monday
from app.scenario.files import BadScenarioError
from app.scenario.instants import MONDAY_OF_NOW, week_of
from app.scenario.scenarios import Read
from tests.served import read

MONDAY: Final = instant("2026-03-02T00:00:00Z")


@pytest.mark.parametrize(
    ("written", "after"),
    [
        ("+P0D", 0),
        ("-PT0S", 0),
        ("+P2DT8H", 2 * DAY + 8 * HOUR),
        ("-PT30M", -30 * MINUTE),
        ("-P1W", -7 * DAY),
        ("-PT1.5H", -90 * MINUTE),
        ("2026-03-02T23:59:60Z", DAY),
        ("+PT1.5S", SECOND + SECOND // 2),
        ("-P1DT1S", -DAY - SECOND),
        ("2026-03-03T00:00:00Z", DAY),
        ("2026-03-03T00:00:00+01:00", DAY - HOUR),
    ],
)
def test_instants_are_relative_or_absolute(tmp_path: Path, written: str, after: int) -> None:
    """A duration counts from the Monday, forwards or backwards; a timestamp is an instant by itself."""
    assert broken(tmp_path, "'2026-03-04T12:00:00.000Z'", written).scenario.page_break == MONDAY + after


@pytest.mark.parametrize("start", ["2026-03-02T00:00:00Z", "2026-03-08T23:59:59.999Z", "2026-03-09T01:00:00+02:00"])
def test_monday_is_that_of_the_start(tmp_path: Path, start: str) -> None:
    """It is the same for each instant of the week at which the clock starts."""
    found = broken(tmp_path, f"'{start}'", "+PT1H")

    assert (found.monday, found.scenario.page_break) == (MONDAY, MONDAY + HOUR)


def test_start_now_has_a_fixed_monday(tmp_path: Path) -> None:
    """The scenario does not depend on the day on which it is read."""
    found = broken(tmp_path, "now", "-PT1H")

    assert (found.monday, found.scenario.page_break) == (MONDAY_OF_NOW, MONDAY_OF_NOW - HOUR)
    assert monday(MONDAY_OF_NOW) == MONDAY_OF_NOW


def test_start_now_has_no_date(tmp_path: Path) -> None:
    """A timestamp would be another one in each world, so it is refused."""
    with pytest.raises(BadScenarioError, match=r"tiny\.yaml:4: page_break: a clock that starts `now` has no date"):
        broken(tmp_path, "now", "2026-03-03T00:00:00Z")


@pytest.mark.parametrize("written", ["+P2DT8H", "2026-03-04T08:00:00Z"])
def test_instants_move_to_another_week(tmp_path: Path, written: str) -> None:
    """Read for a world that starts in another week, relative and absolute instants are later by the same weeks."""
    later = MONDAY + 5 * WEEK
    found = broken(tmp_path, "'2026-03-04T12:00:00.000Z'", written, later)

    assert (found.monday, found.scenario.page_break) == (later, later + 2 * DAY + 8 * HOUR)


def test_magic_objects_move_to_another_week() -> None:
    """Their instants are relative to the week as well."""
    for name in ("documented", "village"):
        found = read(name)
        plugged = next(each for each in found.scenario.objects.sessions if "MagicSessionPluggedIn0" in each.id)

        assert plugged.created == found.monday


@pytest.mark.parametrize(
    "written", ["P1D", "+", "-P", "+PT", "+P1H", "+1D", "++P1D", "+P1D ", "+P-1D", "+p1d", "tomorrow"]
)
def test_text_of_another_form_is_refused(tmp_path: Path, written: str) -> None:
    """A duration needs its sign and its letters."""
    with pytest.raises(BadScenarioError, match=r"RFC 3339|ISO 8601"):
        broken(tmp_path, "'2026-03-04T12:00:00.000Z'", written)


@pytest.mark.parametrize("written", ["-P3000Y", "+P9000Y", "+P99999Y", "9999-02-01T00:00:00Z"])
def test_instant_beyond_the_calendar_is_refused(tmp_path: Path, written: str) -> None:
    """The calendar ends on both sides."""
    with pytest.raises(BadScenarioError, match=r"tiny\.yaml:4: page_break: write an instant between"):
        broken(tmp_path, "'2026-03-04T12:00:00.000Z'", written)


@pytest.mark.parametrize(
    ("start", "days"), [("0001-02-08T00:00:00Z", "past_days: 90"), ("9998-12-31T00:00:00Z", "coming_days: 300")]
)
def test_day_beyond_the_calendar_is_refused(tmp_path: Path, start: str, days: str) -> None:
    """The days of a population end with the calendar as well."""
    text = (Path(__file__).parents[1] / "hamlet.yaml").read_text("utf-8")
    field = days.partition(":")[0]
    text = "\n".join(f"  {days}" if line.startswith(f"  {field}") else line for line in text.splitlines())
    file = tmp_path / "edge.yaml"
    file.write_text(text.replace("2026-03-04T12:00:00.000Z", start), "utf-8")
    with pytest.raises(BadScenarioError, match=rf"edge\.yaml:\d+: population\.{field}: "):
        read(str(file))


@given(at=st.integers(0, LATEST), weeks=st.integers(-1000, 1000))
def test_week_begins_on_its_monday(at: int, weeks: int) -> None:
    """The Monday of a start is not later, and less than a week before; a move is by whole weeks."""
    week = week_of(millis(at))

    assert 0 <= at // 1000 * 1000 - week.monday < WEEK
    assert week_of(millis(at), week.monday + weeks * WEEK).shift == weeks * WEEK


def broken(folder: Path, start: str, page_break: str, at: int | None = None) -> Read:
    """A scenario that starts so and has such a page break."""
    file = folder / "tiny.yaml"
    file.write_text(f"name: tiny\nabout: A scenario.\nclock: {{start: {start}}}\npage_break: '{page_break}'\n", "utf-8")
    return read(str(file), monday=at)
