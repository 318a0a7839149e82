"""Stations are listed and retrieved with the live status of their connectors; wallboxes at homes are private."""

from typing import Any, Final

import orjson
import pytest

from tests.conftest import Sandbox
from tests.control.test_simulate import simulate
from tests.vendors.charge.pages import every, ids, page, pages, rows
from tests.vendors.charge.refusals import refusal

STATIONS: Final = "/v1/charging_stations"
OFFLINE: Final = "chst_MagicStationOffline0000000000000"


def station(sandbox: Sandbox, station_id: str | None = None, at: str | None = None) -> dict[str, Any]:
    """A station, by default the sample one."""
    return page(sandbox, f"{STATIONS}/{station_id or sandbox.opened()['sample']['charge']['charging_station']}", at=at)


def statuses(shown: dict[str, Any]) -> list[str]:
    return [each["status"] for each in shown["connectors"]]


def test_pages_of_stations_hold_each_public_one_once(untouched: Sandbox) -> None:
    """Forwards and backwards, the pages hold every station of the world that is neither at a home nor virtual."""
    forth = pages(untouched, f"{STATIONS}?limit=7")
    back = pages(untouched, forth[-1]["previous_page_url"], "previous_page_url")
    public = untouched.kept.rows(
        "SELECT id FROM station WHERE kind NOT IN ('home', 'virtual') AND world = (SELECT n FROM world"
        " WHERE name = 'default' AND state = 'open')"
    )

    assert sorted(ids(rows(forth))) == sorted(row.id for row in public)
    assert ids(rows([*back[::-1], forth[-1]])) == ids(rows(forth))


def test_stations_at_homes_are_private(untouched: Sandbox) -> None:
    """The wallbox at a home is not found (CHARGE-073)."""
    [home, *_] = untouched.kept.rows("SELECT id FROM station WHERE kind = 'home'")

    assert refusal(untouched.charge(f"{STATIONS}/{home.id}")) == (404, "charging_station_not_found", "charging_station")
    assert home.id not in ids(every(untouched, STATIONS))


def test_retrieved_station_is_that_of_the_list(untouched: Sandbox) -> None:
    """A row of the list and the station itself are equal."""
    for row in page(untouched, f"{STATIONS}?limit=5")["data"]:
        assert station(untouched, row["id"]) == row


def described(sandbox: Sandbox, details: dict[str, Any]) -> dict[str, Any]:
    """The sample station when it says this of itself."""
    sample = sandbox.opened()["sample"]["charge"]["charging_station"]
    written = orjson.dumps(details).decode()
    sandbox.kept.run("UPDATE station SET details = :details WHERE id = :id", details=written, id=sample)
    return station(sandbox)


@pytest.mark.own_server
def test_stations_have_defaults(sandbox: Sandbox) -> None:
    """A station that was described in one line of address shows its parts, and the usual capabilities (CHARGE-079)."""
    shown = described(sandbox, {})
    [[line, city, country, operator]] = sandbox.kept.rows(
        "SELECT DISTINCT address, city, country, operator FROM station WHERE id = :id", id=shown["id"]
    )
    street, number, postal_code, _ = line.split(", ")

    assert shown["address"] == {
        "city": city,
        "country": country,
        "line1": f"{number} {street}",
        "line2": None,
        "postal_code": postal_code,
        "state": None,
    }
    assert shown["availability"]["opening_hours"] == []
    assert shown["capabilities"]["24_7_access"] is True
    assert shown["operator"] == operator
    assert shown["operator_contact"]


def test_started_session_occupies_its_connector(sandbox: Sandbox) -> None:
    """A connector is occupied from the start until the vehicle leaves, which updates the station both times.

    See CHARGE-072.
    """
    before = station(sandbox)
    session = sandbox.start().json()
    during = station(sandbox)
    sandbox.end(session["id"])
    sandbox.advance("PT2M")
    after = station(sandbox)

    place = [each["id"] for each in before["connectors"]].index(session["connector"])
    assert [statuses(shown)[place] for shown in (before, during, after)] == ["available", "occupied", "available"]
    free = [shown["availability"]["connectors_available"] for shown in (before, during, after)]
    assert free == [free[0], free[0] - 1, free[0]]
    assert during["updated"] == session["created"]
    assert after["updated"] > during["updated"]
    assert station(sandbox, at=before["updated"])["updated"] == before["updated"]


def test_silent_stations_have_no_connector_in_service(sandbox: Sandbox) -> None:
    """A silent station is inactive, and its forecast begins when it is heard again (CHARGE-072)."""
    sample = station(sandbox)["id"]
    event = simulate(sandbox, "default", "station_silent", sample, for_="PT20M")
    shown = station(sandbox)

    assert event["at"]
    assert shown["status"] == "inactive"
    assert set(statuses(shown)) == {"out_of_service"}
    assert shown["availability"]["connectors_available"] == 0
    assert shown["availability"]["range"][0]["from"] == "2026-03-04T12:20:00.000Z"


