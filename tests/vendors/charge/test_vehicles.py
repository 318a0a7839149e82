"""Vehicles are created, retrieved, changed, listed and deleted."""

from typing import Any, Final

import pytest

from tests.conftest import Sandbox
from tests.vendors.charge.belongings import VEHICLES, VIN, new_vehicle
from tests.vendors.charge.pages import LATER, SESSIONS, every, ids
from tests.vendors.charge.parties import DRIVERS, delete, get, made, new_driver, sample, send
from tests.vendors.charge.refusals import refusal

NOW: Final = "2026-03-04T12:00:00.000Z"
KEYS: Final = [
    *("id", "object", "battery_capacity", "charging_standard", "created", "drivers", "fleet", "information"),
    *("metadata", "policy_ids", "registration_plate", "status", "telemetry", "updated", "vin"),
]


def test_new_vehicle_has_what_was_said(sandbox: Sandbox) -> None:
    """What a create says is shown; the rest is empty, and the vehicle is the first of the list."""
    said: dict[str, Any] = {
        "battery_capacity": 77_000,
        "charging_standard": "CHAdeMO",
        "information": {"make": "Skoda", "model": "Enyaq", "year": "2023"},
        "metadata": {"depot": "north"},
        "registration_plate": "AB-123-CD",
        "vin": "TMBJJ7NX5P1234567",
    }
    vehicle = made(sandbox, VEHICLES, said)

    assert list(vehicle) == KEYS
    assert vehicle == vehicle | said
    assert (vehicle["object"], vehicle["status"], vehicle["fleet"]) == ("vehicle", "active", None)
    assert [vehicle["drivers"], vehicle["policy_ids"]] == [[], []]
    assert vehicle["created"] == vehicle["updated"] == NOW
    assert get(sandbox, f"{VEHICLES}/{vehicle['id']}") == vehicle == every(sandbox, VEHICLES)[0]


def test_charge_058_make_and_year_are_those_of_the_vin(sandbox: Sandbox) -> None:
    """CHARGE-058: what `information` leaves out is read from the VIN; what that does not say is unknown."""
    coded = new_vehicle(sandbox, vin=VIN)
    named = new_vehicle(sandbox, vin=VIN, information={"model": "EX30"})
    uncoded = new_vehicle(sandbox, vin="a vehicle of ours")

    assert coded["information"] == {"make": "Volvo", "model": "Unknown", "year": "2025"}
    assert named["information"] == {"make": "Volvo", "model": "EX30", "year": "2025"}
    assert uncoded["information"]["make"] == uncoded["information"]["model"] == "Unknown"
    assert len({coded["registration_plate"], named["registration_plate"], uncoded["registration_plate"]}) == 3


def test_vehicles_of_a_scenario_have_plates_and_vins(sandbox: Sandbox) -> None:
    """CHARGE-058: each vehicle of the town has a plate and a VIN of its own, which stay the same."""
    first, again = every(sandbox, VEHICLES), every(sandbox, VEHICLES, at=LATER)
    shown = [(row["registration_plate"], row["vin"]) for row in first]

    assert len(set(shown)) == len(shown) > 1
    assert all(len(vin) == 17 for _, vin in shown)
    assert shown == [(row["registration_plate"], row["vin"]) for row in again if row["id"] in ids(first)]


@pytest.mark.parametrize(
    ("said", "param"),
    [
        ({"battery_capacity": None}, "battery_capacity"),
        ({"battery_capacity": 0}, "battery_capacity"),
        ({"charging_standard": "NACS"}, "charging_standard"),
        ({"vin": ""}, "vin"),
        ({"information": {"year": 2025}}, "information.year"),
        ({"color": "red"}, "color"),
        ({"status": "active"}, "status"),
    ],
)
def test_malformed_vehicle_is_refused(sandbox: Sandbox, said: dict[str, object], param: str) -> None:
    """A create with a missing, mistyped or unknown parameter is 400 and names it."""
    body = {"battery_capacity": 82_000, "charging_standard": "CCS", "vin": VIN} | said

    assert refusal(send(sandbox, VEHICLES, body)) == (400, None, param)


def test_update_keeps_what_it_does_not_say(sandbox: Sandbox) -> None:
    """Only the fields that are sent change, also within `information` and metadata."""
    vehicle = new_vehicle(sandbox, metadata={"a": "1", "b": "2"}, information={"model": "EX30"})
    sandbox.advance("PT1M")
    said = {"metadata": {"a": None, "c": "3"}, "information": {"year": "2026"}, "registration_plate": "ZZ-999-ZZ"}
    changed = made(sandbox, f"{VEHICLES}/{vehicle['id']}", said)

    assert changed["metadata"] == {"b": "2", "c": "3"}
    assert changed["information"] == {"make": "Volvo", "model": "EX30", "year": "2026"}
    assert changed["registration_plate"] == "ZZ-999-ZZ"
    assert changed["updated"] == sandbox.now()
    same = {name: changed[name] for name in KEYS if name not in {*said, "updated"}}
    assert vehicle == vehicle | same


