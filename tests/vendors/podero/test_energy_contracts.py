"""Podero's energy contracts, and the price in which charging at home is counted."""

from typing import Any, Final

import pytest

from tests.conftest import Sandbox
from tests.vendors.podero.people import ORG, UNKNOWN, USER, Body, call, good, new_user, vehicle_path

pytestmark = pytest.mark.own_server

_PATH: Final = f"{USER}/energy-contracts"
_READ: Final = (
    *("energy_contract_type", "energy_prices", "id", "building", "meter_id", "supplier", "currency_energy_price"),
    "energy_price_includes_external_components",
)
_DAYS: Final = "from=2026-03-01&to=2026-04-30"
_LATER: Final = "2026-03-20T00:00:00Z"
_EFFICIENCY: Final = 0.9
"""About as much of a kWh at the meter reaches the battery."""


@pytest.fixture
def plugged(sandbox: Sandbox) -> Sandbox:
    """A sandbox whose sample vehicle is plugged in at home with a fifth of its charge."""
    vehicle = sandbox.world()["credentials"]["podero"]["electric_vehicle_id"]
    body = {"event": "plug_in", "id": vehicle, "battery_level": 20}
    answer = sandbox.client.post("/_sandbox/v1/worlds/default/simulate", json=body)
    assert answer.status_code == 200, answer.text
    return sandbox


def test_contract_of_nothing_is_registered(sandbox: Sandbox) -> None:
    """Every field is optional; the answer has all of them in their order."""
    made = good(sandbox, "POST", _PATH, json={})

    assert tuple(made) == _READ
    assert made == dict.fromkeys(_READ) | {"energy_prices": [], "id": made["id"]}
    assert good(sandbox, "GET", _PATH)[0] == made


def test_contract_is_changed_in_part(sandbox: Sandbox) -> None:
    """A PUT keeps what it does not have; null removes a field."""
    building = good(sandbox, "POST", f"{USER}/buildings", json={"name": "A"})["id"]
    made = good(sandbox, "POST", _PATH, json=_constant(0.2) | {"building_id": building, "meter_id": "125328591095"})
    changed = good(sandbox, "PUT", f"{_PATH}/{made['id']}", json={"meter_id": None, "supplier": "Good Energy Company"})

    assert made["building"] == building
    assert made["energy_prices"] == [{"price": 0.2, "timestamp": "2023-11-01T00:00:00Z"}]
    assert changed == made | {"meter_id": None, "supplier": "Good Energy Company"}


def test_foreign_contracts_and_buildings_are_not_found(sandbox: Sandbox) -> None:
    """A contract is changed under its own user only, and a building has to be the user's."""
    made = good(sandbox, "POST", _PATH, json={})
    other = f"{ORG}/users/{new_user(sandbox)['id']}"
    building = good(sandbox, "POST", f"{other}/buildings", json={"name": "A"})["id"]
    answers = [
        call(sandbox, "PUT", f"{other}/energy-contracts/{made['id']}", json={}),
        call(sandbox, "PUT", f"{_PATH}/{UNKNOWN}", json={}),
        call(sandbox, "POST", _PATH, json={"building_id": building}),
        call(sandbox, "PUT", f"{_PATH}/{made['id']}", json={"building_id": UNKNOWN}),
    ]

    assert {(each.status_code, each.text) for each in answers} == {(404, '{"detail":"Not Found"}')}


def test_constant_price_is_what_a_session_costs(plugged: Sandbox) -> None:
    """A session that begins with the contract costs its energy times the price, and there is nothing to save."""
    good(plugged, "POST", _PATH, json=_constant(0.2))
    done = _completed(plugged)

    assert 0.2 <= done["actual_cost_eur"] / done["energy_charged_kwh"] <= 0.2 / _EFFICIENCY
    assert done["actual_savings_eur"] == 0


def test_price_counts_from_the_instant_on(plugged: Sandbox) -> None:
    """What flowed before a contract is counted as before; the rest costs nothing at a price of 0."""
    good(plugged, "PUT", vehicle_path(plugged), json={"is_smart_optimization_active": False})
    plugged.advance("PT2H10M")
    before = _current(plugged)
    good(plugged, "POST", _PATH, json=_constant(0))
    done = _completed(plugged)

    assert 0 < before["energy_charged_kwh"] < done["energy_charged_kwh"]
    assert done["actual_cost_eur"] == pytest.approx(before["actual_cost_eur"], abs=0.0002)


def test_ended_sessions_stay_as_they_were_counted(plugged: Sandbox) -> None:
    """A contract changes no completed session."""
    plugged.advance("P2D")
    before = _sessions(plugged)
    good(plugged, "POST", _PATH, json=_constant(5))

    assert len(before) > 1
    assert _sessions(plugged) == before


def test_podero_029_changed_price_leaves_what_was_counted(plugged: Sandbox) -> None:
    """PODERO-029: each price counts for its own time."""
    good(plugged, "PUT", vehicle_path(plugged), json={"is_smart_optimization_active": False})
    made = good(plugged, "POST", _PATH, json=_constant(0.5))
    plugged.advance("PT1H30M")
    half = _current(plugged)
    good(plugged, "PUT", f"{_PATH}/{made['id']}", json={"energy_prices": [{"price": 0.1}]})
    done = _completed(plugged)
    rest = done["energy_charged_kwh"] - half["energy_charged_kwh"]

    assert (done["actual_cost_eur"] - half["actual_cost_eur"]) / rest == pytest.approx(0.1 / _EFFICIENCY, abs=0.012)


