"""Savings and statistics of a heat pump agree with its state, with one another, and with what was changed when.

The quirks are PODERO-048, PODERO-049.
"""

from typing import Any, Final

import pytest

from app.domain.clock import HOUR, instant, millis
from tests.conftest import Sandbox
from tests.vendors.podero.device_calls import ID, Body, call, get, put

pytestmark = pytest.mark.own_server

SAVINGS: Final = f"heat-pumps/{ID}/savings"
STATISTICS: Final = f"heat-pumps/{ID}/statistics"
SPAN: Final = {"from_": "2026-01-01T00:00:00Z", "to": "2026-12-31"}


def rows(sandbox: Sandbox, path: str, *, at: str | None = None, **query: str) -> list[Body]:
    found: list[Body] = get(sandbox, path, at=at, **query)["data"]
    return found


def test_podero_048_consumption_is_the_sum_of_the_power(sandbox: Sandbox) -> None:
    """The consumption of a day is the power at each of its hours."""
    midnight = instant("2026-03-10T00:00:00Z")
    watts = [
        get(sandbox, f"heat-pumps/{ID}", at=millis(midnight + hour * HOUR))["current_power_consumption_w"]
        for hour in range(24)
    ]
    [row] = rows(sandbox, SAVINGS, from_="2026-03-10", to="2026-03-10", resolution="1DAY")

    assert row["consumption"]["total"] == row["heat_pump"]["estimated_consumption_wh"] == sum(watts)
    assert row["electric_vehicle"] is row["inverter"] is None


def test_resolutions_add_up(sandbox: Sandbox) -> None:
    """Days, weeks, months, quarters and years of the same range have the same sums, to the rounding of money."""
    found = [
        rows(sandbox, SAVINGS, resolution=each, **SPAN) for each in ("1DAY", "1WEEK", "1MONTH", "1QUARTER", "1YEAR")
    ]
    used = [sum(row["consumption"]["total"] for row in each) for each in found]
    saved = [sum(row["savings"]["total"] for row in each) for each in found]

    assert max(used) - min(used) <= len(found[0])
    assert saved == pytest.approx([saved[0]] * len(saved), abs=0.0001 * len(found[0]))
    assert saved[0] > 0


def test_sums_begin_with_the_registration_and_end_now(sandbox: Sandbox) -> None:
    """The first period is that in which the heat pump was registered; what has not happened yet is not there."""
    found = rows(sandbox, SAVINGS, resolution="1MONTH", **SPAN)

    assert [row["period"]["start_period"][:7] for row in found] == ["2026-01", "2026-02", "2026-03", "2026-04"]
    assert rows(sandbox, SAVINGS, from_="2025-01-01", to="2026-01-14") == []
    assert rows(sandbox, SAVINGS, from_="2026-04-02", to="2026-12-31") == []


def test_podero_048_earlier_use_stays_when_settings_change(sandbox: Sandbox) -> None:
    """Days before a change have the sums that they had; from then on the new settings count."""
    before = rows(sandbox, SAVINGS, from_="2026-03-01", to="2026-03-31", resolution="1DAY")
    put(sandbox, f"heat-pumps/{ID}", {"is_smart_optimization_active": False})
    put(sandbox, f"heat-pumps/{ID}", {"is_space_heating_enabled": False, "is_hot_water_heating_enabled": False})
    sandbox.advance("P3D", "documented")
    after = rows(sandbox, SAVINGS, from_="2026-03-01", to="2026-03-31", resolution="1DAY")
    later = rows(sandbox, SAVINGS, from_="2026-04-02", to="2026-04-03", resolution="1DAY")

    assert before == after
    assert [(row["savings"]["total"], row["consumption"]["total"]) for row in later] == [(0, 24 * 30)] * 2


def test_podero_049_statistics_have_the_latest_periods(sandbox: Sandbox) -> None:
    """Each resolution that is asked for has its periods up to the one under way, which agree with the savings."""
    found = rows(sandbox, STATISTICS, resolution="1DAY,1MONTH,1DAY")
    days, months = ([row for row in found if row["resolution"] == each] for each in ("1DAY", "1MONTH"))

    assert len(days) == 30
    assert days[-1]["period"]["start_period"] == "2026-04-01T00:00:00Z"
    assert months == rows(sandbox, SAVINGS, resolution="1MONTH", **SPAN)


def test_podero_049_keywords_choose_the_sums(sandbox: Sandbox) -> None:
    """What no keyword asks for is null."""
    saved, used = (rows(sandbox, STATISTICS, keywords=each)[0] for each in ("savings", "consumption"))

    assert saved["savings"] is not None
    assert saved["consumption"] is saved["heat_pump"] is used["savings"] is None
    assert used["consumption"]["total"] > 0


def test_statistics_tell_what_was_asked_for(sandbox: Sandbox) -> None:
    """The metadata have the parameters, with their defaults."""
    metadata: dict[str, Any] = get(sandbox, STATISTICS)["metadata"]

    assert metadata["query"] == {"resolution": "1DAY", "keywords": "savings,consumption"}
    assert metadata["error"] is None


def test_unlinked_pump_has_no_sums(sandbox: Sandbox) -> None:
    """`data` is empty for a heat pump of which nothing was ever heard."""
    made = call(sandbox, "POST", "heat-pumps", {}).json()["id"]
    sandbox.advance("P2D", "documented")

    assert rows(sandbox, f"heat-pumps/{made}/statistics") == []
    assert rows(sandbox, f"heat-pumps/{made}/savings", **SPAN) == []


def test_unknown_words_are_refused(sandbox: Sandbox) -> None:
    """422 for a resolution or a keyword that is not documented, and for days the wrong way round."""
    odd = call(sandbox, "GET", STATISTICS, resolution="1DAY,2DAY", keywords="savings,")
    backwards = call(sandbox, "GET", SAVINGS, from_="2026-03-02", to="2026-03-01")

    assert [(fault["type"], fault["loc"]) for fault in odd.json()["detail"]] == [
        ("enum", ["query", "resolution"]),
        ("enum", ["query", "keywords"]),
    ]
    assert (backwards.status_code, backwards.json()["detail"][0]["loc"]) == (422, ["query", "to"])


def test_far_ranges_are_answered(sandbox: Sandbox) -> None:
    """A range of all years is as fast as the time that the heat pump was there, also at the end of the calendar."""
    every = {"from_": "0001-01-01", "to": "9999-12-31", "resolution": "1YEAR"}

    assert len(rows(sandbox, SAVINGS, **every)) == 1
    assert len(rows(sandbox, SAVINGS, at="9998-12-31T23:00:00Z", **every)) == 11
