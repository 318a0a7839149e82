"""The savings of an electric vehicle are the sums of its sessions list, by period (PODERO-044, PODERO-045)."""

from typing import Any, Final

import pytest

from app.domain.clock import millis_if_any
from tests.conftest import Sandbox
from tests.vendors.podero.device_calls import ID, call, get
from tests.vendors.podero.vehicles import every, keys

pytestmark = pytest.mark.own_server

YEAR: Final = {"from_": "2026-01-01T00:00:00Z", "to": "2026-12-31"}
RESOLUTIONS: Final = ("1DAY", "1WEEK", "1MONTH", "1QUARTER", "1YEAR")


def savings(sandbox: Sandbox, *, world: str = "default", at: str | None = None, **query: str) -> list[dict[str, Any]]:
    """The periods of the sample vehicle."""
    vehicle = keys(sandbox, world)["electric_vehicle_id"]
    found: list[dict[str, Any]] = get(sandbox, f"electric-vehicles/{vehicle}/savings", world=world, at=at, **query)[
        "data"
    ]
    return found


@pytest.mark.parametrize("resolution", RESOLUTIONS)
def test_podero_044_sums_are_those_of_the_sessions_list(sandbox: Sandbox, resolution: str) -> None:
    """Sessions, energy and savings of all periods add up to those of the list."""
    items, rows = every(sandbox), savings(sandbox, resolution=resolution, **YEAR)

    assert items
    assert {row["resolution"] for row in rows} == {resolution}
    assert sum(row["electric_vehicle"]["charge_session_count"] for row in rows) == len(items)
    assert sum(row["consumption"]["total"] for row in rows) == pytest.approx(
        1000 * sum(item["energy_charged_kwh"] for item in items)
    )
    assert sum(row["savings"]["total"] for row in rows) == pytest.approx(
        sum(item["actual_savings_eur"] for item in items)
    )


@pytest.mark.parametrize("resolution", RESOLUTIONS)
def test_podero_044_session_counts_in_the_period_of_its_plug_in(sandbox: Sandbox, resolution: str) -> None:
    """Each period has the sessions that were plugged in in it, and the oldest period comes first."""
    items, rows = every(sandbox), savings(sandbox, resolution=resolution, **YEAR)
    starts = [row["period"]["start_period"] for row in rows]

    assert starts == sorted(starts)
    for row in rows:
        since, until = row["period"].values()
        there = [item for item in items if since[:10] <= item["plug_in_time"][:10] < until[:10]]
        assert row["electric_vehicle"]["charge_session_count"] == len(there) > 0
        assert row["electric_vehicle"]["estimated_consumption_wh"] == row["consumption"]["total"]


def test_podero_044_both_days_count_whole(sandbox: Sandbox) -> None:
    """The days of `from` and `to` count from their beginning to their end, in UTC, as in the sessions list."""
    for since, until in (
        ("2026-03-30", "2026-03-30"),
        ("2026-03-30T23:59:59Z", "2026-03-30T00:00:00Z"),
        ("2026-03-31T01:30:00+02:00", "2026-03-30T20:00:00-03:00"),
    ):
        [row] = savings(sandbox, world="documented", from_=since, to=until, resolution="1DAY")
        assert row["period"] == {"start_period": "2026-03-30T00:00:00Z", "end_period": "2026-03-31T00:00:00Z"}


def test_podero_044_range_without_sessions_has_no_data(sandbox: Sandbox) -> None:
    """There is no data, and no error."""
    body = get(sandbox, f"electric-vehicles/{ID}/savings", from_="2025-01-01", to="2025-12-31")

    assert body["data"] == []
    assert body["metadata"]["error"] is None


