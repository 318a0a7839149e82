"""Solar inverters: production by the sun, a household's use, and a battery that takes the surplus and gives it back.

The power of an hour is a whole number of watts. No vendor documents these rules; they are Wattif's own.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from .clock import DAY, HOUR
from .ids import draw
from .weather import Place, sunshine

_YIELD: Final = 0.9
"""The share of its rating that a plant gives in the strongest sun."""
_SETTLED: Final = 7
"""The days before, from which on a battery's charge is computed: in them it is full or empty at least once."""
_BATTERY_W_A_KWH: Final = 500
_HOUSEHOLD_W: Final = (
    *(250, 220, 210, 210, 220, 280, 480, 620, 520, 420, 400, 420),
    *(560, 500, 420, 400, 460, 640, 880, 960, 840, 640, 440, 320),
)


@dataclass(frozen=True, slots=True)
class Inverter:
    """An inverter: its id, the seed of its world, where it stands, its rating, and its battery and its limits in Wh.

    It has no battery if `battery_wh` is 0.
    """

    id: str
    seed: int
    place: Place
    rating_w: int
    battery_wh: int = 0
    least_wh: int = 0
    most_wh: int = 0


class Flow(NamedTuple):
    """The power of an hour in W, and what is in the battery at its beginning, in Wh.

    `battery_w` is positive while the battery is discharged.
    """

    production_w: int
    household_w: int
    battery_w: int
    battery_wh: int

    @property
    def surplus_w(self) -> int:
        return self.production_w - self.household_w

    @property
    def to_grid_w(self) -> int:
        """Positive if it is exported, negative if it is imported."""
        return self.surplus_w + self.battery_w


def flow(inverter: Inverter, at: int) -> Flow:
    """The power at an instant, and what is in the battery then."""
    of_hour = _day(inverter, at // DAY)[at % DAY // HOUR]
    return of_hour._replace(battery_wh=of_hour.battery_wh - of_hour.battery_w * (at % HOUR) // HOUR)


@lru_cache(maxsize=1_024)
def _day(inverter: Inverter, day: int) -> tuple[Flow, ...]:
    """The hours of a day."""
    flows: list[Flow] = []
    charge = inverter.least_wh
    first = (day - _SETTLED if inverter.battery_wh else day) * 24
    for hour in range(first, (day + 1) * 24):
        production, household = _production_w(inverter, hour), _household_w(inverter, hour)
        battery = _battery_w(inverter, charge, household - production)
        flows.append(Flow(production, household, battery, charge))
        charge -= battery
    return tuple(flows[-24:])


def _production_w(inverter: Inverter, hour: int) -> int:
    middle = hour * HOUR + HOUR // 2
    return round(_YIELD * inverter.rating_w * sunshine(inverter.seed, inverter.place, middle))


def _household_w(inverter: Inverter, hour: int) -> int:
    size = 0.7 + 0.6 * draw(inverter.seed, "household", inverter.id)
    return round(size * _HOUSEHOLD_W[hour % 24] * (0.7 + 0.6 * draw(inverter.seed, f"use/{inverter.id}", hour)))


def _battery_w(inverter: Inverter, charge: int, lacking: int) -> int:
    """What the battery gives in an hour in which the household lacks that power, or takes where there is a surplus."""
    most = _BATTERY_W_A_KWH * inverter.battery_wh // 1000
    gives = min(most, max(0, charge - inverter.least_wh))
    takes = min(most, max(0, inverter.most_wh - charge))
    return max(-takes, min(gives, lacking))
