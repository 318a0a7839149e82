"""Inverters are listed, registered, retrieved and updated, and tell where the power goes (PODERO-052, PODERO-053)."""

from typing import Final

import pytest

from app.domain.clock import HOUR, instant, millis
from tests.conftest import Sandbox
from tests.vendors.podero.device_calls import ID, Body, call, get, put

pytestmark = pytest.mark.own_server

PATH: Final = f"inverters/{ID}"


def test_registered_inverter_is_listed_and_retrieved(sandbox: Sandbox) -> None:
    """It has what was sent, and no state before it is linked."""
    plant = {"solar_power_rating_kw": 5.5, "is_battery_connected": True, "battery_capacity_kwh": 7.5}
    made = call(sandbox, "POST", "inverters", plant).json()
    listed: list[Body] = get(sandbox, "inverters")

    assert get(sandbox, f"inverters/{made['id']}") == made == {**listed[0], "actions": []}
    assert {name: made[name] for name in plant} == plant
    assert (made["min_battery_charge"], made["max_battery_charge"]) == (0, 100)
    assert made["current_power_to_grid_w"] is made["battery_charge_level_percent"] is None


def test_podero_052_power_adds_up(sandbox: Sandbox) -> None:
    """At each hour of a day the grid gets production less household and what the battery gives."""
    noon = instant("2026-03-20T00:00:00Z")
    found = [get(sandbox, PATH, at=millis(noon + hour * HOUR)) for hour in range(24)]

    for each in found:
        surplus = each["current_solar_production_w"] - each["household_consumption_w"]
        assert each["solar_surplus_w"] == surplus
        assert each["current_power_to_grid_w"] == surplus + each["battery_charge_discharge_power_w"]
        assert 20 <= each["battery_charge_level_percent"] <= 90
    assert found[0]["current_solar_production_w"] == 0 < found[12]["current_solar_production_w"]


def test_podero_052_inverter_without_a_battery_has_no_charge(sandbox: Sandbox) -> None:
    """Charge and power of the battery are null, and the whole surplus goes to the grid."""
    found = put(sandbox, PATH, {"is_battery_connected": False})

    assert found["battery_charge_level_percent"] is found["battery_charge_discharge_power_w"] is None
    assert found["current_power_to_grid_w"] == found["solar_surplus_w"]
    assert found["battery_capacity_kwh"] == 10.0


def test_rating_scales_the_production(sandbox: Sandbox) -> None:
    """With twice the rating there is twice the production."""
    noon = "2026-03-20T11:30:00Z"
    before = get(sandbox, PATH, at=noon)["current_solar_production_w"]
    put(sandbox, PATH, {"solar_power_rating_kw": 20.4})

    assert abs(get(sandbox, PATH, at=noon)["current_solar_production_w"] - 2 * before) <= 1


def test_podero_053_battery_needs_a_capacity(sandbox: Sandbox) -> None:
    """422 where a battery is connected without one, or its least charge is above its most; nothing is saved."""
    refused = [
        call(sandbox, "POST", "inverters", {"is_battery_connected": True}),
        call(sandbox, "PUT", PATH, {"battery_capacity_kwh": None}),
        call(sandbox, "PUT", PATH, {"min_battery_charge": 91}),
        call(sandbox, "PUT", PATH, {"max_battery_charge": 101}),
    ]

    assert [answer.status_code for answer in refused] == [422] * 4
    assert [answer.json()["detail"][0]["loc"][-1] for answer in refused] == [
        "battery_capacity_kwh",
        "battery_capacity_kwh",
        "min_battery_charge",
        "max_battery_charge",
    ]
    assert (get(sandbox, PATH)["battery_capacity_kwh"], len(get(sandbox, "inverters"))) == (10.0, 1)


def test_foreign_inverter_is_not_found(sandbox: Sandbox) -> None:
    """404 for the inverter of another world, and for a heat pump under its own id."""
    [stranger], [pump] = get(sandbox, "inverters", world="default"), get(sandbox, "heat-pumps", world="default")
    answers = [
        call(sandbox, "GET", f"inverters/{stranger['id']}"),
        call(sandbox, "PUT", f"inverters/{stranger['id']}", {}),
        call(sandbox, "GET", f"inverters/{pump['id']}", world="default"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 3
