"""Drives between two charging sessions: what distance, time and battery allow.

A vehicle is at one place at a time. Between two sessions it drives no faster than 110 km/h on average, and it arrives
with what it left with, less what the drive takes. Distances are in km, energies in kWh.
"""

from math import asin, cos, radians, sin, sqrt
from typing import Final, Protocol

from .clock import HOUR
from .models import Vehicle

MOST_KMH: Final = 110.0
"""The highest average speed, with breaks, over any distance."""
LEAST_KWH_A_KM: Final = 0.12
MOST_KWH_A_KM: Final = 0.28
"""What electric cars take at least, in slow traffic in summer, and at most, on a winter motorway.

The cars of open-ev-data take 0.14 to 0.23 kWh/km on average.
"""
USUAL_KWH_A_KM: Final = 0.18
NEVER_CHARGED: Final = 0.6
"""The state of charge of a vehicle that has never been plugged in."""
EMPTIEST: Final = 0.05
"""A driver charges before the state of charge is lower."""
EARTH_RADIUS_KM: Final = 6_371
_ROUNDING: Final = 1e-6


class Place(Protocol):
    """Where a station is, in degrees."""

    @property
    def latitude(self) -> str: ...
    @property
    def longitude(self) -> str: ...


class Stay(Protocol):
    """When a vehicle is plugged in, and the states of charge with which it comes and leaves."""

    @property
    def created_at(self) -> int: ...
    @property
    def unplugged_at(self) -> int: ...
    @property
    def soc_start(self) -> float: ...
    @property
    def soc_end(self) -> float: ...


def distance_km(one: Place, other: Place) -> float:
    """The great-circle distance between two stations."""
    return great_circle_km(float(one.latitude), float(one.longitude), float(other.latitude), float(other.longitude))


def great_circle_km(latitude: float, longitude: float, to_latitude: float, to_longitude: float) -> float:
    """The great-circle distance between two points in degrees."""
    south, north = radians(latitude), radians(to_latitude)
    across = sin((north - south) / 2) ** 2
    along = cos(south) * cos(north) * sin(radians(to_longitude - longitude) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(min(1.0, across + along)))


def is_in_time(km: float, span: int) -> bool:
    """Whether a distance can be driven in a span of time, in microseconds."""
    return km <= MOST_KMH * span / HOUR + _ROUNDING


def is_drivable(vehicle: Vehicle, *, left_with: float, arrives_with: float, km: float, span: int) -> bool:
    """Whether the vehicle can have driven a distance in a span of time, with that change of its state of charge.

    The change is at least what the distance takes, and at most what can be driven in the time.
    """
    used_kwh = (left_with - arrives_with) * vehicle.battery_wh / 1000
    most_kwh = MOST_KMH * MOST_KWH_A_KM * span / HOUR
    return is_in_time(km, span) and km * LEAST_KWH_A_KM - _ROUNDING <= used_kwh <= most_kwh + _ROUNDING


def lead_on(vehicle: Vehicle, earlier: Stay, later: Stay, km: float) -> bool:
    """Whether the vehicle can have driven from the end of one session to the beginning of another one, `km` away."""
    span = later.created_at - earlier.unplugged_at
    return span >= 0 and is_drivable(vehicle, left_with=earlier.soc_end, arrives_with=later.soc_start, km=km, span=span)


def soc_after_drive(vehicle: Vehicle, *, left_with: float, share: float, km: float, span: int) -> float:
    """The state of charge after a drive that takes about a share of the battery.

    It takes what a distance of `km` does if that is more, but no more than can be driven in the span of time, and it
    leaves a little in the battery.
    """
    driven_km = MOST_KMH * span / HOUR
    battery_kwh = vehicle.battery_wh / 1000
    used_kwh = min(max(share * battery_kwh, km * USUAL_KWH_A_KM), driven_km * USUAL_KWH_A_KM)
    return max(min(EMPTIEST, left_with), left_with - used_kwh / battery_kwh)
