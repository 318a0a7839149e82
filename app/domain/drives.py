"""Drives between two charging sessions: what distance, time and battery allow.

A vehicle is at one place at a time. Between two sessions it drives no faster than 110 km/h on average, and it arrives
with what it left with, less what the drive takes. Distances are in km, energies in kWh.
"""

from math import asin, cos, radians, sin, sqrt
from typing import Final

from .clock import HOUR
from .models import Session, Station, Vehicle

MOST_KMH: Final = 110.0
"""The highest average speed, with breaks, over any distance."""
LEAST_KWH_A_KM: Final = 0.12
MOST_KWH_A_KM: Final = 0.28
"""What electric cars take at least, in slow traffic in summer, and at most, on a winter motorway.

The cars of open-ev-data take 0.14 to 0.23 kWh/km on average.
"""
_EARTH_DIAMETER_KM: Final = 12_742
_ROUNDING: Final = 1e-6


def distance_km(one: Station, other: Station) -> float:
    """The great-circle distance between two stations."""
    latitude, longitude = radians(float(one.latitude)), radians(float(one.longitude))
    latitude_2, longitude_2 = radians(float(other.latitude)), radians(float(other.longitude))
    across = sin((latitude_2 - latitude) / 2) ** 2
    along = cos(latitude) * cos(latitude_2) * sin((longitude_2 - longitude) / 2) ** 2
    return _EARTH_DIAMETER_KM * asin(sqrt(min(1.0, across + along)))


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


def lead_on(vehicle: Vehicle, earlier: Session, later: Session, km: float) -> bool:
    """Whether the vehicle can have driven from the end of one session to the beginning of another one, `km` away."""
    span = later.created_at - earlier.unplugged_at
    return span >= 0 and is_drivable(
        vehicle, left_with=earlier.soc_end, arrives_with=later.soc_start, km=km, span=span
    )
