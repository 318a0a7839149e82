"""Stations around a point come the nearest first, on numbered pages, and obey the filters."""

from typing import Any

import pytest

from app.domain.drives import great_circle_km
from tests.conftest import Sandbox
from tests.vendors.cariqa.stations import Body, around, details, found, read, refusal, sample_evse
from tests.vendors.cariqa.users import get

pytestmark = pytest.mark.own_server

PLACE = (38.75, -9.1)


def metres(station: Body, place: tuple[float, float] = PLACE) -> float:
    """How far a station is from a place."""
    latitude, longitude = (float(station["coordinates"][name]) for name in ("latitude", "longitude"))
    return great_circle_km(*place, latitude, longitude) * 1000


def near(sandbox: Sandbox, **query: Any) -> Body:  # noqa: ANN401 - what a query holds
    """A page of the stations around the place."""
    body: Body = found(read(sandbox, "around", latitude=PLACE[0], longitude=PLACE[1], **query))
    return body


def test_cariqa_038_stations_come_by_distance_then_id(untouched: Sandbox) -> None:
    """All stations within the distance are there, and no other one (CARIQA-038)."""
    everywhere = around(untouched, latitude=PLACE[0], longitude=PLACE[1])
    within = [station for station in everywhere if metres(station) <= 5_000]
    listed = near(untouched, distance=5_000)["results"]

    assert everywhere == sorted(everywhere, key=lambda each: (metres(each), each["id"]))
    assert 0 < len(listed) < len(everywhere)
    assert listed == within


def test_stations_at_one_place_come_by_their_ids(sandbox: Sandbox) -> None:
    """Where the distances are the same, ids decide."""
    [world] = sandbox.kept.rows("SELECT n FROM world WHERE name = 'default' AND state = 'open'")
    sandbox.kept.run(f"UPDATE station SET latitude = '38.75', longitude = '-9.1' WHERE world = {world.n}")  # noqa: S608 - a number
    ids = [station["id"] for station in near(sandbox, distance=0, page_size=100)["results"]]

    assert len(ids) > 10
    assert ids == sorted(ids)


def test_distance_is_a_hundred_metres_by_default(untouched: Sandbox) -> None:
    """At the place of a station itself that one is found."""
    sample = details(untouched, sample_evse(untouched))
    body = found(read(untouched, "around", **sample["coordinates"]))

    assert [each["id"] for each in body["results"]] == [sample["id"]]
    assert near(untouched, distance=1) == {"count": 0, "next": None, "previous": None, "results": []}


def test_pages_have_every_station_once(untouched: Sandbox) -> None:
    """`next` and `previous` keep the query, and lead through the list."""
    everywhere = around(untouched, latitude=PLACE[0], longitude=PLACE[1])
    first = near(untouched, distance=1_000_000, page_size=3)
    second = get(untouched, first["next"]).json()

    assert first["count"] == len(everywhere) > 3
    assert first["results"] + second["results"] == everywhere[:6]
    assert get(untouched, second["previous"]).json() == first
    assert read(untouched, "around", latitude=0, longitude=0, page=2).json() == {"detail": "Invalid page."}


def test_filters_leave_stations_out(untouched: Sandbox) -> None:
    """Partners, operators and types of connectors: several values of one filter are alternatives."""
    everywhere = around(untouched)

    def types(station: Body) -> set[str]:
        return {group["type"] for group in station["price_groups"]}

    def operator(station: Body) -> str:
        return str(station["operator"]["name"])

    names = sorted({operator(each) for each in everywhere})[:2]
    assert around(untouched, only_partners="true") == [each for each in everywhere if each["is_partner"]]
    assert around(untouched, operators=names) == [each for each in everywhere if operator(each) in names]
    for wanted in (["CHADEMO"], ["CHADEMO", "IEC_62196_T2_COMBO"], ["TESLA_S"]):
        assert around(untouched, connector_types=wanted) == [each for each in everywhere if types(each) & set(wanted)]


@pytest.mark.parametrize("at", [None, "2026-03-02T16:00:00Z"])
def test_only_available_stations_have_a_free_connector(untouched: Sandbox, at: str | None) -> None:
    """The filter and the shown statuses agree, at each instant."""
    place: dict[str, Any] = {"latitude": 48.0, "longitude": 5.0, "distance": 1_000_000, "page_size": 100}
    everywhere = found(read(untouched, "around", at=at, **place))["results"]
    free = found(read(untouched, "around", at=at, only_available="True", **place))["results"]

    assert free == [each for each in everywhere if each["status"] == "free"]
    assert all(("AVAILABLE" in str(each["evses"])) is (each["status"] == "free") for each in everywhere)


def test_cariqa_026_empty_values_are_not_there(untouched: Sandbox) -> None:
    """The vendor's client sends empty values, and parameters of the map that this list does not have (CARIQA-026)."""
    everywhere = near(untouched, distance=5_000)
    asked = {"max_price": "", "only_available": "", "only_partners": "false", "page": "", "page_size": ""}

    assert (
        near(untouched, distance=5_000, operators="", connector_types="", power_groups="slow", **asked)["results"]
        == (everywhere["results"])
    )


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"latitude": 1}, "longitude: This field is required."),
        ({"latitude": "", "longitude": 1}, "latitude: This field is required."),
        ({"latitude": "north", "longitude": 1}, "latitude: A valid number is required."),
        ({"latitude": "nan", "longitude": 1}, "latitude: Ensure this value is greater than or equal to -90."),
        ({"latitude": 90.1, "longitude": 1}, "latitude: Ensure this value is less than or equal to 90."),
        ({"latitude": 1, "longitude": -180.5}, "longitude: Ensure this value is greater than or equal to -180."),
        ({"latitude": "9" * 400, "longitude": 1}, "latitude: Ensure this value is less than or equal to 90."),
        ({"latitude": 1, "longitude": 1, "distance": -1}, "distance: Ensure this value is greater than or equal to 0."),
        ({"latitude": 1, "longitude": 1, "distance": "1.5"}, "distance: A valid integer is required."),
        ({"latitude": 1, "longitude": 1, "only_available": "maybe"}, "only_available: Must be a valid boolean."),
        ({"latitude": 1, "longitude": 1, "connector_types": "CCS"}, 'connector_types: "CCS" is not a valid choice.'),
        ({"latitude": 1, "longitude": 1, "operators": "a\0"}, "operators: Null characters are not allowed."),
    ],
)
def test_bad_query_is_refused_with_the_parameter(untouched: Sandbox, query: dict[str, Any], says: str) -> None:
    """It is 400 `validation_error` in the words of the framework."""
    assert refusal(read(untouched, "around", **query)) == (400, "validation_error", says)


@pytest.mark.parametrize("place", [(90, 0), (-90, 0), (90, 180), (0, 180), (0, -180), (-0.0, 0)])
def test_poles_and_the_date_line_are_places(sandbox: Sandbox, place: tuple[float, float]) -> None:
    """A station on the other side of the date line or of the pole is near."""
    latitude, longitude = place
    beyond = (latitude * 0.9999999, -longitude if abs(longitude) == 180 else longitude)
    sample = sandbox.opened()["sample"]["charge"]["charging_station"]
    sandbox.kept.run(
        "UPDATE station SET latitude = :latitude, longitude = :longitude WHERE id = :id",
        latitude=f"{beyond[0]:.6f}",
        longitude=f"{beyond[1]:.6f}",
        id=sample,
    )
    listed = found(read(sandbox, "around", latitude=latitude, longitude=longitude, distance=1000))["results"]

    assert [each["id"] for each in listed] == [sample]
