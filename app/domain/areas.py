"""Areas in which stations are looked for, and the places in them. Distances are whole millimetres along the ground."""

from dataclasses import dataclass
from math import asin, cos, degrees, hypot, pi, radians, sin
from typing import Final, Protocol

from .drives import EARTH_RADIUS_KM, great_circle_km

CORRIDOR_M: Final = 5_000
"""How far from a route a station may be, in metres."""
_KM_A_DEGREE: Final = EARTH_RADIUS_KM * pi / 180
_MM_A_KM: Final = 1_000_000
_M_A_KM: Final = 1_000
_MARGIN: Final = 1e-6
"""Degrees by which a box is wider than its area, so that rounding leaves nothing out."""
_POLE, _HALF_TURN = 90.0, 180.0


@dataclass(frozen=True, slots=True)
class Box:
    """Everything between two latitudes and two longitudes, in degrees."""

    south: float
    north: float
    west: float
    east: float


class Area(Protocol):
    """An area that has a place for each point in it: the smaller, the earlier in a list."""

    def box(self) -> Box:
        """A box that holds the area."""
        ...

    def place_mm(self, latitude: float, longitude: float) -> int | None:
        """The place of a point in the area; None for a point outside."""
        ...


@dataclass(frozen=True, slots=True)
class Circle:
    """All points within a radius of a point; the place of one is its distance from the centre."""

    latitude: float
    longitude: float
    radius_m: float

    def box(self) -> Box:
        """A box that holds the circle. It goes around the earth if the circle holds a pole or crosses 180 degrees."""
        angle = self.radius_m / _M_A_KM / EARTH_RADIUS_KM
        up = degrees(angle) + _MARGIN
        south, north = self.latitude - up, self.latitude + up
        if south <= -_POLE or north >= _POLE:
            return Box(south, north, -_HALF_TURN, _HALF_TURN)
        aside = degrees(asin(min(1.0, sin(min(angle, pi / 2)) / cos(radians(self.latitude))))) + _MARGIN
        west, east = self.longitude - aside, self.longitude + aside
        if west < -_HALF_TURN or east > _HALF_TURN:
            return Box(south, north, -_HALF_TURN, _HALF_TURN)
        return Box(south, north, west, east)

    def place_mm(self, latitude: float, longitude: float) -> int | None:
        """The distance from the centre; None if that is more than the radius."""
        distance_mm = round(great_circle_km(self.latitude, self.longitude, latitude, longitude) * _MM_A_KM)
        return distance_mm if distance_mm <= self.radius_m * _M_A_KM else None


@dataclass(frozen=True, slots=True)
class Corridor:
    """All points within `CORRIDOR_M` of the straight line on the map between two points, (latitude, longitude) each.

    The place of a point is how far along the line it is.
    """

    origin: tuple[float, float]
    destination: tuple[float, float]

    def box(self) -> Box:
        """A box that holds the corridor."""
        (south, north), (west, east) = map(sorted, zip(self.origin, self.destination, strict=True))
        up = CORRIDOR_M / _M_A_KM / _KM_A_DEGREE + _MARGIN
        aside = up / max(self._shrinking(), _MARGIN)
        return Box(south - up, north + up, west - aside, east + aside)

    def place_mm(self, latitude: float, longitude: float) -> int | None:
        """How far along the line the point is; None if it is too far from the line."""
        (east, north), (x, y) = self._km_from_origin(*self.destination), self._km_from_origin(latitude, longitude)
        square = east**2 + north**2
        share = min(1.0, max(0.0, (x * east + y * north) / square)) if square else 0.0
        if hypot(x - share * east, y - share * north) * _M_A_KM > CORRIDOR_M:
            return None
        return round(share * hypot(east, north) * _MM_A_KM)

    def _shrinking(self) -> float:
        """How much shorter a degree of longitude is than one of latitude, half-way along the line."""
        return cos(radians((self.origin[0] + self.destination[0]) / 2))

    def _km_from_origin(self, latitude: float, longitude: float) -> tuple[float, float]:
        """How far east and north of the origin a point is."""
        east = (longitude - self.origin[1]) * self._shrinking() * _KM_A_DEGREE
        return east, (latitude - self.origin[0]) * _KM_A_DEGREE


@dataclass(frozen=True, slots=True)
class Overlap:
    """All points that lie in two areas; the place of one is that in the first area."""

    first: Area
    second: Area

    def box(self) -> Box:
        """A box that holds the first area."""
        return self.first.box()

    def place_mm(self, latitude: float, longitude: float) -> int | None:
        """The place in the first area; None for a point that is not in both."""
        if self.second.place_mm(latitude, longitude) is None:
            return None
        return self.first.place_mm(latitude, longitude)
