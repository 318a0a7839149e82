"""Where a vehicle is between two sessions, and how it may arrive at the next one.

People drive well within `domain.drives`: 75 km/h on average to another place, and a little around every place.
"""

from typing import Final, NamedTuple

from ..domain.clock import HOUR
from ..domain.models import Vehicle
from .routines import Place, km_between
from .session_draws import Arrival
from .wishes import EMPTIEST

_KMH: Final = 75.0
_LEAST_KWH_A_KM: Final = 0.14
_MOST_KWH_A_KM: Final = 0.2
_AROUND_KWH_AN_HOUR: Final = 8.0
"""The most that a vehicle uses for other errands, per hour between two sessions."""


class Waypoint(NamedTuple):
    """A vehicle that is not plugged in: an instant, its place, and its state of charge."""

    at: int
    place: Place
    soc: float


def arrival(vehicle: Vehicle, start: Waypoint, place: Place, at: int) -> Arrival | None:
    """The states of charge with which the vehicle can be at a place at an instant; None if it cannot be there."""
    km, hours = km_between(start.place, place), (at - start.at) / HOUR
    if hours < 0 or km > _KMH * hours:
        return None
    battery_kwh = vehicle.battery_wh / 1000
    highest = start.soc - km * _LEAST_KWH_A_KM / battery_kwh
    lowest = start.soc - (km * _MOST_KWH_A_KM + _AROUND_KWH_AN_HOUR * hours) / battery_kwh
    return None if highest < EMPTIEST else Arrival(max(EMPTIEST, lowest), highest)


def lead_on(vehicle: Vehicle, start: Waypoint, goal: Waypoint) -> bool:
    """Whether the vehicle can get from one waypoint to another."""
    found = arrival(vehicle, start, goal.place, goal.at)
    return found is not None and found.allows(goal.soc)
