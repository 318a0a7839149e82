"""A connector in maintenance is out of service for a time that is known before."""

import pytest

from tests.conftest import Sandbox
from tests.control.test_price_changes import rows
from tests.control.test_simulate import charging, request_event, shown, simulate
from tests.control.worlds import create_world

pytestmark = pytest.mark.own_server


def station_of(sandbox: Sandbox, world: str, at: str | None = None) -> dict[str, object]:
    """The sample station as Charge shows it."""
    station = sandbox.opened(world)["sample"]["charge"]["charging_station"]
    body: dict[str, object] = sandbox.charge(f"/v1/charging_stations/{station}", world=world, at=at).json()
    return body


def test_no_session_starts_during_maintenance(common: Sandbox) -> None:
    """The station is in maintenance for four hours unless another duration is given, and then active again."""
    world = create_world(common)["name"]
    simulate(common, world, "maintenance", str(station_of(common, world)["id"]))
    refused = common.start(world)
    during, after = (station_of(common, world, f"2026-03-04T16:{at}Z")["status"] for at in ("14:59", "15:00"))
    common.advance("PT4H", world)

    assert refused.status_code == 409
    assert (station_of(common, world)["status"], during, after) == ("active", "maintenance", "active")
    assert common.start(world).status_code == 200


def test_vehicles_are_unplugged_when_maintenance_begins(common: Sandbox) -> None:
    """A session that goes on then is completed; what was before it stays the same."""
    world, session = charging(common)
    instant = "2026-03-04T12:25:00.000Z"
    before = shown(common, world, session, "2026-03-04T12:24:59.999Z")
    answer = simulate(common, world, "maintenance", str(station_of(common, world)["id"]), at="+PT10M", for_="PT1H")
    ended = shown(common, world, session, instant)

    assert answer["at"] == instant
    assert (ended["status"], ended["session_ended"]) == ("completed", instant)
    assert {each["reason"] for each in answer["transitions"] if each["id"] == session} >= {"unplugged"}
    assert shown(common, world, session, "2026-03-04T12:24:59.999Z") == before
    assert shown(common, world, session)["status"] == "active"


def test_a_session_before_maintenance_ends_with_its_beginning(common: Sandbox) -> None:
    """One that starts shortly before is unplugged in time, and does not fail."""
    world = create_world(common)["name"]
    simulate(common, world, "maintenance", str(station_of(common, world)["id"]), at="+PT10M")
    session = common.start(world).json()["id"]
    common.advance("PT10M", world)
    ended = shown(common, world, session)

    assert (ended["status"], ended["session_ended"]) == ("completed", "2026-03-04T12:25:00.000Z")


def test_one_connector_can_be_in_maintenance(common: Sandbox) -> None:
    """The others of its station stay in service."""
    world = create_world(common)["name"]
    station = station_of(common, world)
    query = "SELECT station, evse_id FROM connector WHERE world = {world} ORDER BY evse_id"
    [evse, *_] = [each.evse_id for each in rows(common, world, query) if each.station == station["id"]]
    simulate(common, world, "maintenance", evse)
    connectors = station_of(common, world)["connectors"]

    assert isinstance(connectors, list)
    assert [each["status"] for each in connectors].count("out_of_service") == 1


def test_maintenance_during_an_outage_is_refused(common: Sandbox) -> None:
    """It is 409, and no connector of the station has changed."""
    world, session = charging(common)
    simulate(common, world, "connector_fault", session, at="+PT10M")
    before = common.client.get(f"/_sandbox/v1/worlds/{world}/export").json()["connectors"]
    answer = request_event(common, world, "maintenance", str(station_of(common, world)["id"]))

    assert answer.status_code == 409
    assert "out of order from" in answer.json()["detail"]
    assert common.client.get(f"/_sandbox/v1/worlds/{world}/export").json()["connectors"] == before
