"""An impossible start is refused with its reason, and has no effect."""

from typing import Final

import pytest

from tests.conftest import Sandbox
from tests.vendors.charge.pages import LATER, Row, every, retrieve
from tests.vendors.charge.refusals import Refusal, refusal

DECLINED: Final = "pm_MagicCardDeclined000000000000000"
OFFLINE: Final = "chst_MagicStationOffline0000000000000"
FAULTY: Final = "chst_MagicStationFaulty00000000000000"
NOT_FOUND: Final = "charging_session_dependency_not_found"
CONFLICT: Final = "charging_session_conflict"
NAMES: Final = ("charging_station", "connector", "driver", "payment_method", "vehicle")


def test_charge_014_unknown_reference_is_named(sandbox: Sandbox) -> None:
    """An unknown id in any of the five fields is 404, and `param` names the field."""
    unknown = ["unknown", "connector_a9", "chst_Unknown000000000000000000000000", "%00", "';--"]
    expected = {(name, each): (404, NOT_FOUND, name) for name in NAMES for each in unknown}

    actual = {(name, each): refusal(sandbox.start(**{name: each})) for name, each in expected}

    assert expected == actual


@pytest.mark.parametrize(("here", "there"), [("default", "documented"), ("documented", "default")])
def test_id_of_another_world_is_unknown(sandbox: Sandbox, here: str, there: str) -> None:
    """It is refused like an id that does not exist."""
    foreign = sandbox.world(there)["sample"]["charge"]
    names = ("charging_station", "driver", "payment_method", "vehicle")

    actual = {name: refusal(sandbox.start(here, **{name: foreign[name]})) for name in names}

    assert {name: (404, NOT_FOUND, name) for name in names} == actual


@pytest.mark.own_server
def test_parties_of_a_later_instant_start_nothing(sandbox: Sandbox) -> None:
    """A driver, vehicle or payment method that a scenario creates later is refused like an unknown one until then."""
    file = sandbox.client.get("/_sandbox/v1/worlds/default/export").json()
    sample, actual = sandbox.opened()["sample"]["charge"], {}
    kinds = {"driver": "drivers", "payment_method": "payment_methods", "vehicle": "vehicles"}
    for name, kind in kinds.items():
        world = name.replace("_", "-")
        rows = [row | {"created_at": "2026-03-05T00:00:00.000000Z"} for row in file[kind] if row["id"] == sample[name]]
        later = file | {kind: [row for row in file[kind] if row["id"] != sample[name]] + rows}
        sandbox.client.post("/_sandbox/v1/worlds/import", params={"name": world}, json=later).raise_for_status()
        actual[name] = refusal(sandbox.start(world))

    assert {name: (404, NOT_FOUND, name) for name in kinds} == actual


def test_a_connector_belongs_to_its_station(sandbox: Sandbox) -> None:
    """A connector of one station is not found at another."""
    station = sandbox.world("documented")["sample"]["charge"]["charging_station"]

    assert refusal(sandbox.start(connector=station)) == (404, NOT_FOUND, "connector")


def test_charge_014_busy_connector_is_refused(sandbox: Sandbox) -> None:
    """A connector with a plugged-in vehicle starts no second session."""
    sandbox.start()
    other = _another(sandbox)

    answer = sandbox.start(vehicle=other["vehicle"], driver=other["driver"], payment_method=other["payment_method"])

    assert refusal(answer) == (409, CONFLICT, "connector")


def test_a_connector_of_a_planned_session_is_busy(sandbox: Sandbox) -> None:
    """A session of the scenario makes its connector busy too."""
    there = every(sandbox, "/v1/charging_sessions?status=active")[0]

    answers = [
        refusal(sandbox.start(charging_station=there["charging_station"], connector=there["connector"])),
        refusal(sandbox.start(vehicle=there["vehicle"])),
    ]

    assert answers == [(409, CONFLICT, "connector"), (409, CONFLICT, "vehicle")]


def test_charge_014_busy_vehicle_is_refused(sandbox: Sandbox) -> None:
    """A vehicle that is plugged in cannot start a session at another connector."""
    sandbox.start()

    assert refusal(sandbox.start(connector="connector_a2")) == (409, CONFLICT, "vehicle")


