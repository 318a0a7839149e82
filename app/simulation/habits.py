"""When, how long and how much people charge: draws from the published laws in `fixtures/catalogue/habits.yaml`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log
from random import Random
from typing import Any, Final

from ..world.clock import DAY, HOUR, MILLISECOND

_FRIDAY: Final = 4
_TAIL: Final = 0.35
"""How far beyond its outermost published quantiles a law reaches, as a share of the next step."""
_BEST_START, _BEST_END, _SHORTEST = 0.9, 1.0, 0.05


@dataclass(frozen=True, slots=True)
class Charge:
    """A charge on direct current: from one state of charge to another, with a battery so fit."""

    soc: float
    target: float
    fitness: float


def start_of(rng: Random, habits: Mapping[str, Any], day: int, utc_offset_minutes: int) -> int:
    """When somebody plugs in on the day that begins `day` days after a Monday, as microseconds after that Monday, UTC.

    The hour follows the class's histogram of local hours.
    """
    weekend = day % 7 > _FRIDAY
    weights = habits["start"]["weekend" if weekend else "weekday"]
    hour = rng.choices(range(24), weights=weights)[0]
    local = day * DAY + hour * HOUR + rng.randrange(HOUR // MILLISECOND) * MILLISECOND
    return local - utc_offset_minutes * (HOUR // 60)


def fast_charge(rng: Random, habits: Mapping[str, Any]) -> Charge:
    """From where to where somebody charges at a fast charger, and how fit the battery is."""
    start, end, factor = habits["start_soc"], habits["end_soc"], habits["battery_factor"]
    soc = min(_BEST_START, max(0.02, rng.betavariate(start["a"], start["b"])))
    target = min(_BEST_END, rng.betavariate(end["a"], end["b"]))
    if rng.random() < end["snap_share"]:
        target = min(end["snap_to"], key=lambda heap: abs(heap - target))
    if target < soc + _SHORTEST:
        target = soc + (1 - soc) * rng.uniform(0.3, 1.0)
    fitness = min(factor["highest"], max(factor["lowest"], rng.gauss(factor["mean"], factor["sd"])))
    return Charge(soc, target, fitness)


def slow_charge(rng: Random, habits: Mapping[str, Any]) -> tuple[float, float]:
    """The kWh somebody takes on alternating current, and the hours the car stays: who takes more stays longer."""
    share = rng.random()
    wanted = _quantile(habits["energy_kwh"], share)
    stay = _quantile(habits["stay_hours"], min(0.999, max(0.001, share * 0.6 + rng.random() * 0.4)))
    return wanted, stay


def home_energy(rng: Random, habits: Mapping[str, Any]) -> float:
    """How many kWh somebody takes at home."""
    law = habits["energy_kwh"]
    return rng.lognormvariate(log(law["median"]), law["sigma"])


def hour_of_leaving(rng: Random, habits: Mapping[str, Any]) -> int:
    """The local hour at which somebody leaves home with the car."""
    return int(rng.choices(range(24), weights=habits["unplug"])[0])


def _quantile(law: Mapping[str, Sequence[float]], share: float) -> float:
    """The value below which that share of a law lies, on a straight line between the logarithms of its quantiles."""
    at, values = list(law["at"]), [log(value) for value in law["values"]]
    at = [0.0, *at, 1.0]
    low = values[0] - (values[1] - values[0]) * (1 + _TAIL)
    high = values[-1] + (values[-1] - values[-2]) * (1 + _TAIL)
    values = [low, *values, high]
    upper = next(n for n, each in enumerate(at) if share <= each and n)
    along = (share - at[upper - 1]) / (at[upper] - at[upper - 1])
    return exp(values[upper - 1] + along * (values[upper] - values[upper - 1]))