def test_charge_059_vehicle_is_not_rebuilt_while_it_charges(sandbox: Sandbox) -> None:
    """CHARGE-059: another battery is refused during a session, and metadata is not; afterwards it holds."""
    path = f"{VEHICLES}/{new_vehicle(sandbox)['id']}"
    begun = sandbox.start(vehicle=path.rpartition("/")[2]).json()["id"]
    during = send(sandbox, path, {"battery_capacity": 50_000})
    renamed = send(sandbox, path, {"metadata": {"a": "1"}})
    sandbox.end(begun)

    assert refusal(during) == (409, "charging_session_conflict", "vehicle")
    assert renamed.status_code == 200
    assert made(sandbox, path, {"battery_capacity": 50_000})["battery_capacity"] == 50_000
    assert refusal(send(sandbox, path, {"vin": VIN})) == (400, None, "vin")


def test_charge_060_vehicle_in_use_is_not_deleted(sandbox: Sandbox) -> None:
    """CHARGE-060: a vehicle is deleted after its session, is gone from then on, and its session keeps its id."""
    driver, vehicle = new_driver(sandbox)["id"], new_vehicle(sandbox)["id"]
    path = f"{VEHICLES}/{vehicle}"
    made(sandbox, f"{path}/attach", {"driver": driver})
    begun = sandbox.start(vehicle=vehicle).json()["id"]
    during = delete(sandbox, path)
    sandbox.end(begun)
    answer = delete(sandbox, path)

    assert refusal(during) == (409, "charging_session_conflict", "vehicle")
    assert (answer.status_code, answer.json()) == (200, {"id": vehicle, "object": "vehicle", "deleted": True})
    assert vehicle not in ids(every(sandbox, VEHICLES))
    assert get(sandbox, f"{DRIVERS}/{driver}")["vehicles"] == []
    assert get(sandbox, f"{SESSIONS}/{begun}")["vehicle"] == vehicle
    for call in (sandbox.charge(path), send(sandbox, path, {}), delete(sandbox, path)):
        assert refusal(call) == (404, "vehicle_not_found", "vehicle")
    assert refusal(sandbox.start(vehicle=vehicle)) == (404, "charging_session_dependency_not_found", "vehicle")


@pytest.mark.parametrize("change", ["deleted", "retired"])
def test_planned_sessions_of_a_vehicle_that_is_gone_do_not_take_place(sandbox: Sandbox, change: str) -> None:
    """What was planned for a vehicle that is deleted or retired is removed; what it did before stays."""
    now = sandbox.now()
    vehicle = next(row["vehicle"] for row in every(sandbox, at=LATER) if row["created"] > now)
    path = f"{VEHICLES}/{vehicle}"
    for active in ids(every(sandbox, f"{SESSIONS}?status=active&vehicle={vehicle}")):
        sandbox.end(active)
    past = ids(every(sandbox, f"{SESSIONS}?vehicle={vehicle}"))
    answer = delete(sandbox, path) if change == "deleted" else send(sandbox, path, {"status": change})

    assert answer.status_code == 200
    assert ids(every(sandbox, f"{SESSIONS}?vehicle={vehicle}", at=LATER)) == past


def test_list_is_narrowed_by_its_filters(sandbox: Sandbox) -> None:
    """The filters by driver and fleet narrow together; an unknown id gives an empty page."""
    driver, fleet = new_driver(sandbox)["id"], sample(sandbox, "fleet")
    both, drivers, fleets = (new_vehicle(sandbox)["id"] for _ in range(3))
    for vehicle, owner in ((both, "driver"), (drivers, "driver"), (both, "fleet"), (fleets, "fleet")):
        made(sandbox, f"{VEHICLES}/{vehicle}/attach", {owner: driver if owner == "driver" else fleet})

    assert ids(every(sandbox, f"{VEHICLES}?driver={driver}")) == [drivers, both]
    assert ids(every(sandbox, f"{VEHICLES}?fleet={fleet}"))[:2] == [fleets, both]
    assert ids(every(sandbox, f"{VEHICLES}?fleet={fleet}&driver={driver}")) == [both]
    assert every(sandbox, f"{VEHICLES}?driver=drv_unknown") == []


def test_vehicle_is_listed_from_its_creation_on(sandbox: Sandbox) -> None:
    """An earlier instant shows neither the vehicle nor its telemetry."""
    before = sandbox.now()
    sandbox.advance("PT1M")
    vehicle = new_vehicle(sandbox)["id"]

    assert vehicle not in ids(every(sandbox, VEHICLES, at=before))
    for path in (f"{VEHICLES}/{vehicle}", f"{VEHICLES}/{vehicle}/telemetry"):
        assert refusal(sandbox.charge(path, at=before)) == (404, "vehicle_not_found", "vehicle")
