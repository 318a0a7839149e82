"""The telemetry of a vehicle follows from its sessions and agrees with the one that runs."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

import pytest

from app.domain.clock import MILLISECOND, MINUTE, instant, millis
from app.domain.drives import great_circle_km
from tests.conftest import Sandbox
from tests.vendors.charge.belongings import VEHICLES, new_vehicle
from tests.vendors.charge.pages import LATER, every, retrieve
from tests.vendors.charge.parties import get, made, sample
from tests.vendors.charge.refusals import refusal

KEYS: Final = ["id", "object", "battery", "firmware_version", "location", "odometer", "vehicle"]
_EFFICIENCY: Final = 0.96
"""Of charging on direct current."""


def test_new_vehicle_has_telemetry_at_once(sandbox: Sandbox) -> None:
    """Its id is the vehicle's `telemetry`; the battery has 60 %, and where the vehicle is is not known yet."""
    vehicle = new_vehicle(sandbox)
    shown = _telemetry(sandbox, vehicle["id"])
    now = sandbox.now()

    assert list(shown) == KEYS
    assert (shown["id"], shown["vehicle"]) == (vehicle["telemetry"], vehicle["id"])
    assert shown["battery"] == {
        "capacity": 82_000,
        "level": 60,
        "range": 246_000,
        "status": "idle",
        "temperature": 18.0,
        "updated": now,
    }
    assert shown["location"] == {"latitude": None, "longitude": None, "updated": now}
    assert (shown["odometer"]["unit"], shown["odometer"]["updated"]) == ("KMS", now)


def test_level_is_that_of_the_running_session(sandbox: Sandbox) -> None:
    """While a session runs, the battery has what it has delivered, and the vehicle stands at the station."""
    vehicle = new_vehicle(sandbox)["id"]
    session = sandbox.start(vehicle=vehicle).json()["id"]
    begun = _telemetry(sandbox, vehicle)
    place, odometer = _place(begun), begun["odometer"]["value"]
    for _ in range(3):
        sandbox.advance("PT4M")
        shown = _telemetry(sandbox, vehicle)
        charged = retrieve(sandbox, session, at=shown["battery"]["updated"])["energy_consumed"]
        expected = begun["battery"]["level"] + 100 * _EFFICIENCY * charged / 82_000

        assert shown["battery"]["status"] == "charging"
        assert expected - 1 <= shown["battery"]["level"] <= expected + 1
        assert (_place(shown), shown["odometer"]["value"]) == (place, odometer)
        assert shown["battery"]["temperature"] > begun["battery"]["temperature"] == 18.0


def test_start_and_end_are_reported_at_once(sandbox: Sandbox) -> None:
    """At the instant of a start the vehicle charges, and at that of the end it does not."""
    vehicle = new_vehicle(sandbox)["id"]
    session = sandbox.start(vehicle=vehicle).json()["id"]
    begun = _telemetry(sandbox, vehicle)["battery"]
    sandbox.advance("PT4M")
    sandbox.end(session)
    ended = _telemetry(sandbox, vehicle)["battery"]

    assert (begun["status"], ended["status"]) == ("charging", "idle")
    assert ended["updated"] == sandbox.now()
    assert ended["level"] > begun["level"]


def test_charge_064_vehicle_reports_once_a_minute(sandbox: Sandbox) -> None:
    """CHARGE-064: a part stays as it is for a minute, until its next report, and none is from the future."""
    vehicle = new_vehicle(sandbox)["id"]
    sandbox.start(vehicle=vehicle)
    start = instant(sandbox.now()) + 5 * MINUTE
    seen = [_telemetry(sandbox, vehicle, at=millis(start + n * 10_000 * MILLISECOND)) for n in range(13)]
    for part in ("battery", "location", "odometer"):
        reports = sorted({shown[part]["updated"] for shown in seen}, key=instant)

        assert {instant(b) - instant(a) for a, b in pairwise(reports)} == {MINUTE}
        assert all(instant(shown[part]["updated"]) <= start + n * 10_000 * MILLISECOND for n, shown in enumerate(seen))
        assert all(len({str(shown[part]) for shown in seen if shown[part]["updated"] == at}) == 1 for at in reports)


