"""Drivers and fleets are deleted, suspended and archived; what was planned for them does not take place."""

from typing import Any, Final

import pytest

from tests.conftest import Sandbox
from tests.vendors.charge.pages import LATER, RESERVATIONS, SESSIONS, every, ids
from tests.vendors.charge.parties import DRIVERS, FLEETS, delete, get, made, new_driver, new_fleet, sample, send
from tests.vendors.charge.refusals import refusal

pytestmark = pytest.mark.own_server

NOW: Final = "2026-03-04T12:00:00.000Z"


def test_charge_051_deleted_driver_is_gone(sandbox: Sandbox) -> None:
    """CHARGE-051: the answer is the id and `deleted`; every later call about the driver is 404, and no list has it."""
    driver, fleet = new_driver(sandbox)["id"], new_fleet(sandbox)["id"]
    path = f"{DRIVERS}/{driver}"
    made(sandbox, f"{path}/attach", {"fleet": fleet})
    answer = delete(sandbox, path)
    unknown = (404, "driver_not_found", "driver")

    assert (answer.status_code, answer.json()) == (200, {"id": driver, "object": "driver", "deleted": True})
    assert driver not in ids(every(sandbox, DRIVERS))
    assert every(sandbox, f"{DRIVERS}?fleet={fleet}") == every(sandbox, f"{FLEETS}?driver={driver}") == []
    assert get(sandbox, f"{FLEETS}/{fleet}")["total_drivers"] == 0
    for call in (sandbox.charge(path), send(sandbox, path, {}), delete(sandbox, path)):
        assert refusal(call) == unknown
    assert refusal(send(sandbox, f"{path}/attach", {"fleet": fleet})) == unknown


def test_charge_051_deleted_fleet_is_gone(sandbox: Sandbox) -> None:
    """CHARGE-051: its drivers and vehicles stay without it; every later call about the fleet is 404."""
    fleet = sample(sandbox, "fleet")
    path = f"{FLEETS}/{fleet}"
    drivers = ids(every(sandbox, f"{DRIVERS}?fleet={fleet}"))
    for active in ids(every(sandbox, f"{SESSIONS}?status=active&fleet={fleet}")):
        sandbox.end(active)
    answer = delete(sandbox, path)

    assert (answer.status_code, answer.json()) == (200, {"id": fleet, "object": "fleet", "deleted": True})
    assert drivers
    assert {tuple(get(sandbox, f"{DRIVERS}/{driver}")["fleets"]) for driver in drivers} == {()}
    assert fleet not in ids(every(sandbox, FLEETS))
    assert {row["fleet"] for row in every(sandbox, at=LATER) if row["created"] > NOW}.isdisjoint({fleet})
    for call in (sandbox.charge(path), send(sandbox, path, {}), delete(sandbox, path)):
        assert refusal(call) == (404, "fleet_not_found", "fleet")


@pytest.mark.parametrize("kind", ["driver", "fleet"])
def test_charge_048_drivers_and_fleets_are_not_deleted_during_a_session(sandbox: Sandbox, kind: str) -> None:
    """CHARGE-048: neither a driver nor a fleet is deleted during a session; afterwards it is."""
    begun = sandbox.start().json()
    row = next(row for row in every(sandbox, f"{SESSIONS}?status=active") if row["id"] == begun["id"])
    path = f"/v1/{kind}s/{row[kind]}"
    others = every(sandbox, f"{SESSIONS}?status=active&{kind}={row[kind]}")

    assert refusal(delete(sandbox, path)) == (409, "charging_session_conflict", kind)
    for active in others:
        sandbox.end(active["id"])
    assert delete(sandbox, path).status_code == 200


def test_past_of_a_deleted_driver_stays(sandbox: Sandbox) -> None:
    """Sessions that have been keep the driver's id, and are found by it."""
    driver = sample(sandbox, "driver")
    before = every(sandbox, f"{SESSIONS}?driver={driver}")
    delete(sandbox, f"{DRIVERS}/{driver}").raise_for_status()

    assert before
    assert every(sandbox, f"{SESSIONS}?driver={driver}") == before