def test_hourly_prices_move_the_charging(plugged: Sandbox) -> None:
    """With a policy, the car charges in the hours that the contract makes cheap."""
    week = {day: {"charge_percentage": 60, "charge_deadline": "11:00"} for day in _WEEKDAYS}
    good(plugged, "PUT", f"{vehicle_path(plugged)}/charge-policy", json=week | {"timezone": "Europe/Berlin"})
    good(plugged, "PUT", vehicle_path(plugged), json={"is_charge_policy_enabled": True})
    prices = [
        {"price": 0.05 if hour in {2, 3, 4, 5} else 0.9, "timestamp": f"2026-03-{day:02d}T{hour:02d}:00:00Z"}
        for day in (4, 5)
        for hour in range(24)
    ]
    body = {"energy_contract_type": "spot_hourly", "energy_prices": prices, "currency_energy_price": "EUR"}
    good(plugged, "POST", _PATH, json=body)
    done = _completed(plugged)

    assert done["desired_charging_start_time"] == "2026-03-05T02:00:00Z"
    assert done["actual_cost_eur"] < 0.1 * done["energy_charged_kwh"]
    assert done["actual_savings_eur"] > 0


def test_contract_for_a_building_counts_there_only(plugged: Sandbox) -> None:
    """A contract for a building comes before one for all of them, and does not count for a car elsewhere."""
    building = good(plugged, "POST", f"{USER}/buildings", json={"name": "A"})["id"]
    good(plugged, "POST", _PATH, json=_constant(0.7) | {"building_id": building})
    good(plugged, "POST", _PATH, json=_constant(0.2))
    elsewhere = _planned_cost(plugged)
    good(plugged, "PUT", vehicle_path(plugged), json={"building_id": building})
    there = _planned_cost(plugged)

    assert 0.2 <= elsewhere <= 0.2 / _EFFICIENCY
    assert 0.7 <= there <= 0.7 / _EFFICIENCY


def test_contract_is_carried_by_forks_and_imports(plugged: Sandbox) -> None:
    """A fork, and the import of an export, count as the world itself, and by what its contracts were before."""
    made = good(plugged, "POST", _PATH, json=_constant(0.5))
    plugged.advance("PT1H")
    good(plugged, "PUT", f"{_PATH}/{made['id']}", json={"energy_prices": [{"price": 0.1}]})
    worlds = "/_sandbox/v1/worlds"
    plugged.client.post(worlds, json={"name": "fork", "fork": "default"})
    exported = plugged.client.get(f"{worlds}/default/export").content
    headers = {"Content-Type": "application/json"}
    imported = plugged.client.post(f"{worlds}/import?name=import", content=exported, headers=headers)
    for world in ("default", "fork", "import"):
        changed = {"is_smart_optimization_active": False}
        good(plugged, "PUT", vehicle_path(plugged, world=world), world=world, json=changed)
    shown = [
        good(plugged, "GET", f"{vehicle_path(plugged, world=world)}/sessions?{_DAYS}", world=world, at=_LATER)["items"]
        for world in ("default", "fork", "import")
    ]
    contracts = [good(plugged, "GET", _PATH, world=world) for world in ("default", "fork", "import")]

    assert imported.status_code == 201, imported.text
    assert shown[1:] == [shown[0]] * 2
    assert contracts[1:] == [contracts[0]] * 2


@pytest.mark.parametrize(
    ("changed", "is_counted"),
    [
        ({"currency_energy_price": "SEK"}, False),
        ({"currency_energy_price": None}, True),
        ({"energy_prices": []}, False),
        ({"energy_prices": None}, False),
    ],
)
def test_podero_027_prices_in_other_currencies_do_not_count(
    plugged: Sandbox, changed: dict[str, Any], *, is_counted: bool
) -> None:
    """PODERO-027: without a price in EUR the prices of the market count."""
    market = _planned_cost(plugged)
    good(plugged, "POST", _PATH, json=_constant(3) | changed)

    assert (_planned_cost(plugged) != market) is is_counted


def test_podero_028_net_and_negative_prices_count(plugged: Sandbox) -> None:
    """PODERO-028: fees and taxes come on top of a net price, and a negative price earns money."""
    net = _constant(-0.1) | {"energy_price_includes_external_components": False}
    made = good(plugged, "POST", _PATH, json=net)
    with_fees = _planned_cost(plugged)
    path = f"{_PATH}/{made['id']}"
    good(plugged, "PUT", path, json={"energy_price_includes_external_components": True})

    assert 0.07735 <= with_fees <= 0.07735 / _EFFICIENCY
    assert -0.1 / _EFFICIENCY <= _planned_cost(plugged) <= -0.1


_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _constant(price: float) -> Body:
    """A contract with the constant price of the guide's form."""
    prices = [{"price": price, "timestamp": "2023-11-01T00:00:00+00:00"}]
    return {"energy_contract_type": "yearly", "energy_prices": prices, "currency_energy_price": "EUR"}


def _current(sandbox: Sandbox, at: str | None = None) -> Body:
    found: Body = good(sandbox, "GET", f"{vehicle_path(sandbox)}/sessions/current", at=at)["session"]
    return found


def _sessions(sandbox: Sandbox, at: str | None = None) -> list[Body]:
    found: list[Body] = good(sandbox, "GET", f"{vehicle_path(sandbox)}/sessions?{_DAYS}", at=at)["items"]
    return found


def _completed(sandbox: Sandbox) -> Body:
    """The session under way, once it is over."""
    sandbox.advance("P2D")
    return _sessions(sandbox)[0]


def _planned_cost(sandbox: Sandbox) -> float:
    """The EUR per kWh of the session under way, as it will be."""
    done = _sessions(sandbox, at=_LATER)[0]
    return float(done["actual_cost_eur"] / done["energy_charged_kwh"])
