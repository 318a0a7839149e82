"""Drivers are attached to fleets and detached from them."""

from typing import Final

from tests.conftest import Sandbox
from tests.vendors.charge.pages import LATER, every, ids
from tests.vendors.charge.parties import DRIVERS, FLEETS, get, made, new_driver, new_fleet, send
from tests.vendors.charge.refusals import refusal

CAR_WITHOUT_FLEET: Final = "veh_MagicCarNearlyFull00000000000000"
CARD_WITHOUT_OWNER: Final = "pm_MagicCardFailsAtSettlement000000"


def test_driver_belongs_to_fleets_in_the_order_of_attaching(sandbox: Sandbox) -> None:
    """Each fleet that the driver is attached to comes after those before, and none is left after detaching all."""
    path = f"{DRIVERS}/{new_driver(sandbox)['id']}"
    fleets = [new_fleet(sandbox)["id"] for _ in range(4)][::-1]
    for n, fleet in enumerate(fleets):
        assert made(sandbox, f"{path}/attach", {"fleet": fleet})["fleets"] == fleets[: n + 1]
    made(sandbox, f"{path}/detach", {"fleet": fleets[1]})
    again = made(sandbox, f"{path}/attach", {"fleet": fleets[1]})

    assert again["fleets"] == [fleets[0], *fleets[2:], fleets[1]]
    for fleet in fleets:
        left = made(sandbox, f"{path}/detach", {"fleet": fleet})
    assert left["fleets"] == []


def test_attached_driver_is_listed_and_counted(sandbox: Sandbox) -> None:
    """A fleet lists and counts a driver from attaching to detaching, and the driver lists the fleet."""
    driver, fleet = new_driver(sandbox)["id"], new_fleet(sandbox)["id"]

    def seen() -> tuple[list[str], list[str], int]:
        drivers, fleets = every(sandbox, f"{DRIVERS}?fleet={fleet}"), every(sandbox, f"{FLEETS}?driver={driver}")
        return ids(drivers), ids(fleets), get(sandbox, f"{FLEETS}/{fleet}")["total_drivers"]

    assert seen() == ([], [], 0)
    made(sandbox, f"{DRIVERS}/{driver}/attach", {"fleet": fleet})
    assert seen() == ([driver], [fleet], 1)
    made(sandbox, f"{DRIVERS}/{driver}/detach", {"fleet": fleet})
    assert seen() == ([], [], 0)


def test_charge_049_driver_is_attached_once(sandbox: Sandbox) -> None:
    """CHARGE-049: attaching twice, and detaching from a fleet of others, are conflicts; unknown ids are not found."""
    path, fleet = f"{DRIVERS}/{new_driver(sandbox)['id']}", {"fleet": new_fleet(sandbox)["id"]}
    conflict = (409, "driver_fleet_conflict", "fleet")

    assert refusal(send(sandbox, f"{path}/detach", fleet)) == conflict
    made(sandbox, f"{path}/attach", fleet)
    assert refusal(send(sandbox, f"{path}/attach", fleet)) == conflict
    for verb in ("attach", "detach"):
        assert refusal(send(sandbox, f"{path}/{verb}", {"fleet": "flt_1"})) == (404, "fleet_not_found", "fleet")
        assert refusal(send(sandbox, f"{DRIVERS}/drv_1/{verb}", fleet)) == (404, "driver_not_found", "driver")
        assert refusal(send(sandbox, f"{path}/{verb}", {})) == (400, None, "fleet")


def test_planned_sessions_are_for_the_fleets_of_then(sandbox: Sandbox) -> None:
    """A driver whose vehicle has no fleet charges for the fleet that the driver was attached to, and for none later."""
    row = next(
        row for row in every(sandbox, at=LATER) if row["fleet"] is None and row["created"] > "2026-03-04T12:00:00.000Z"
    )
    path, fleet = f"{DRIVERS}/{row['driver']}", new_fleet(sandbox)["id"]

    def fleets() -> set[str | None]:
        found = every(sandbox, f"/v1/charging_sessions?driver={row['driver']}", at=LATER)
        return {each["fleet"] for each in found if each["created"] > "2026-03-04T12:00:00.000Z"}

    made(sandbox, f"{path}/attach", {"fleet": fleet})
    assert fleets() == {fleet}
    made(sandbox, f"{path}/detach", {"fleet": fleet})
    assert fleets() == {None}


def test_session_is_started_for_the_drivers_fleet(sandbox: Sandbox) -> None:
    """A session of a vehicle without a fleet is started for the driver's first fleet."""
    driver, fleets = new_driver(sandbox)["id"], [new_fleet(sandbox)["id"] for _ in range(2)]
    for fleet in fleets[::-1]:
        made(sandbox, f"{DRIVERS}/{driver}/attach", {"fleet": fleet})
    started = sandbox.start(driver=driver, vehicle=CAR_WITHOUT_FLEET, payment_method=CARD_WITHOUT_OWNER)

    assert (started.status_code, started.json()["fleet"]) == (200, fleets[1])
