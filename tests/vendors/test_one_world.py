"""Three vendors show one world: what is busy through one of them is busy for the others, and a person is one person."""

from dataclasses import dataclass, replace
from typing import Any, Final

import pytest

from app.domain.clock import SECOND, instant
from tests.conftest import Sandbox
from tests.vendors.cariqa.journeys import GOOD, Customer, customer, error

pytestmark = pytest.mark.own_server

STATION: Final = "chst_MagicStationGood0000000000000000"
CONNECTOR: Final = "connector_a1"
_PEOPLE: Final = (
    "SELECT end_user.id, end_user.driver, vehicle.id, driven.target, card.id FROM end_user"
    " JOIN world ON world.n = end_user.world AND world.name = 'default' AND world.state = 'open'"
    " JOIN vehicle ON vehicle.world = end_user.world AND vehicle.id = end_user.vehicle"
    " JOIN attachment AS driven ON driven.world = end_user.world AND driven.driver = end_user.driver"
    " AND driven.kind = 'vehicle'"
    " JOIN payment_method AS card ON card.world = end_user.world AND card.driver = end_user.driver"
    " WHERE end_user.org IS NULL ORDER BY end_user.n LIMIT 1"
)
"""A user of Cariqa who is a driver of Charge, with the car of each, and the driver's card."""

_NEXT_AT_HOME: Final = (
    "SELECT min(started_at) FROM session WHERE driver = :driver AND channel = 'home' AND created_at > :now"
)


def test_a_connector_that_is_busy_through_charge_is_busy_at_cariqa(sandbox: Sandbox) -> None:
    """Cariqa shows it as charging and refuses a start, until the car has left."""
    me = customer(sandbox)
    session = sandbox.start(me.world, charging_station=STATION, connector=CONNECTOR).json()["id"]
    shown, refused = _status(me, GOOD), error(me.request_start(evse_id=GOOD))
    sandbox.end(session, me.world)
    me.advance("PT2M")

    assert (shown, refused) == ("CHARGING", (409, "Charging Error", "station_availability_issue"))
    assert (_status(me, GOOD), me.request_start(evse_id=GOOD).status_code) == ("AVAILABLE", 201)


def test_a_connector_that_is_busy_through_cariqa_is_busy_at_charge(sandbox: Sandbox) -> None:
    """Charge does not show it as available and refuses a start, until the car has left."""
    me = customer(sandbox)
    free = _connector(me)
    session = me.start(evse_id=GOOD)["id"]
    taken = _connector(me)
    refused = sandbox.start(me.world, charging_station=STATION, connector=CONNECTOR)
    me.stop(session)
    me.advance("PT2M")

    assert (free, taken, _connector(me)) == ("available", "occupied", "available")
    assert (refused.status_code, refused.json()["param"]) == (409, "connector")
    assert sandbox.start(me.world, charging_station=STATION, connector=CONNECTOR).status_code == 200


def test_cariqa_059_a_driver_who_charges_cannot_start_as_a_user(sandbox: Sandbox) -> None:
    """CARIQA-059: while a person charges as a driver of Charge, a start as a user of Cariqa is refused."""
    me, driver = _person(sandbox)
    session = sandbox.start(me.world, **driver.order).json()["id"]
    refused = error(me.request_start())
    sandbox.end(session, me.world)

    assert refused == (409, "Charging Error", "already_charging")
    assert me.request_start().status_code == 201


def test_a_user_who_charges_keeps_the_car_busy_for_the_driver(sandbox: Sandbox) -> None:
    """The car with which a person charges through Cariqa cannot be charged through Charge meanwhile."""
    me, driver = _person(sandbox)
    order = driver.order | {"vehicle": driver.users_vehicle}
    session = me.start()["id"]
    refused = sandbox.start(me.world, **order)
    me.stop(session)
    me.advance("PT2M")

    assert (refused.status_code, refused.json()["param"]) == (409, "vehicle")
    assert sandbox.start(me.world, **order).status_code == 200


def test_a_car_of_the_driver_at_home_refuses_no_start(sandbox: Sandbox) -> None:
    """A person whose other car charges at home can start as a user."""
    me, driver = _person(sandbox)
    [[begins]] = sandbox.kept.rows(_NEXT_AT_HOME, driver=driver.order["driver"], now=instant(sandbox.now(me.world)))
    me.advance(f"PT{(begins - instant(sandbox.now(me.world))) // SECOND + 60}S")
    telemetry = sandbox.charge(f"/v1/vehicles/{driver.order['vehicle']}/telemetry", world=me.world).json()

    assert telemetry["battery"]["status"] == "charging"
    assert me.request_start().status_code == 201


@dataclass(frozen=True, slots=True)
class _Driver:
    """A driver of Charge: what a start by the driver names, and the vehicle that the same person has as a user."""

    order: dict[str, str]
    users_vehicle: str


def _person(sandbox: Sandbox) -> tuple[Customer, _Driver]:
    """A person who is a user of Cariqa and a driver of Charge."""
    [[user, driver, users, drivers, card]] = sandbox.kept.rows(_PEOPLE)
    key = {"Authorization": f"Bearer {sandbox.world()['credentials']['cariqa']['token']}"}
    unpaid = Customer(sandbox, "default", key, user, GOOD, "")
    me = replace(unpaid, payment_method=unpaid.rows("payment-methods/")[0]["id"])
    return me, _Driver({"driver": driver, "vehicle": drivers, "payment_method": card}, users)


def _status(me: Customer, evse_id: str) -> str:
    """The status of a connector at Cariqa."""
    query = {"id": evse_id, "type": "evse_id"}
    station = me.sandbox.client.get("/api/v1/stations/details/", headers=me.key, params=query).json()
    return next(str(each["status"]) for each in station["evses"] if each["evse_id"] == evse_id)


def _connector(me: Customer) -> str:
    """The status of the same connector at Charge."""
    station: dict[str, Any] = me.sandbox.charge(f"/v1/charging_stations/{STATION}", world=me.world).json()
    return next(str(each["status"]) for each in station["connectors"] if each["id"] == CONNECTOR)
