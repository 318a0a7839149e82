"""When, how long and how much people charge: draws from the distributions in `fixtures/catalogue/habits.yaml`."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from random import Random
from typing import Any, Final

from ..domain.clock import DAY, HOUR, MILLISECOND, MINUTE

_SHORTEST: Final = 0.05
"""The least share of the battery that a fast charge fills."""
_APART: Final = 0.6
"""The greatest distance between the quantile of the energy and that of the stay."""
_START_AND_END: Final = 1.9
"""The same for the states of charge at the start and at the end of a fast charge."""


@dataclass(frozen=True, slots=True)
class FastCharge:
    """A charge on direct current from `soc` to `target`. `fitness` is the share of its curve that the battery takes.

    The driver leaves after `patience_hours` at the latest.
    """

    soc: float
    target: float
    fitness: float
    patience_hours: float


def time_of_start(rng: Random, habits: Mapping[str, Any], *, weekend: bool) -> int:
    """The local time of the day at which a vehicle is plugged in, in whole milliseconds as microseconds.

    The hour follows the class's histogram of local hours.
    """
    hour = rng.choices(range(24), weights=habits["start"]["weekend" if weekend else "weekday"])[0]
    return hour * HOUR + rng.randrange(HOUR // MILLISECOND) * MILLISECOND


def fast_charge(rng: Random, habits: Mapping[str, Any]) -> FastCharge:
    """A charge at a fast charger."""
    factor, patience = habits["battery_factor"], habits["patience_minutes"]
    share = rng.random()
    soc = _quantile(habits["start_soc"], share)
    target = _quantile(habits["end_soc"], _near(rng, share, _START_AND_END))
    if target < soc + _SHORTEST:
        target = soc + (1 - soc) * rng.uniform(0.3, 1.0)
    fitness = min(factor["highest"], max(factor["lowest"], rng.gauss(factor["mean"], factor["sd"])))
    return FastCharge(soc, target, fitness, rng.gammavariate(patience["shape"], patience["scale"]) / 60)


def slow_charge(rng: Random, habits: Mapping[str, Any]) -> tuple[float, float]:
    """The energy in kWh and the stay in hours on alternating current. More energy goes with a longer stay."""
    share = rng.random()
    return _quantile(habits["energy_kwh"], share), _quantile(habits["stay_hours"], _near(rng, share, _APART))


def home_energy(rng: Random, habits: Mapping[str, Any]) -> float:
    """The energy of a session at home in kWh."""
    law = habits["energy_kwh"]
    return rng.lognormvariate(log(law["median"]), law["sigma"])


def home_stay(rng: Random, habits: Mapping[str, Any], local: int) -> int:
    """How long a vehicle that is plugged in at home at that local time stays, in microseconds.

    It follows the hours at which people leave home: some leave soon, most when the day begins.
    """
    hour, into_hour = divmod(local % DAY, HOUR)
    leaving, staying = habits["unplug"], habits["stay_weights"]
    weights = [weight * leaving[(hour + ahead) % 24] for ahead, weight in enumerate(staying, start=1)]
    ahead = rng.choices(range(1, len(weights) + 1), weights=weights)[0]
    leaves = ahead * HOUR + rng.randrange(HOUR // MILLISECOND) * MILLISECOND
    return max(MINUTE, leaves - into_hour)


def _near(rng: Random, share: float, apart: float) -> float:
    """A share at most half of `apart` from another, reflected at 0 and 1, so that it is evenly distributed as well."""
    drawn = abs(share + (rng.random() - 0.5) * apart)
    return 2 - drawn if drawn > 1 else drawn


def _quantile(law: Mapping[str, Sequence[float]], share: float) -> float:
    """The quantile of that share, linear between the logarithms of the quantiles that are given."""
    at, values = law["at"], law["values"]
    upper = bisect_left(at, share, 1, len(at) - 1)
    low, along = values[upper - 1], (share - at[upper - 1]) / (at[upper] - at[upper - 1])
    return float(low * (values[upper] / low) ** along)
