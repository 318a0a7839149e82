"""A vehicle that a call starts arrives with what it was last unplugged with, less a drive that fits the time."""

from typing import Any, Final

import pytest

from app.domain.clock import HOUR, SECOND, millis
from app.domain.drives import MOST_KMH, MOST_KWH_A_KM
from app.domain.models import Reason
from tests.conftest import Sandbox

WORLDS: Final = "/_sandbox/v1/worlds"


def stored(sandbox: Sandbox, session_id: str) -> dict[str, Any]:
    """A session as it is stored, with the battery of its vehicle and the state of charge at which that stops."""
    (found,) = sandbox.kept.dicts(
        "SELECT session.*, vehicle.battery_wh, vehicle.charge_to FROM session"
        " JOIN vehicle ON vehicle.world = session.world AND vehicle.id = session.vehicle WHERE session.id = :id",
        id=session_id,
    )
    return found


def start(sandbox: Sandbox, world: str = "default") -> dict[str, Any]:
    """Starts a session of the sample vehicle; the session as it is stored."""
    answer = sandbox.start(world)
    assert answer.status_code == 200, answer.text
    return stored(sandbox, answer.json()["id"])


def unplug(sandbox: Sandbox, session_id: str, world: str = "default") -> dict[str, Any]:
    """Unplugs the vehicle of a session now; the session as it is stored then."""
    answer = sandbox.client.post(f"{WORLDS}/{world}/simulate", json={"event": "unplug", "id": session_id})
    assert answer.status_code == 200, answer.text
    return stored(sandbox, session_id)


def charge_until_full(sandbox: Sandbox, world: str) -> dict[str, Any]:
    """Starts a session, and unplugs the vehicle at the instant at which it takes no more power."""
    begun = start(sandbox, world)
    sandbox.client.post(f"{WORLDS}/{world}/clock/advance", json={"to": millis(begun["power_ends_at"])})
    return unplug(sandbox, begun["id"], world)


@pytest.fixture
def empty_world(sandbox: Sandbox) -> str:
    """The name of a world without sessions."""
    assert sandbox.client.post(WORLDS, json={"name": "new", "scenario": "empty"}).status_code == 201
    return "new"


@pytest.mark.parametrize("after", ["PT0S", "PT7M"])
def test_a_vehicle_that_had_no_time_arrives_as_it_left(sandbox: Sandbox, after: str) -> None:
    """At the instant of its unplugging a vehicle arrives with the very state of charge that it left with."""
    begun = start(sandbox)
    sandbox.advance(after)
    left = unplug(sandbox, begun["id"])

    assert start(sandbox)["soc_start"] == left["soc_end"]


def test_a_stopped_session_leaves_the_charge_that_has_flowed(sandbox: Sandbox) -> None:
    """After a session that was ended through its vendor, a vehicle arrives with no more than it had until then."""
    begun = start(sandbox)
    sandbox.advance("PT5M")
    sandbox.end(begun["id"])
    sandbox.advance("PT1M")

    assert (
        begun["soc_start"] < start(sandbox)["soc_start"] == stored(sandbox, begun["id"])["soc_end"] < begun["soc_end"]
    )


def test_a_vehicle_arrives_with_less_after_a_while(sandbox: Sandbox) -> None:
    """It has used something, and no more than it can in the time."""
    begun = start(sandbox)
    sandbox.advance("PT7M")
    left = unplug(sandbox, begun["id"])
    sandbox.advance("PT12M")
    again = start(sandbox)
    used_kwh = (left["soc_end"] - again["soc_start"]) * begun["battery_wh"] / 1000
    hours = (again["created_at"] - left["unplugged_at"]) / HOUR

    assert hours == 0.2
    assert 0 < used_kwh <= hours * MOST_KMH * MOST_KWH_A_KM


def test_a_vehicle_without_room_charges_to_the_brim(sandbox: Sandbox, empty_world: str) -> None:
    """Where a vehicle arrives with what it usually charges to, it charges to 100 %."""
    left = charge_until_full(sandbox, empty_world)
    again = start(sandbox, empty_world)

    assert left["soc_end"] == pytest.approx(0.8) == left["charge_to"]
    assert again["soc_end"] == pytest.approx(1.0)
    assert again["energy_wh"] > 0


def test_a_session_of_a_full_vehicle_ends_at_once(sandbox: Sandbox, empty_world: str) -> None:
    """It is completed because the vehicle is full, without energy, as soon as the vehicle has reported it."""
    charge_until_full(sandbox, empty_world)
    charge_until_full(sandbox, empty_world)
    full = start(sandbox, empty_world)
    sandbox.advance("PT10S", empty_world)
    shown = sandbox.charge(f"/v1/charging_sessions/{full['id']}", world=empty_world).json()

    assert full["soc_start"] == pytest.approx(1.0)
    assert (full["energy_wh"], full["reason"]) == (0, Reason.FULL)
    assert full["power_ends_at"] - full["created_at"] == 10 * SECOND
    assert (shown["status"], shown["energy_consumed"]) == ("completed", 0)


def test_a_vehicle_that_was_never_plugged_in_has_room(sandbox: Sandbox, empty_world: str) -> None:
    """Its first session begins at least 5 % of its battery below the state of charge at which it stops."""
    first = start(sandbox, empty_world)

    assert 0.05 <= first["soc_start"] <= first["charge_to"] - 0.05
