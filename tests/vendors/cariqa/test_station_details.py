"""A station is found by its id or by an EVSE id, and shows the live status of each connector."""

import httpx2
import pytest

from tests.conftest import Sandbox
from tests.control.test_simulate import simulate
from tests.control.worlds import create_world
from tests.vendors.cariqa.stations import Body, details, found, read, refusal, sample_evse
from tests.vendors.cariqa.users import token
from tests.vendors.charge.reserving import GOOD, after, reserved, seen

pytestmark = pytest.mark.own_server

KEYS = (
    *("id", "name", "address", "coordinates", "opening_times", "operator", "evses", "last_updated", "price_groups"),
    *("speed", "status", "amenities", "is_partner", "logo_url"),
)


def statuses(sandbox: Sandbox, world: str, at: str | None = None) -> tuple[str, str]:
    """The status of the sample connector, and that of its station."""
    evse = sample_evse(sandbox, world)
    station = details(sandbox, evse, world=world, at=at)
    return next(each["status"] for each in station["evses"] if each["evse_id"] == evse), station["status"]


def start(sandbox: Sandbox, world: str) -> httpx2.Response:
    """Starts a session at the sample connector through Charge."""
    return sandbox.start(world, connector=f"connector_a{sample_evse(sandbox, world)[-1]}")


def one_connector(sandbox: Sandbox, world: str) -> None:
    """Takes all connectors of the sample station but the sample one out of service for good."""
    station = details(sandbox, sample_evse(sandbox, world), world=world)
    for each in station["evses"]:
        if each["evse_id"] != sample_evse(sandbox, world):
            sandbox.kept.run("UPDATE connector SET in_service = FALSE WHERE evse_id = :evse", evse=each["evse_id"])


def test_station_has_the_documented_members_in_order(untouched: Sandbox) -> None:
    """What is always there comes first, as on the page."""
    station = details(untouched, sample_evse(untouched))

    assert tuple(station) == KEYS
    assert station["id"] == untouched.opened()["sample"]["charge"]["charging_station"]
    assert list(station["operator"]) == ["name", "contact"]
    assert station["opening_times"] == {"twentyfourseven": True, "regular_hours": []}


def test_cariqa_039_station_is_found_by_its_id_or_by_an_evse_id(untouched: Sandbox) -> None:
    """Both ways lead to the same station (CARIQA-039)."""
    station = details(untouched, sample_evse(untouched))

    assert found(read(untouched, "details", id=station["id"], type="station_id")) == station
    for each in station["evses"]:
        assert details(untouched, each["evse_id"]) == station


@pytest.mark.parametrize("kind", ["evse_id", "station_id"])
def test_cariqa_039_unknown_station_is_not_found(untouched: Sandbox, kind: str) -> None:
    """It is 404, as is an id of the other kind, one of a home, and one of another world (CARIQA-039)."""
    [home, *_] = untouched.kept.rows("SELECT station, evse_id FROM connector WHERE evse_id LIKE '%*HOM*%'")
    sample = details(untouched, sample_evse(untouched))
    other = sample["id"] if kind == "evse_id" else sample_evse(untouched)
    at_home = home.evse_id if kind == "evse_id" else home.station
    for named in ("nothing", other, at_home, "DE*CIQ*EELDF6XWZU41P*1", "chst_l3AWdoy5rP8bBPVJODn8TPpdxQTAsYAK"):
        answer = read(untouched, "details", id=named, type=kind)
        assert (answer.status_code, answer.json()) == (404, {"detail": "Not found."})


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"type": "evse_id"}, "id: This field is required."),
        ({"id": "", "type": "evse_id"}, "id: This field is required."),
        ({"id": "x"}, "type: This field is required."),
        ({"id": "x", "type": "tariff"}, 'type: "tariff" is not a valid choice.'),
        ({"id": "a\0", "type": "evse_id"}, "id: Null characters are not allowed."),
    ],
)
def test_details_need_an_id_and_its_kind(untouched: Sandbox, query: dict[str, str], says: str) -> None:
    """What is missing or wrong is 400 with the parameter."""
    assert refusal(read(untouched, "details", **query)) == (400, "validation_error", says)


def test_cariqa_036_connector_is_charging_while_a_vehicle_of_any_vendor_is_plugged_in(sandbox: Sandbox) -> None:
    """A start through Charge is seen here until the vehicle is unplugged; the station has others that are free."""
    world = create_world(sandbox)["name"]
    before = statuses(sandbox, world)
    session = start(sandbox, world).json()["id"]
    busy = statuses(sandbox, world)
    sandbox.end(session, world)
    sandbox.advance("PT2M", world)

    assert before == statuses(sandbox, world) == ("AVAILABLE", "free")
    assert busy == ("CHARGING", "free")


def test_cariqa_037_station_is_busy_when_no_connector_is_free(sandbox: Sandbox) -> None:
    """With one connector in service, the station is busy while that one is taken (CARIQA-037)."""
    one_connector(sandbox, "default")
    free = statuses(sandbox, "default")
    started = start(sandbox, "default")

    assert (started.status_code, free) == (200, ("AVAILABLE", "free")), started.text
    assert statuses(sandbox, "default") == ("CHARGING", "busy")