@pytest.mark.parametrize("status", ["deleted", "suspended", "archived"])
def test_charge_052_driver_who_is_not_active_has_no_plans(sandbox: Sandbox, status: str) -> None:
    """CHARGE-052: neither sessions nor reservations begin after a driver was deleted, suspended or archived."""
    driver = _with_plans(sandbox, "driver")
    _change(sandbox, f"{DRIVERS}/{driver}", status)

    for path in (SESSIONS, RESERVATIONS):
        assert _coming(sandbox, path, "driver", driver) == []


@pytest.mark.parametrize("status", ["suspended", "archived"])
def test_charge_052_fleet_that_is_not_active_has_no_plans(sandbox: Sandbox, status: str) -> None:
    """CHARGE-052: no session begins for a fleet after it was suspended or archived, and others go on."""
    fleet = _with_plans(sandbox, "fleet")
    others = len([row for row in every(sandbox, at=LATER) if row["created"] > NOW and row["fleet"] != fleet])
    _change(sandbox, f"{FLEETS}/{fleet}", status)

    assert _coming(sandbox, SESSIONS, "fleet", fleet) == []
    assert len([row for row in every(sandbox, at=LATER) if row["created"] > NOW]) > others / 2


def test_charge_052_any_status_follows_any_other(sandbox: Sandbox) -> None:
    """CHARGE-052: a driver or a fleet goes from each status to each, also to the one that it has."""
    statuses = ("active", "suspended", "archived")
    for path in (f"{DRIVERS}/{new_driver(sandbox)['id']}", f"{FLEETS}/{new_fleet(sandbox)['id']}"):
        for before in statuses:
            for after in statuses:
                made(sandbox, path, {"status": before})
                assert made(sandbox, path, {"status": after})["status"] == after


@pytest.mark.parametrize("status", ["deleted", "suspended"])
def test_days_that_are_planned_later_leave_out_drivers_who_are_not_active(sandbox: Sandbox, status: str) -> None:
    """In a world that goes on, a driver who is not active has neither sessions nor reservations on later days."""
    sandbox.client.post("/_sandbox/v1/worlds", json={"name": "on", "scenario": "croft"}).raise_for_status()
    coming = {row["driver"] for row in every(sandbox, world="on", at=LATER) if row["created"] > NOW}
    active = {row["driver"] for row in every(sandbox, f"{SESSIONS}?status=active", world="on")}
    driver, *others = sorted(coming - active)
    call = {"deleted": ("DELETE", None)}.get(status, ("POST", {"status": status}))
    sandbox.client.request(
        call[0], f"{DRIVERS}/{driver}", json=call[1], headers=sandbox.charge_key("on")
    ).raise_for_status()
    sandbox.advance("P21D", world="on").raise_for_status()
    later = {row["driver"] for row in every(sandbox, world="on") if row["created"] > LATER}
    booked = {row["driver"] for row in every(sandbox, RESERVATIONS, world="on") if row["created"] > NOW}

    assert set(others) <= later
    assert driver not in later | booked


def _with_plans(sandbox: Sandbox, kind: str) -> str:
    """The driver or the fleet of some planned session, with no active one."""
    active = {row[kind] for row in every(sandbox, f"{SESSIONS}?status=active")}
    return next(
        str(row[kind])
        for row in every(sandbox, at=LATER)
        if row["created"] > NOW and row[kind] is not None and row[kind] not in active
    )


def _coming(sandbox: Sandbox, path: str, kind: str, named: str) -> list[dict[str, Any]]:
    return [row for row in every(sandbox, f"{path}?{kind}={named}", at=LATER) if row["created"] > NOW]


def _change(sandbox: Sandbox, path: str, status: str) -> None:
    answer = delete(sandbox, path) if status == "deleted" else send(sandbox, path, {"status": status})
    answer.raise_for_status()
