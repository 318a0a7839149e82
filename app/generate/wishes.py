"""What people wish for: all that is drawn of a session before it is known who charges where.

All chance of a session is drawn at once, so that no person is more likely for what was drawn.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any, Final, NamedTuple

from ..domain.clock import DAY, HOUR, MILLISECOND, MINUTE
from ..domain.models import Vehicle
from ..domain.sessions.start import AC_EFFICIENCY
from . import behaviour

EMPTIEST: Final = 0.04
"""The lowest state of charge with which a vehicle comes to a charger."""
LONGEST_STAY: Final = 20 * HOUR
LESS_THAN_FULL: Final = 0.15
"""How much less than usual a vehicle is charged on alternating current, at most."""
_MOST_AHEAD: Final = 3 * HOUR
"""How far the standard time of a city is ahead of UTC at most."""
_SLOWEST_KW: Final = 3.6
_LEAVES_EARLY: Final = 0.35
_RATED: Final = 0.3
_LIMITED: Final = 0.06
_LIMITS_WH: Final = (5_000, 10_000, 20_000, 30_000)
_OPTIMISED: Final = 0.75
_UNSEEN: Final = 0.03


class Fast(NamedTuple):
    """A charge on direct current, and how long it stays plugged in after it; or an early departure."""

    charge: behaviour.FastCharge
    leaves_early: bool
    lingers: int


class Slow(NamedTuple):
    """A charge on alternating current, and the stay as a multiple of the time that it takes, if that is longer."""

    energy_kwh: float
    stay_hours: float
    overstays: float


class Failure(NamedTuple):
    """What goes wrong, if anything: by its name in the habits, how long after the creation, and how far into it."""

    name: str | None
    after: int
    share: float


@dataclass(frozen=True, slots=True)
class Wish:
    """A session at a public station of a kind, as it is wished for. It begins at that local time of the day.

    `top_up_hours` is the stay on alternating current at a fast-charging site, and `top_up_soc` the state of charge.
    """

    kind: str
    local: int
    starts_after: int
    limit_wh: int | None
    charge: Fast | Slow
    top_up_hours: float
    top_up_soc: float
    failure: Failure
    settles_after: int | None
    rating: int | None

    def needs(self, vehicle: Vehicle) -> float:
        """The state of charge that a vehicle must have left with, at least, to come with what it needs."""
        if isinstance(self.charge, Slow):
            return max(EMPTIEST, soc_before(self.charge.energy_kwh, vehicle) - LESS_THAN_FULL)
        return self.charge.charge.soc if self.kind == "hpc" else EMPTIEST

    def reaches(self, vehicle: Vehicle) -> float:
        """The state of charge at the end, at most."""
        if isinstance(self.charge, Slow):
            return vehicle.charge_to
        return self.charge.charge.target if self.kind == "hpc" else max(self.charge.charge.target, vehicle.charge_to)

    @property
    def lasts_past_midnight(self) -> bool:
        """Whether the session may last until the next day in UTC."""
        if isinstance(self.charge, Fast):
            hours = max(self.charge.charge.patience_hours, self.top_up_hours)
        else:
            hours = max(self.charge.stay_hours, self.charge.overstays * self.charge.energy_kwh / _SLOWEST_KW)
        return latest_begin(self.local) + self.starts_after + int(hours * HOUR) + MINUTE >= DAY


@dataclass(frozen=True, slots=True)
class HomeWish:
    """A session at home as it is wished for. It begins at that local time of the day and stays for `stay`."""

    local: int
    energy_kwh: float
    stay: int
    optimised: bool
    surprised: bool
    unplug_seen: bool

    def needs(self, vehicle: Vehicle) -> float:
        """The state of charge that a vehicle must have left with, at least, to come with what it needs."""
        return soc_before(self.energy_kwh, vehicle)

    def reaches(self, vehicle: Vehicle) -> float:
        """The state of charge at the end, at most."""
        return vehicle.charge_to

    @property
    def lasts_past_midnight(self) -> bool:
        """Whether the session may last until the next day in UTC."""
        return latest_begin(self.local) + self.stay >= DAY


def latest_begin(local: int) -> int:
    """The latest time of the day in UTC at which a session begins, anywhere, that begins at that local time.

    Where the clock is ahead, what begins after midnight is wrapped into the last hours of the day in UTC.
    """
    return local if local >= _MOST_AHEAD else DAY - MILLISECOND


def wish(rng: Random, habits: Mapping[str, Any], kind: str, *, weekend: bool) -> Wish:
    """A session at a public station of a kind, by the habits of that class of stations."""
    habit = habits["classes"][kind]
    local = behaviour.time_of_start(rng, habit, weekend=weekend)
    charge: Fast | Slow
    top_up_hours = 0.0
    if "stay_hours" in habit:
        charge = Slow(*behaviour.slow_charge(rng, habit), rng.uniform(0.9, 1.2))
    else:
        charge = Fast(
            behaviour.fast_charge(rng, habit), rng.random() < _LEAVES_EARLY, whole_millis(rng.uniform(1, 5) / 60)
        )
        top_up_hours = min(12.0, rng.gammavariate(habit["stay_minutes"]["shape"], habit["stay_minutes"]["scale"]) / 60)
    failure = Failure(_failure(habits["failures"], rng.random()), rng.randrange(2_000, 5_000), rng.uniform(0.1, 0.9))
    rating = rng.choice((3, 4, 5, 5)) if rng.random() < _RATED else None
    return Wish(
        kind=kind,
        local=local,
        starts_after=rng.randrange(5_000, 60_000) * MILLISECOND,
        limit_wh=rng.choice(_LIMITS_WH) if rng.random() < _LIMITED else None,
        charge=charge,
        top_up_hours=top_up_hours,
        top_up_soc=rng.uniform(0.2, 0.6),
        failure=failure,
        settles_after=None if failure.name == "payment_failure" else _settles_after(rng),
        rating=rating,
    )


def without_failure(rng: Random, wished: Wish) -> Wish:
    """The same wish, in which nothing goes wrong."""
    return replace(wished, failure=Failure(None, 0, 0.0), settles_after=_settles_after(rng))


def home_wish(rng: Random, habits: Mapping[str, Any], *, weekend: bool) -> HomeWish:
    """A session at home, by the habits of homes."""
    habit = habits["classes"]["home"]
    local = behaviour.time_of_start(rng, habit, weekend=weekend)
    return HomeWish(
        local=local,
        energy_kwh=behaviour.home_energy(rng, habit),
        stay=min(LONGEST_STAY, behaviour.home_stay(rng, habit, local)),
        optimised=rng.random() < _OPTIMISED,
        surprised=rng.random() < habit["surprised"],
        unplug_seen=rng.random() >= _UNSEEN,
    )


def soc_before(energy_kwh: float, vehicle: Vehicle) -> float:
    """The state of charge from which that energy, on alternating current, charges the vehicle as far as usual."""
    return max(EMPTIEST, vehicle.charge_to - energy_kwh * AC_EFFICIENCY / (vehicle.battery_wh / 1000))


def _failure(shares: Mapping[str, float], drawn: float) -> str | None:
    for name in ("fault_at_start", "cancelled", "fault_while_charging", "zero_energy", "payment_failure"):
        drawn -= shares.get(name, 0.0)
        if drawn < 0:
            return name
    return None


def _settles_after(rng: Random) -> int:
    return rng.randrange(5_000, 90_000) * MILLISECOND


def whole_millis(hours: float) -> int:
    """Hours in microseconds, rounded down to whole milliseconds."""
    return int(hours * HOUR) // MILLISECOND * MILLISECOND
