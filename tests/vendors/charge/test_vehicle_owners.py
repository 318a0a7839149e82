"""Vehicles are attached to drivers and fleets, and detached from them."""

from typing import Final

import pytest

from tests.conftest import Sandbox
from tests.vendors.charge.belongings import VEHICLES, new_vehicle
from tests.vendors.charge.parties import DRIVERS, Object, delete, get, made, new_driver, new_fleet, send
from tests.vendors.charge.refusals import refusal

_UNKNOWN: Final = {"driver": "drv_unknown", "fleet": "flt_unknown"}


def test_vehicle_has_several_drivers_in_the_order_of_attaching(sandbox: Sandbox) -> None:
    """Vehicle and drivers show one another; attaching again changes nothing, and detaching takes one away."""
    path = f"{VEHICLES}/{new_vehicle(sandbox)['id']}"
    first, second = (new_driver(sandbox)["id"] for _ in range(2))
    for driver in (second, first, second):
        shown = made(sandbox, f"{path}/attach", {"driver": driver})
    left = made(sandbox, f"{path}/detach", {"driver": second})

    assert shown["drivers"] == [second, first]
    assert get(sandbox, f"{DRIVERS}/{first}")["vehicles"] == [shown["id"]]
    assert left["drivers"] == [first]


def test_vehicle_changes_its_fleet(sandbox: Sandbox) -> None:
    """Another fleet takes the place of the one before; sessions are for the fleet of the vehicle."""
    vehicle = new_vehicle(sandbox)["id"]
    first, second = (new_fleet(sandbox)["id"] for _ in range(2))
    fleets = [made(sandbox, f"{VEHICLES}/{vehicle}/attach", {"fleet": fleet})["fleet"] for fleet in (first, second)]

    assert fleets == [first, second]
    assert sandbox.start(vehicle=vehicle).json()["fleet"] == second
    assert made(sandbox, f"{VEHICLES}/{vehicle}/detach", {"fleet": second})["fleet"] is None


@pytest.mark.parametrize("verb", ["attach", "detach"])
@pytest.mark.parametrize("named", [(), ("driver", "fleet")])
def test_charge_056_vehicle_has_exactly_one_owner(sandbox: Sandbox, verb: str, named: tuple[str, ...]) -> None:
    """CHARGE-056: a body that names both, or none, is refused before anything is looked up."""
    body = {name: _UNKNOWN[name] for name in named}

    assert refusal(send(sandbox, f"{VEHICLES}/{new_vehicle(sandbox)['id']}/{verb}", body)) == (
        400,
        "owner_scope_invalid",
        "driver",
    )


@pytest.mark.parametrize("owner", ["driver", "fleet"])
def test_charge_057_detaching_from_others_is_refused(sandbox: Sandbox, owner: str) -> None:
    """CHARGE-057: an owner who is unknown, deleted, or has not the vehicle, is 404."""
    path, other = f"{VEHICLES}/{new_vehicle(sandbox)['id']}", _new(sandbox, owner)
    gone = _new(sandbox, owner)
    delete(sandbox, f"/v1/{owner}s/{gone['id']}")

    for verb, named in (
        ("detach", other["id"]),
        ("detach", _UNKNOWN[owner]),
        ("attach", _UNKNOWN[owner]),
        ("attach", gone["id"]),
    ):
        assert refusal(send(sandbox, f"{path}/{verb}", {owner: named})) == (404, "vehicle_owner_not_found", owner)


def test_owners_of_another_world_are_unknown(sandbox: Sandbox) -> None:
    """A driver of the world `documented` cannot get a vehicle of another world."""
    foreign = new_driver(sandbox, "documented")["id"]
    path = f"{VEHICLES}/{new_vehicle(sandbox)['id']}/attach"

    assert refusal(send(sandbox, path, {"driver": foreign})) == (404, "vehicle_owner_not_found", "driver")


def _new(sandbox: Sandbox, owner: str) -> Object:
    return new_driver(sandbox) if owner == "driver" else new_fleet(sandbox)
