"""Areas hold the points in them, and give each a place; their boxes leave no point out."""

from math import cos, radians
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.areas import CORRIDOR_M, Area, Circle, Corridor, Overlap

PARIS: Final = (48.8698, 2.3319)
LATITUDES: Final = st.floats(-90, 90)
LONGITUDES: Final = st.floats(-180, 180)
DEGREE_M: Final = 111_195
"""The length of a degree of latitude, in metres."""


def fits_its_box(area: Area, latitude: float, longitude: float) -> bool:
    """Whether the box holds the point, if the area does."""
    box = area.box()
    is_inside = box.south <= latitude <= box.north and box.west <= longitude <= box.east
    return is_inside or area.place_mm(latitude, longitude) is None


@given(st.builds(Circle, LATITUDES, LONGITUDES, st.floats(0.001, 1_000_000)), LATITUDES, LONGITUDES)
def test_boxes_of_circles_hold_them(circle: Circle, latitude: float, longitude: float) -> None:
    """No point of a circle lies outside of its box, also near a pole and at 180 degrees."""
    assert fits_its_box(circle, latitude, longitude)


@given(st.builds(Circle, LATITUDES, LONGITUDES, st.floats(1000, 1_000_000)), st.floats(0, 0.999), st.floats(-1, 1))
def test_boxes_of_circles_hold_their_edges(circle: Circle, share: float, aside: float) -> None:
    """Points near the edge of a circle lie in its box."""
    latitude = max(-90.0, min(90.0, circle.latitude + share * circle.radius_m / DEGREE_M))
    wide = circle.radius_m / DEGREE_M / max(cos(radians(circle.latitude)), 0.01)
    longitude = max(-180.0, min(180.0, circle.longitude + aside * wide))
    assert fits_its_box(circle, latitude, longitude)


@given(
    st.builds(Corridor, st.tuples(LATITUDES, LONGITUDES), st.tuples(LATITUDES, LONGITUDES)),
    st.floats(0, 1),
    st.floats(-0.05, 0.05),
    st.floats(-0.05, 0.05),
)
def test_boxes_of_corridors_hold_them(route: Corridor, share: float, up: float, aside: float) -> None:
    """No point near a route that belongs to it lies outside of its box."""
    (south, west), (north, east) = route.origin, route.destination
    latitude, longitude = south + share * (north - south) + up, west + share * (east - west) + aside
    assert fits_its_box(route, latitude, longitude)


def test_place_in_a_circle_is_the_distance() -> None:
    """The centre is at 0; a hundredth of a degree north is 1,112 metres away, and a point beyond the radius is out."""
    circle = Circle(*PARIS, 1500)

    assert circle.place_mm(*PARIS) == 0
    assert circle.place_mm(PARIS[0] + 0.01, PARIS[1]) == pytest.approx(1_111_950, abs=10)
    assert circle.place_mm(PARIS[0] + 0.02, PARIS[1]) is None


def test_place_in_a_corridor_is_how_far_along_it_is() -> None:
    """A point half-way along lies at half the length, and one more than five kilometres aside is out (CHARGE-074)."""
    route = Corridor((50.0, 8.0), (51.0, 8.0))

    assert route.place_mm(50.0, 8.0) == 0
    assert route.place_mm(50.5, 8.01) == pytest.approx(DEGREE_M * 500, rel=1e-4)
    assert route.place_mm(51.02, 8.0) == pytest.approx(DEGREE_M * 1000, rel=1e-4)
    assert route.place_mm(50.5, 8.0 + 1.1 * CORRIDOR_M / DEGREE_M / cos(radians(50.5))) is None
    assert route.place_mm(51.05, 8.0) is None


def test_route_of_no_length_is_a_circle() -> None:
    """A route that ends where it begins has the points near it."""
    route = Corridor(PARIS, PARIS)

    assert route.place_mm(PARIS[0] + 0.01, PARIS[1]) == 0
    assert route.place_mm(PARIS[0] + 0.1, PARIS[1]) is None
    assert Corridor(PARIS, (PARIS[0], PARIS[1] + 1e-200)).place_mm(*PARIS) == 0
    assert Corridor((0.0, 0.0), (1e-200, 0.0)).place_mm(0.0, 0.0) == 0


def test_overlap_has_the_points_of_both_areas() -> None:
    """A point of both has its place in the first; a point of one of them is out."""
    route = Corridor((48.0, 2.3319), (49.0, 2.3319))
    both = Overlap(route, Circle(*PARIS, 1500))

    assert both.place_mm(*PARIS) == route.place_mm(*PARIS)
    assert both.place_mm(48.5, 2.3319) is None
    assert both.box() == route.box()