def test_cariqa_036_outages_are_told_apart(sandbox: Sandbox) -> None:
    """A fault, maintenance and a silence show at their instants, and as of them, until they are over (CARIQA-036)."""
    one_connector(sandbox, "default")
    evse, now = sample_evse(sandbox), "2026-03-04T12:00:00Z"
    station = details(sandbox, evse)["id"]
    simulate(sandbox, "default", "connector_fault", evse, at="+PT1H", for_="PT1H")
    simulate(sandbox, "default", "station_silent", station, at="+PT4H", for_="PT1H")

    def at(hour: int) -> tuple[str, str]:
        return statuses(sandbox, "default", f"2026-03-04T{hour}:00:00Z")

    assert statuses(sandbox, "default", now) == ("AVAILABLE", "free")
    assert at(13) == ("OUTOFORDER", "error")
    assert at(14) == ("AVAILABLE", "free")
    assert at(16) == ("UNKNOWN", "unknown")
    assert at(17) == ("AVAILABLE", "free")


def test_cariqa_036_connector_is_reserved_while_a_reservation_holds_it(sandbox: Sandbox) -> None:
    """One that is made through Charge is seen here in its window, and is over after it (CARIQA-036)."""
    booked = reserved(sandbox)
    shown = seen(sandbox, booked, after(booked["created"], 30))

    def listed(at: str) -> list[str]:
        station = found(read(sandbox, "details", id=GOOD, type="station_id", at=at))
        return sorted(each["status"] for each in station["evses"])

    assert listed(booked["created"]) == ["AVAILABLE", "AVAILABLE"]
    assert listed(shown["reserved_start"]) == ["AVAILABLE", "RESERVED"]
    assert listed(after(shown["reserved_end"], 24 * 60)) == ["AVAILABLE", "AVAILABLE"]


def test_cariqa_036_connector_that_is_withdrawn_is_inoperative(sandbox: Sandbox) -> None:
    """That is for good where a scenario says so, and for a time during maintenance (CARIQA-036)."""
    one_connector(sandbox, "default")
    simulate(sandbox, "default", "maintenance", sample_evse(sandbox), for_="PT1H")
    station = details(sandbox, sample_evse(sandbox))

    assert {each["status"] for each in station["evses"]} == {"INOPERATIVE"}
    assert station["status"] == "error"
    assert statuses(sandbox, "default", "2026-03-04T13:00:00Z") == ("AVAILABLE", "free")


def test_last_updated_moves_with_the_connectors(sandbox: Sandbox) -> None:
    """It is the instant of the last plugging in or out, and never later than now."""
    world = create_world(sandbox)["name"]
    evse = sample_evse(sandbox, world)
    started = start(sandbox, world).json()["session_started"]

    assert details(sandbox, evse, world=world)["last_updated"] == started.replace(".000Z", "Z")
    assert details(sandbox, evse, world=world, at="2026-01-01T00:00:00Z")["last_updated"] <= "2026-01-01T00:00:00Z"


def described(sandbox: Sandbox, told: str) -> Body:
    """The sample station when it tells this of itself."""
    sample = sandbox.opened()["sample"]["charge"]["charging_station"]
    sandbox.kept.run("UPDATE station SET details = :details WHERE id = :id", details=told, id=sample)
    return details(sandbox, sample_evse(sandbox))


def test_cariqa_045_opening_times_and_amenities_are_what_the_station_tells(sandbox: Sandbox) -> None:
    """Days and amenities have Cariqa's names; what Cariqa has no word for is left out (CARIQA-045)."""
    told = (
        '{"capabilities": {"24_7_access": false, "amenities": ["cafe", "restrooms", "wifi", "cafe", 5]},'
        ' "opening_hours": [{"day": "mon", "from": "05:00", "until": "23:00"}, {"day": "feast"}]}'
    )
    station = described(sandbox, told)

    assert station["amenities"] == ["CAFE", "WIFI"]
    assert station["opening_times"] == {
        "twentyfourseven": False,
        "regular_hours": [{"weekday": "MONDAY", "period_begin": "05:00", "period_end": "23:00"}],
    }


@pytest.mark.parametrize(
    "told", ["{}", '{"capabilities": 1, "opening_hours": {}}', '{"opening_hours": [1, {"day": []}]}']
)
def test_cariqa_045_station_that_tells_nothing_is_always_open(sandbox: Sandbox, told: str) -> None:
    """What it tells in another form counts as not told (CARIQA-045)."""
    station = described(sandbox, told)

    assert station["opening_times"] == {"twentyfourseven": True, "regular_hours": []}
    assert station["amenities"] == []


def test_cariqa_046_partners_are_the_operators_of_partner_stations(untouched: Sandbox) -> None:
    """They are a bare array, in the order of their names, with logos that are there (CARIQA-046)."""
    partners = found(read(untouched, "partners"))
    [world] = untouched.kept.rows("SELECT n FROM world WHERE name = 'default' AND state = 'open'")
    expected = untouched.kept.rows(
        f"SELECT DISTINCT operator FROM station WHERE world = {world.n} AND kind <> 'home' AND is_partner"  # noqa: S608 - a number
    )

    assert [each["name"] for each in partners] == sorted(row.operator for row in expected)
    assert untouched.client.get(partners[0]["logo_url"]).status_code == 200


def test_stations_need_a_token(untouched: Sandbox) -> None:
    """Without one it is 401, and with one of no world 403."""
    path = "/api/v1/stations/partners/"

    assert untouched.client.get(path).status_code == 401
    assert untouched.client.get(path, headers={"Authorization": "Bearer x.y.z"}).status_code == 403
    assert untouched.client.get(path, headers=token(untouched)).status_code == 200
