"""A start asks whether driver, vehicle and fleet are active."""

import pytest

from tests.conftest import Sandbox
from tests.vendors.charge.belongings import VEHICLES, new_vehicle
from tests.vendors.charge.pages import retrieve
from tests.vendors.charge.parties import DRIVERS, FLEETS, made, new_driver, new_fleet, sample
from tests.vendors.charge.refusals import refusal

STATUSES = [
    (DRIVERS, "driver", "suspended"),
    (DRIVERS, "driver", "archived"),
    (VEHICLES, "vehicle", "inactive"),
    (VEHICLES, "vehicle", "retired"),
]


@pytest.mark.parametrize(("resource", "kind", "status"), STATUSES)
def test_charge_055_who_is_not_active_does_not_charge(sandbox: Sandbox, resource: str, kind: str, status: str) -> None:
    """CHARGE-055: a start is refused until the status is `active` again."""
    path = f"{resource}/{sample(sandbox, kind)}"
    made(sandbox, path, {"status": status})
    refused = sandbox.start()
    made(sandbox, path, {"status": "active"})

    assert refusal(refused) == (409, "charging_session_conflict", kind)
    assert refused.json()["message"] == f"The {kind} is {status}."
    assert sandbox.start().status_code == 200


@pytest.mark.parametrize("status", ["suspended", "archived"])
def test_charge_055_fleet_of_the_session_has_to_be_active(sandbox: Sandbox, status: str) -> None:
    """CHARGE-055: `param` is the vehicle if the fleet is the vehicle's, and the driver if it is the driver's."""
    fleet, driver, vehicle = new_fleet(sandbox)["id"], new_driver(sandbox)["id"], new_vehicle(sandbox)["id"]
    card = "pm_MagicCardFailsAtSettlement000000"
    made(sandbox, f"{FLEETS}/{fleet}", {"status": status})
    made(sandbox, f"{DRIVERS}/{driver}/attach", {"fleet": fleet})
    drivers = sandbox.start(driver=driver, vehicle=vehicle, payment_method=card)
    made(sandbox, f"{VEHICLES}/{vehicle}/attach", {"fleet": fleet})
    vehicles = sandbox.start(vehicle=vehicle, payment_method=card)

    assert refusal(drivers) == (409, "charging_session_conflict", "driver")
    assert refusal(vehicles) == (409, "charging_session_conflict", "vehicle")
    assert vehicles.json()["message"] == f"The fleet is {status}."


def test_session_of_a_suspended_driver_goes_on(sandbox: Sandbox) -> None:
    """CHARGE-055: a driver who is suspended during a session keeps it."""
    session = sandbox.start().json()["id"]
    made(sandbox, f"{DRIVERS}/{sample(sandbox, 'driver')}", {"status": "suspended"})
    sandbox.advance("PT1M")
    shown = retrieve(sandbox, session)

    assert shown["status"] == "active"
    assert shown["energy_consumed"] > 0
