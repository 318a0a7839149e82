"""A start answers with the session that now goes on, and that every vendor sees."""

import pytest

from app.domain.ids import canonical
from tests.conftest import Sandbox
from tests.vendors.cariqa.journeys import Customer, customer

pytestmark = pytest.mark.own_server


def test_a_start_answers_with_the_active_session(sandbox: Sandbox) -> None:
    """It is 201 with the session as a retrieve shows it, active from the instant of the start on."""
    me = customer(sandbox)

    started = me.start()

    assert started["is_active"]
    assert started["evse_id"] == me.evse_id
    assert (started["end_time"], started["duration"], started["consumed_energy"]) == (None, 0, "0.000")
    assert started == me.session(started["id"]) == me.rows("charging-sessions/")[0]


def test_a_start_takes_forms(sandbox: Sandbox) -> None:
    """The body may be a form, and an id may have blanks around it."""
    me = customer(sandbox)
    body = {"evse_id": f" {me.evse_id} ", "payment_method_id": me.payment_method}

    assert me.call("POST", "charging/start/", data=body).status_code == 201


def test_a_started_session_grows(sandbox: Sandbox) -> None:
    """Energy, duration and costs rise with the clock."""
    me = customer(sandbox)
    session = me.start()["id"]

    me.advance("PT5M")
    earlier = me.session(session)
    me.advance("PT5M")
    later = me.session(session)

    assert (earlier["duration"], later["duration"]) == (300, 600)
    assert 0 < float(earlier["consumed_energy"]) < float(later["consumed_energy"])
    assert 0 < float(earlier["session_cost"]["kwh_cost"]) < float(later["session_cost"]["kwh_cost"])


def test_a_user_in_capitals_is_the_same_user(sandbox: Sandbox) -> None:
    """The ids of users and sessions may be written in capitals."""
    me = customer(sandbox)
    session = me.start()["id"].upper()
    loud = me.other(me.id.upper())

    assert loud.session(session)["id"] == canonical(session)
    assert loud.stop(session).status_code == 204


def test_cariqa_050_user_without_a_car_gets_one_that_fits(sandbox: Sandbox) -> None:
    """A car of the catalogue that fits the connector is made at the first start, and is kept (CARIQA-050)."""
    mine, twin = (_newcomer(sandbox) for _ in range(2))
    first = [each.start() for each in (mine, twin)]
    cars = [_cars(each) for each in (mine, twin)]

    for each, started in zip((mine, twin), first, strict=True):
        each.stop(started["id"])
        each.advance("PT5M")
        each.start()

    assert len(cars[0]) == 1
    assert [_cars(mine), _cars(twin)] == cars == [cars[0], cars[0]]


def test_the_car_of_a_session_is_busy_for_other_vendors(sandbox: Sandbox) -> None:
    """A car and a connector that a user of Cariqa holds are refused to a driver of Charge."""
    me = customer(sandbox)
    me.start()
    keys = sandbox.charge_key(me.world)
    [session] = _sessions(me)
    sample = sandbox.opened(me.world)["sample"]["charge"]
    order = {name: value for name, value in sample.items() if name not in {"fleet", "account"}}

    answer = sandbox.client.post("/v1/charging_sessions", json=order | session, headers=keys)

    assert (answer.status_code, answer.json()["code"]) == (409, "charging_session_conflict")


def _newcomer(sandbox: Sandbox) -> Customer:
    """A user of a new world who has no car, with the world's seed."""
    me = customer(sandbox, seed=11)
    me.sandbox.kept.run("UPDATE end_user SET vehicle = NULL WHERE id = :id", id=me.id)
    return me


def _cars(me: Customer) -> list[tuple[str, ...]]:
    """The cars that have been made for users of a world."""
    query = (
        "SELECT v.id, v.uuid, v.make, v.model FROM vehicle v JOIN world w ON w.n = v.world"
        " JOIN end_user u ON u.world = v.world AND u.vehicle = v.id WHERE w.name = :name AND u.id = :id"
    )
    return [tuple(row) for row in me.sandbox.kept.rows(query, name=me.world, id=me.id)]


def _sessions(me: Customer) -> list[dict[str, str]]:
    """Where the sessions of a user are."""
    query = (
        "SELECT s.station, s.connector FROM session s JOIN world w ON w.n = s.world"
        ' WHERE w.name = :name AND s."user" = :id'
    )
    rows = me.sandbox.kept.rows(query, name=me.world, id=me.id)
    return [{"charging_station": row.station, "connector": row.connector} for row in rows]
