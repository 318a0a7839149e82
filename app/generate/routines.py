"""Where people live, which stations they use, how far they travel, and what is left in the battery when a week begins.

People charge near their home, at one or two regular stations of each kind, and now and then on a trip to another city.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from random import Random
from typing import Final, NamedTuple

from ..domain import drives, models
from .catalogue import City

_TRAVELLERS: Final = 0.9
"""The share of people who charge in other cities, of those who come home with an almost empty battery."""
_FARTHEST_KM: Final = 320.0
_NEAR_KM: Final = 120.0
"""The longest trip between two cities, and the distance over which trips become rarer by a factor of e."""
_REGULAR: Final = 0.8
_FIRST: Final = 0.7
"""The share of visits to a regular station, and the share of those that go to the first one."""
_REGULARS: Final = 3
_KEPT_FULL: Final = (0.02, 0.3)
_ALMOST_EMPTY: Final = (0.1, 0.45)
_KEEPS_FULL: Final = 0.1
"""What is missing from the state of charge that a vehicle is charged to, or what is left in it, when a week begins, and
the share of the vehicles without a wallbox that are kept full."""


class Place(NamedTuple):
    """A point in degrees, and the number of its city."""

    latitude: float
    longitude: float
    city: int


@dataclass(frozen=True, slots=True)
class Routine:
    """How a person and a vehicle live. `weekly_soc` is the state of charge at home on each Monday 00:00 UTC.

    It is the same each Monday, so that a week can be planned without the one before: by the end of a week a vehicle is
    back at home with it. `travels` is the probability that the next charge from home is in another city.
    """

    home: Place
    weekly_soc: float
    travels: float
    number: int


def routine(rng: Random, vehicle: models.Vehicle, home: Place, number: int) -> Routine:
    """The routine of the person of that number, who lives at `home`."""
    if vehicle.home is not None or rng.random() < _KEEPS_FULL:
        return Routine(home, vehicle.charge_to - rng.uniform(*_KEPT_FULL), 0.0, number)
    travels = rng.random() if rng.random() < _TRAVELLERS else 0.0
    return Routine(home, rng.uniform(*_ALMOST_EMPTY), travels, number)


def place_of(latitude: str, longitude: str, city: int) -> Place:
    """The place with these coordinates in the city of that number."""
    return Place(float(latitude), float(longitude), city)


def km_between(one: Place, other: Place) -> float:
    """The great-circle distance between two places."""
    return drives.great_circle_km(one.latitude, one.longitude, other.latitude, other.longitude)


class Trips:
    """The other cities that can be reached from each city, with the near ones more likely."""

    def __init__(self, cities: Sequence[City]) -> None:
        self._reached: list[tuple[list[int], list[float]]] = []
        for here in cities:
            numbers, weights = [], []
            for number, there in enumerate(cities):
                km = drives.great_circle_km(here.latitude, here.longitude, there.latitude, there.longitude)
                if there is not here and km <= _FARTHEST_KM:
                    numbers.append(number)
                    weights.append(exp(-km / _NEAR_KM))
            self._reached.append((numbers, weights))

    def destination(self, rng: Random, city: int) -> int:
        """A city to which someone goes from that one; the same one if none can be reached."""
        numbers, weights = self._reached[city]
        return rng.choices(numbers, weights)[0] if numbers else city


def regular(rng: Random, count: int, person: int, city: int) -> int:
    """Which of `count` stations of a city someone visits: mostly a regular one, else any."""
    if count == 1:
        return 0
    if rng.random() >= _REGULAR:
        return rng.randrange(count)
    rank = 0 if rng.random() < _FIRST else rng.randrange(1, _REGULARS)
    # Multiples of a large prime scatter people and their regular stations over the stations of a city.
    return ((person * _REGULARS + rank) * 7_919 + city) % count