def test_offline_station_has_no_forecast(untouched: Sandbox) -> None:
    """A station that never answers is inactive and is not foreseen to become free."""
    shown = station(untouched, OFFLINE)

    assert (shown["status"], shown["availability"]["range"]) == ("inactive", [])


def test_available_stations_have_a_free_connector(sandbox: Sandbox) -> None:
    """True gives the stations with a free connector and false all others, as the connectors themselves are shown.

    See CHARGE-075.
    """
    sandbox.start()
    found = {flag: every(sandbox, f"{STATIONS}?available={flag}") for flag in ("true", "false")}

    assert ids(every(sandbox, STATIONS)) == sorted(
        [*ids(found["true"]), *ids(found["false"])], key=ids(every(sandbox, STATIONS)).index
    )
    assert all("available" in statuses(each) for each in found["true"])
    assert not any("available" in statuses(each) for each in found["false"])


@pytest.mark.own_server
def test_reserved_connectors_are_free_for_no_other(sandbox: Sandbox) -> None:
    """A connector that a confirmed reservation holds is reserved; a station without another one is not available."""
    sample = station(sandbox)
    for connector in sample["connectors"]:
        _hold(sandbox, sample["id"], connector["id"])
    held = station(sandbox)

    assert set(statuses(held)) <= {"reserved", "occupied"}
    assert "reserved" in statuses(held)
    assert held["id"] in ids(every(sandbox, f"{STATIONS}?available=false"))
    assert held["id"] not in ids(every(sandbox, f"{STATIONS}?available=true"))
    assert "reserved" not in statuses(station(sandbox, at="2026-03-04T13:30:00Z"))


def _hold(sandbox: Sandbox, station_id: str, connector: str) -> None:
    """Makes a reservation of the world hold a connector until half past one."""
    [[world, n], *_] = sandbox.kept.rows(
        "SELECT world, n FROM reservation WHERE connector IS NULL AND world = (SELECT n FROM world"
        " WHERE name = 'default' AND state = 'open') ORDER BY n"
    )
    noon = "SELECT anchor FROM world WHERE n = :world"
    sandbox.kept.run(
        f"UPDATE reservation SET station = :station, connector = :connector, session = NULL,"  # noqa: S608 - our own words
        f" created_at = ({noon}) - 3600000000, confirms_at = ({noon}) - 60000000, confirmed_at = ({noon}) - 60000000,"
        f" reserved_start = ({noon}) + 600000000, reserved_end = ({noon}) + 5400000000,"
        f" resolves_at = ({noon}) + 5400000000, outcome = 'expired', failed_reason = NULL"
        " WHERE world = :world AND n = :n",
        world=world,
        n=n,
        station=station_id,
        connector=connector,
    )


@pytest.mark.own_server
def test_driver_filter_gives_the_preferred_stations(sandbox: Sandbox) -> None:
    """Only the stations that the driver prefers are listed; an unknown driver prefers none."""
    [first, second, *_] = every(sandbox, STATIONS)
    driver = sandbox.opened()["sample"]["charge"]["driver"]
    preferences = {"preferred_charging_stations": [second["id"], first["id"], "chst_Unknown"]}
    sandbox.kept.run(
        "UPDATE driver SET details = :details WHERE id = :id",
        details=orjson.dumps({"preferences": preferences}).decode(),
        id=driver,
    )

    assert ids(every(sandbox, f"{STATIONS}?driver={driver}")) == [first["id"], second["id"]]
    assert every(sandbox, f"{STATIONS}?driver=drv_Unknown") == []
    near = f"latitude={second['location']['latitude']}&longitude={second['location']['longitude']}&radius=10"
    assert ids(every(sandbox, f"{STATIONS}?driver={driver}&{near}")) == [second["id"]]


@pytest.mark.parametrize("world", ["documented"])
def test_stations_of_other_worlds_are_unknown(untouched: Sandbox, world: str) -> None:
    """A station of one world is not found in another."""
    foreign = untouched.opened(world)["sample"]["charge"]["charging_station"]

    assert refusal(untouched.charge(f"{STATIONS}/{foreign}")) == (404, "charging_station_not_found", "charging_station")


@pytest.mark.own_server
def test_badly_described_stations_have_defaults(sandbox: Sandbox) -> None:
    """A member of the details that is not of its type, as an import may have it, counts as not said (CHARGE-079)."""
    shown = described(sandbox, {})
    bad = {"address": 1, "capabilities": [], "opening": 7, "opening_hours": {}, "operator_contact": [], "range": [{}]}

    assert described(sandbox, bad) == shown