def test_podero_044_days_the_wrong_way_round_are_refused(sandbox: Sandbox) -> None:
    """422 if `to` is before `from`, or if one of them is missing or no day."""
    path = f"electric-vehicles/{ID}/savings"
    backwards = call(sandbox, "GET", path, from_="2026-03-02", to="2026-03-01T23:59:59Z")
    missing = call(sandbox, "GET", path)
    odd = call(sandbox, "GET", path, from_="12", to="soon", resolution="2DAYS")

    assert (backwards.status_code, backwards.json()["detail"][0]["loc"]) == (422, ["query", "to"])
    assert [fault["loc"] for fault in missing.json()["detail"]] == [["query", "from"], ["query", "to"]]
    assert [fault["type"] for fault in odd.json()["detail"]] == [
        "datetime_from_date_parsing",
        "datetime_from_date_parsing",
        "enum",
    ]


def test_podero_045_sums_have_units_and_what_was_asked_for(sandbox: Sandbox) -> None:
    """`query` has the parameters as they were sent and the default; members of other devices are null."""
    body = get(sandbox, f"electric-vehicles/{ID}/savings", from_="2026-03-01T00:00:00Z", to="2026-04-01")
    [row] = body["data"]

    assert body["metadata"] == {
        "requested_at": sandbox.now("documented"),
        "query": {"from": "2026-03-01T00:00:00Z", "to": "2026-04-01", "resolution": "1MONTH"},
        "units": {"savings": "EUR", "consumption": "Wh"},
        "error": None,
    }
    assert row["heat_pump"] is row["inverter"] is None


def test_podero_045_percentage_is_of_the_cost_without_an_optimiser(sandbox: Sandbox) -> None:
    """It is the share that was saved of the cost and the savings together."""
    day = {"from_": "2026-03-30", "to": "2026-03-30"}
    [row], [item] = (
        savings(sandbox, world="documented", **day),
        sandbox.podero(world="documented", **day).json()["items"],
    )
    saved, cost = item["actual_savings_eur"], item["actual_cost_eur"]

    assert row["savings"] == {"total": saved, "percentage": pytest.approx(100 * saved / (saved + cost), abs=0.05)}
    assert row["electric_vehicle"]["average_charge_power_w"] == pytest.approx(1000 * item["avg_charge_power_kw"], abs=1)


def test_savings_are_those_of_an_instant(sandbox: Sandbox) -> None:
    """A session counts from the instant on at which it is listed, also with `X-Sandbox-At`."""
    unplugged = min(item["unplug_time"] for item in every(sandbox) if item["unplug_time"])

    assert savings(sandbox, at="2026-01-01T00:00:00Z", **YEAR) == []
    [row] = savings(sandbox, at=unplugged, **YEAR)
    assert row["electric_vehicle"]["charge_session_count"] == 1


def test_foreign_vehicle_has_no_savings(sandbox: Sandbox) -> None:
    """404 for a vehicle of another user or world, in the words of the other operations."""
    stranger = keys(sandbox)["electric_vehicle_id"]
    answer = call(sandbox, "GET", f"electric-vehicles/{stranger}/savings", from_="2026-03-01", to="2026-04-01")

    assert (answer.status_code, answer.json()) == (404, {"detail": "Not Found"})


def test_periods_agree_before_1970(sandbox: Sandbox) -> None:
    """The range may begin and end anywhere in the calendar."""
    rows = savings(sandbox, from_="0001-01-01T00:00:00+14:00", to="9999-12-31T23:59:59-14:00", resolution="1YEAR")

    assert rows == savings(sandbox, resolution="1YEAR", **YEAR)
    assert millis_if_any(0) < rows[0]["period"]["start_period"]


def test_deleted_vehicle_has_no_savings(sandbox: Sandbox) -> None:
    """A vehicle with `deleted_at` is not found, as by its own path."""
    call(sandbox, "PUT", f"electric-vehicles/{ID}", {"deleted_at": "2026-04-01T00:00:00Z"}).raise_for_status()
    answer = call(sandbox, "GET", f"electric-vehicles/{ID}/savings", from_="2026-03-01", to="2026-04-01")

    assert answer.status_code == 404