def test_charge_013_a_driver_may_charge_two_cars(sandbox: Sandbox) -> None:
    """One driver with one card may have sessions at two connectors."""
    sandbox.start()
    there = every(sandbox, at=LATER)
    other = next(row for row in there if sandbox.start(connector="connector_a2", vehicle=row["vehicle"]).is_success)

    assert len(every(sandbox, f"/v1/charging_sessions?status=active&vehicle={other['vehicle']}")) == 1


def test_charge_020_connector_and_car_are_taken_until_a_minute_after_the_end(sandbox: Sandbox) -> None:
    """The vehicle stays plugged in for exactly a minute after the session's end."""
    session = sandbox.start().json()
    sandbox.advance("PT5M")
    sandbox.end(session["id"])

    actual: list[Refusal | int] = [refusal(sandbox.start()), refusal(sandbox.start(connector="connector_a2"))]
    sandbox.advance("PT59.999S")
    actual.append(refusal(sandbox.start()))
    sandbox.advance("PT0.001S")
    actual.append(sandbox.start().status_code)

    assert actual == [(409, CONFLICT, "connector"), (409, CONFLICT, "vehicle"), (409, CONFLICT, "connector"), 200]


def test_charge_014_an_offline_station_is_refused(sandbox: Sandbox) -> None:
    """The magic offline station starts no session."""
    answer = sandbox.start(charging_station=OFFLINE, connector="connector_a1")

    assert refusal(answer) == (409, CONFLICT, "charging_station")


def test_charge_014_a_connector_out_of_service_is_refused(sandbox: Sandbox) -> None:
    """The second connector of the magic faulty station starts no session; the first one does."""
    broken = sandbox.start(charging_station=FAULTY, connector="connector_a2")
    working = sandbox.start(charging_station=FAULTY, connector="connector_a1")

    assert refusal(broken) == (409, CONFLICT, "charging_station")
    assert working.status_code == 200


def test_charge_014_a_connector_that_does_not_fit_is_refused(sandbox: Sandbox) -> None:
    """A vehicle with a CCS inlet is refused at a CHAdeMO connector."""
    stations = sorted({row["charging_station"] for row in every(sandbox)})

    answers = [sandbox.start(charging_station=station, connector="connector_a2") for station in stations]
    unfit = [answer for answer in answers if answer.json().get("message") == "The connector does not fit the vehicle."]

    assert {refusal(answer) for answer in unfit} == {(409, CONFLICT, "connector")}


def test_charge_014_a_declined_card_is_refused(sandbox: Sandbox) -> None:
    """The magic declined card is refused at authorisation."""
    assert refusal(sandbox.start(payment_method=DECLINED)) == (402, "payment_authorization_failed", "payment_method")


def test_a_refusal_has_no_effect(sandbox: Sandbox) -> None:
    """After a refusal, lists and plans are unchanged, and the next start gives the same session."""
    before = every(sandbox, at=LATER)
    refused = [
        sandbox.start(payment_method=DECLINED),
        sandbox.start(vehicle="unknown"),
        sandbox.start(charging_station=OFFLINE),
        sandbox.start(charging_station=FAULTY, connector="connector_a2"),
        sandbox.start(session_limit=0),
    ]
    after = every(sandbox, at=LATER)
    started = sandbox.start().json()

    sandbox.client.post("/_sandbox/v1/worlds/default/reset")

    assert [answer.status_code for answer in refused] == [402, 404, 409, 409, 400]
    assert before == after
    assert started == sandbox.start().json()


def test_a_busy_connector_keeps_its_session(sandbox: Sandbox) -> None:
    """A refused second start does not change the first session."""
    session = sandbox.start().json()
    sandbox.advance("PT3M")
    before = retrieve(sandbox, session["id"])

    sandbox.start()
    sandbox.start(payment_method=DECLINED)

    assert before == retrieve(sandbox, session["id"])


def _another(sandbox: Sandbox) -> Row:
    """A session of a vehicle that is not the sample's, and not plugged in."""
    sample = sandbox.world()["sample"]["charge"]["vehicle"]
    busy = {row["vehicle"] for row in every(sandbox, "/v1/charging_sessions?status=active")}
    station = sandbox.world()["sample"]["charge"]["charging_station"]
    return next(
        row
        for row in every(sandbox)
        if row["charging_station"] == station and row["vehicle"] != sample and row["vehicle"] not in busy
    )
