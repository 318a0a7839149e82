"""A vehicle that a caller has created charges by its battery, its standard and its model."""

from typing import Final

import pytest

from tests.conftest import Sandbox
from tests.vendors.charge.belongings import VEHICLES, new_card, new_vehicle
from tests.vendors.charge.pages import retrieve
from tests.vendors.charge.parties import made, new_driver
from tests.vendors.charge.refusals import refusal

_FAST: Final = {"charging_station": "chst_dxNYlw4nSLzUm4GWwPJ5ochwR3myCKsA", "connector": "connector_a1"}
"""150 kW in the world `documented`."""
_SLOW: Final = {"charging_station": "chst_MagicStationGood0000000000000000", "connector": "connector_a1"}
"""22 kW of alternating current."""


def test_created_driver_charges_created_vehicle_with_created_card(sandbox: Sandbox) -> None:
    """A session needs nothing of the scenario but a station: driver, vehicle and card may be new."""
    driver, vehicle, card = (made_now(sandbox)["id"] for made_now in (new_driver, new_vehicle, new_card))
    begun = sandbox.start(driver=driver, vehicle=vehicle, payment_method=card)
    sandbox.advance("PT2H")
    ended = retrieve(sandbox, begun.json()["id"])

    assert begun.status_code == 200
    assert ended["status"] == "completed"
    assert ended["amount_paid"] == ended["amount_due"] > 0


@pytest.mark.parametrize(
    ("information", "most_kw"),
    [
        ({"make": "hyundai", "model": "KONA"}, 74),
        ({"make": "Own", "model": "Design"}, 108.8),
    ],
)
def test_charge_068_created_vehicle_charges_by_its_model(
    sandbox: Sandbox, information: dict[str, str], most_kw: float
) -> None:
    """CHARGE-068: a known model takes what its curve says, any other what the median car of that battery takes."""
    vehicle = new_vehicle(sandbox, "documented", battery_capacity=64_000, information=information)["id"]
    session = sandbox.start("documented", **_FAST, vehicle=vehicle, session_limit=5000).json()["id"]
    sandbox.advance("PT1M", "documented")
    shown = sandbox.charge(f"/v1/charging_sessions/{session}", world="documented").json()

    assert shown["energy_consumed"] == pytest.approx(most_kw * 1000 / 60, rel=0.02)


def test_battery_decides_how_much_a_vehicle_takes(sandbox: Sandbox) -> None:
    """From the same charge to the same charge, a battery of half the size takes half the energy."""
    whole = _energy_of(sandbox, 80_000)
    sandbox.client.post("/_sandbox/v1/worlds/documented/reset")
    half = _energy_of(sandbox, 40_000)

    assert half == pytest.approx(whole / 2, abs=1)


def test_type_2_takes_alternating_current_only(sandbox: Sandbox) -> None:
    """CHARGE-068: a vehicle without an inlet for direct current is refused there, and charges on 22 kW posts."""
    vehicle = new_vehicle(sandbox, charging_standard="Type2")["id"]

    assert refusal(sandbox.start(vehicle=vehicle)) == (409, "charging_session_conflict", "connector")
    assert sandbox.start(vehicle=vehicle, **_SLOW).status_code == 200


def test_updated_battery_holds_from_the_next_session_on(sandbox: Sandbox) -> None:
    """A vehicle whose battery was changed takes what the new one has room for."""
    vehicle = new_vehicle(sandbox, "documented", battery_capacity=80_000)["id"]
    made(sandbox, f"{VEHICLES}/{vehicle}", {"battery_capacity": 40_000}, "documented")
    changed = _energy_of(sandbox, vehicle=vehicle)

    assert changed < 0.8 * 40_000


def _energy_of(sandbox: Sandbox, battery_capacity: int = 0, vehicle: str | None = None) -> int:
    """The Wh that a vehicle takes until it stops by itself."""
    named = vehicle or new_vehicle(sandbox, "documented", battery_capacity=battery_capacity)["id"]
    session = sandbox.start("documented", **_FAST, vehicle=named).json()["id"]
    sandbox.advance("PT5H", "documented")
    return int(sandbox.charge(f"/v1/charging_sessions/{session}", world="documented").json()["energy_consumed"])
