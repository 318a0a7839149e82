"""The weather of a place at an instant: outdoor temperature and sunshine, from a seed.

Temperatures follow latitude, season and hour, and each day resembles the days before it. It is the weather of no real
day. Days are numbers since the epoch, UTC.
"""

from functools import lru_cache
from math import asin, cos, pi, radians, sin
from typing import Final, NamedTuple

from .clock import DAY, HOUR
from .ids import draw

_YEAR: Final = 365.2425
_COLDEST: Final = 20
_SOLSTICE: Final = -10
"""Days of the year: the coldest one in the north, and the one on which the sun is lowest there."""
_MILD_LATITUDE: Final = 52.5
_MILD: Final = 10.0
"""The mean temperature of a year at that latitude, in °C."""
_COOLER_A_DEGREE: Final = 0.6
_SEASON: Final = 9.5
_SWING: Final = 4.0
"""How far the temperature goes from its mean in a year, and in a day."""
_UNUSUAL: Final = 9.0
"""How much warmer or colder than usual a day can be."""
_MEMORY: Final = (1.0, 0.8, 0.6, 0.4, 0.2)
"""How much a day owes to chance of its own, and of the days before it."""
_WARMEST_HOUR: Final = 15
_TILT: Final = radians(-23.44)
_DULLEST: Final = 0.12
_REGION: Final = 5
"""Places whose degrees agree when divided by this have the same unusual days."""
_DEGREES_AN_HOUR: Final = 15


class Place(NamedTuple):
    """A place in degrees."""

    latitude: float
    longitude: float


def mean_temperature(seed: int, place: Place, day: int) -> float:
    """The mean temperature of a day in °C."""
    latitude = min(abs(place.latitude), 75.0)
    season = cos(2 * pi * (day - _COLDEST) / _YEAR) * (-1 if place.latitude < 0 else 1)
    usual = _MILD - _COOLER_A_DEGREE * (latitude - _MILD_LATITUDE) - _SEASON * season
    return usual + _UNUSUAL * _mood(seed, "temperature", place, day)


def temperature(seed: int, place: Place, at: int) -> float:
    """The outdoor temperature in °C; from noon to noon it goes from one day's mean to the next."""
    day, share = divmod(at - DAY // 2, DAY)
    before, after = mean_temperature(seed, place, day), mean_temperature(seed, place, day + 1)
    hour = at % DAY / HOUR + place.longitude / _DEGREES_AN_HOUR
    return before + (after - before) * share / DAY + _SWING * cos(2 * pi * (hour - _WARMEST_HOUR) / 24)


def sunshine(seed: int, place: Place, at: int) -> float:
    """The share of the strongest sun that reaches the ground, from 0 to 1."""
    day = at // DAY
    height = sin(elevation(place, at))
    return max(0.0, height) * clearness(seed, place, day)


def elevation(place: Place, at: int) -> float:
    """How high the sun stands, in radians; negative at night."""
    tilt = _TILT * cos(2 * pi * (at / DAY - _SOLSTICE) / _YEAR)
    hour = at % DAY / HOUR + place.longitude / _DEGREES_AN_HOUR
    latitude = radians(place.latitude)
    turned = cos(latitude) * cos(tilt) * cos(2 * pi * (hour - 12) / 24)
    return asin(max(-1.0, min(1.0, sin(latitude) * sin(tilt) + turned)))


def clearness(seed: int, place: Place, day: int) -> float:
    """How clear the sky of a day is: 1 without a cloud."""
    return min(1.0, max(_DULLEST, 0.6 + 0.8 * _mood(seed, "sky", place, day)))


def _mood(seed: int, kind: str, place: Place, day: int) -> float:
    """How unusual a day is, from -1 to 1; it changes little from one day to the next."""
    region = f"weather/{kind}/{place.latitude // _REGION:.0f}/{place.longitude // _REGION:.0f}"
    return sum(weight * _lot(seed, region, day - ago) for ago, weight in enumerate(_MEMORY)) / sum(_MEMORY)


@lru_cache(maxsize=16_384)
def _lot(seed: int, region: str, day: int) -> float:
    return 2 * draw(seed, region, day) - 1
