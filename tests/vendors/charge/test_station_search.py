"""Stations are searched around a point and along a route; pages stay in the order of place."""

from typing import Any, Final

import pytest

from app.domain.areas import Circle, Corridor
from tests.conftest import Sandbox
from tests.vendors.charge.pages import every, ids, pages, rows
from tests.vendors.charge.refusals import refusal

STATIONS: Final = "/v1/charging_stations"


def point(shown: dict[str, Any]) -> tuple[float, float]:
    return shown["location"]["latitude"], shown["location"]["longitude"]


def around(shown: dict[str, Any], radius: float) -> str:
    latitude, longitude = point(shown)
    return f"{STATIONS}?latitude={latitude}&longitude={longitude}&radius={radius}"


@pytest.mark.parametrize("radius", [1, 2_000, 20_000, 900_000])
def test_stations_around_a_point_are_the_nearest_first(untouched: Sandbox, radius: float) -> None:
    """Those within the radius are listed, in the order of their distance (CHARGE-074)."""
    everywhere = every(untouched, STATIONS)
    centre = everywhere[0]
    circle = Circle(*point(centre), radius)
    inside = [(circle.place_mm(*point(each)), each["id"]) for each in everywhere]
    expected = sorted(distance for distance, _ in inside if distance is not None)

    found = every(untouched, around(centre, radius))

    assert [circle.place_mm(*point(each)) for each in found] == expected
    assert found[0]["id"] == centre["id"]
    assert all(each in everywhere for each in found)


def test_pages_around_a_point_are_followed_both_ways(untouched: Sandbox) -> None:
    """Forwards and backwards, the pages hold each station within the radius once, in one order (CHARGE-074)."""
    url = around(every(untouched, STATIONS)[0], 900_000)
    forth = pages(untouched, f"{url}&limit=3")
    back = pages(untouched, forth[-1]["previous_page_url"], "previous_page_url")

    assert len(forth) > 2
    assert ids(rows(forth)) == ids(every(untouched, url))
    assert ids(rows([*back[::-1], forth[-1]])) == ids(rows(forth))


def test_stations_along_a_route_are_listed_as_it_passes_them(untouched: Sandbox) -> None:
    """Those near the line between two stations are listed from its origin to its destination (CHARGE-074)."""
    everywhere = every(untouched, STATIONS)
    first, last = everywhere[0], everywhere[-1]
    route = Corridor(point(first), point(last))
    near = sorted(place for each in everywhere if (place := route.place_mm(*point(each))) is not None)
    (south, west), (north, east) = point(first), point(last)
    url = f"{STATIONS}?origin={south},{west}&destination={north},{east}"

    found = every(untouched, url)

    assert [route.place_mm(*point(each)) for each in found] == near
    assert (near[0], near[-1]) == (0, route.place_mm(*point(last)))
    assert {first["id"], last["id"]} <= set(ids(found))
    overlap = every(untouched, f"{url}&latitude={north}&longitude={east}&radius=1")
    assert ids(overlap) == [last["id"]]


def test_available_stations_around_a_point_are_narrowed(untouched: Sandbox) -> None:
    """The search around a point takes the other filters too (CHARGE-074)."""
    url = around(every(untouched, STATIONS)[0], 900_000)
    available = set(ids(every(untouched, f"{STATIONS}?available=true")))

    assert ids(every(untouched, f"{url}&available=true")) == [
        each for each in ids(every(untouched, url)) if each in available
    ]


@pytest.mark.parametrize(
    ("query", "param"),
    [
        ({"latitude": "48.8698"}, "longitude"),
        ({"longitude": "2.3319", "radius": "1500"}, "latitude"),
        ({"latitude": "48.8698", "longitude": "2.3319"}, "radius"),
        ({"origin": "48.8698,2.3319"}, "destination"),
        ({"destination": "48.8698,2.3319"}, "origin"),
        ({"latitude": "90.1", "longitude": "0", "radius": "1"}, "latitude"),
        ({"latitude": "0", "longitude": "-180.1", "radius": "1"}, "longitude"),
        ({"latitude": "0", "longitude": "0", "radius": "0"}, "radius"),
        ({"latitude": "0", "longitude": "0", "radius": "1000001"}, "radius"),
        ({"latitude": "nan", "longitude": "0", "radius": "1"}, "latitude"),
        ({"latitude": "٤", "longitude": "0", "radius": "1"}, "latitude"),
        ({"latitude": "0", "longitude": "0", "radius": "inf"}, "radius"),
        ({"origin": "48.8698", "destination": "48.8698,2.3319"}, "origin"),
        ({"origin": "48.8698,2.3319", "destination": "91,2"}, "destination"),
        ({"available": "yes"}, "available"),
        ({"status": "active"}, "status"),
    ],
)
def test_malformed_searches_are_refused(untouched: Sandbox, query: dict[str, str], param: str) -> None:
    """A point has latitude, longitude and radius, a route has both its ends, and all of them lie on the earth.

    See CHARGE-074.
    """
    assert refusal(untouched.charge(STATIONS, **query)) == (400, None, param)


def test_page_token_of_another_search_is_refused(untouched: Sandbox) -> None:
    """A token belongs to the point that it was made for."""
    url = around(every(untouched, STATIONS)[0], 900_000)
    token = pages(untouched, f"{url}&limit=3")[0]["next_page_url"].partition("page=")[2].partition("&")[0]

    assert refusal(untouched.charge(STATIONS, page=token)) == (400, None, "page")