def test_charge_070_vehicle_drives_to_its_next_session(sandbox: Sandbox) -> None:
    """CHARGE-070: between two sessions it gets from one station to the other, no further than its odometer says."""
    seen = list(_week(sandbox))
    driving = [shown for shown in seen if shown["battery"]["status"] == "discharging"]

    assert driving
    for before, after in pairwise(seen):
        km = great_circle_km(*_place(before), *_place(after))
        driven = after["odometer"]["value"] - before["odometer"]["value"]
        assert driven >= 0
        assert km <= driven + 2


def test_telemetry_stays_in_its_bounds(sandbox: Sandbox) -> None:
    """For each vehicle of the town, at some instants of the week, level and range fit the battery."""
    for row in every(sandbox, VEHICLES)[:20]:
        for at in ("2026-03-02T08:00:00Z", sandbox.now(), "2026-03-06T18:00:00Z"):
            battery = _telemetry(sandbox, row["id"], at=at)["battery"]

            assert 0 <= battery["level"] <= 100
            assert battery["capacity"] == row["battery_capacity"]
            assert battery["range"] == pytest.approx(battery["level"] / 100 * battery["capacity"] / 0.2, abs=6000)
            assert 18 <= battery["temperature"] <= 30


def test_changed_battery_leaves_the_odometer_as_it_is(sandbox: Sandbox) -> None:
    """The odometer goes on from what it showed, also with another battery."""
    vehicle = _busiest(sandbox)
    before = _telemetry(sandbox, vehicle, at=LATER)["odometer"]
    made(sandbox, f"{VEHICLES}/{vehicle}", {"metadata": {"a": "b"}})
    sandbox.client.post("/_sandbox/v1/worlds/default/clock/advance", json={"to": LATER})
    made(sandbox, f"{VEHICLES}/{vehicle}", {"battery_capacity": 10_000})

    assert _telemetry(sandbox, vehicle)["odometer"] == before


def test_telemetry_expands_its_vehicle(sandbox: Sandbox) -> None:
    """`expand` shows the vehicle, and what is expanded in it; telemetry of an unknown vehicle is 404."""
    vehicle = sample(sandbox, "vehicle")
    path = f"{VEHICLES}/{vehicle}/telemetry"
    shown = get(sandbox, f"{path}?expand=vehicle.fleet")

    assert shown["vehicle"]["id"] == vehicle
    assert shown["vehicle"]["fleet"]["id"] == sample(sandbox, "fleet")
    assert refusal(sandbox.charge(path, expand="battery")) == (400, "unsupported_expand_value", "expand")
    assert refusal(sandbox.charge(f"{VEHICLES}/veh_unknown/telemetry")) == (404, "vehicle_not_found", "vehicle")


def _week(sandbox: Sandbox) -> Iterator[dict[str, Any]]:
    """What the busiest vehicle reports in the coming days, every quarter of an hour."""
    vehicle = _busiest(sandbox)
    at, end = instant(sandbox.now()), instant(LATER)
    while at < end:
        yield _telemetry(sandbox, vehicle, at=millis(at))
        at += 15 * MINUTE


def _busiest(sandbox: Sandbox) -> str:
    """The vehicle with the most sessions to come."""
    now = sandbox.now()
    coming = [row["vehicle"] for row in every(sandbox, at=LATER) if row["created"] > now]
    return str(Counter(coming).most_common(1)[0][0])


def _telemetry(sandbox: Sandbox, vehicle: str, *, at: str | None = None) -> dict[str, Any]:
    return get(sandbox, f"{VEHICLES}/{vehicle}/telemetry", at=at)


def _place(shown: dict[str, Any]) -> tuple[float, float]:
    return shown["location"]["latitude"], shown["location"]["longitude"]
