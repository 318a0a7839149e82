"""Heat pumps: their electric power by outdoor temperature and settings, and what they use and save over time.

A building stores warmth, so the energy of a day follows the day's mean temperature. Its hours have fixed shares of it,
which an optimiser moves into the cheap hours of the day-ahead market. The power of an hour is a whole number of watts,
so that the sums of hours, days and months agree exactly. No vendor documents these rules; they are Wattif's own.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Final, NamedTuple

from .clock import DAY, HOUR
from .ids import draw
from .smart_charging import Market
from .weather import Place, mean_temperature, temperature

MODES: Final = ("max", "mid", "low", "min")
"""What an optimiser makes a heat pump do in the cheapest quarter of a day's hours, the next ones, and the dearest."""
_STRENGTHS: Final = {"Low": 0.15, "Mid": 0.3, "Max": 0.45}
"""By how much its `max` and `min` differ from a usual hour, by the level of optimisation."""
_STEPS: Final = {"max": 1.0, "mid": 0.4, "low": -0.4, "min": -1.0}
STANDBY_W: Final = 30
_KW_A_DEGREE: Final = 0.2
_HEATED_BELOW: Final = 16.0
_COOLED_ABOVE: Final = 22.0
_POOL_ABOVE: Final = 10.0
_WATER_KWH: Final = 3.0
_POOL_KWH: Final = 9.0
_ROOM: Final = 20.5
"""The indoor temperature that is aimed at without an offset, in °C."""
_WATER: Final = 48.0
_SPACE_SHARES: Final = (
    *(1.0, 1.0, 1.0, 1.0, 1.1, 1.3, 1.4, 1.3, 1.1, 0.9, 0.8, 0.7),
    *(0.7, 0.7, 0.7, 0.8, 0.9, 1.1, 1.2, 1.2, 1.1, 1.0, 1.0, 1.0),
)
_WATER_SHARES: Final = (*(0.2,) * 5, 1.5, 4.0, 4.0, 2.0, *(0.5,) * 8, 1.5, 3.0, 3.0, 1.5, *(0.5,) * 3)
_UNSTEERED: Final[tuple[str, ...]] = ("mid",) * 24
_POOL_SHARES: Final = (*(0.0,) * 9, *(3.0,) * 8, *(0.0,) * 7)


@dataclass(frozen=True, slots=True)
class Settings:
    """What people set of a heat pump, as far as its power depends on it. `level` is `Low`, `Mid` or `Max`."""

    is_optimized: bool = False
    level: str = "Mid"
    offset: float = 0.0
    heats_rooms: bool = False
    heats_water: bool = False
    heats_pool: bool = False
    cools_rooms: bool = False


@dataclass(frozen=True, slots=True)
class HeatPump:
    """A heat pump of a world: its id, where it stands, and the prices there."""

    id: str
    place: Place
    market: Market


class Change(NamedTuple):
    """The settings from an instant on."""

    since: int
    settings: Settings


class Use(NamedTuple):
    """What a heat pump uses, in watts times microseconds, what it costs, and what it would cost without an optimiser.

    A price is in millionths of a EUR per kWh.
    """

    energy: int = 0
    cost: int = 0
    usual_cost: int = 0

    def plus(self, other: "Use", times: int = 1) -> "Use":
        """The sum of this and of a multiple of the other."""
        return Use(
            self.energy + times * other.energy,
            self.cost + times * other.cost,
            self.usual_cost + times * other.usual_cost,
        )

    @property
    def energy_wh(self) -> int:
        return self.energy // HOUR

    @property
    def cost_e4(self) -> int:
        """In 1/10,000 EUR."""
        return round(self.cost / HOUR / 100_000)

    @property
    def usual_cost_e4(self) -> int:
        """In 1/10,000 EUR."""
        return round(self.usual_cost / HOUR / 100_000)


class State(NamedTuple):
    """A heat pump at an instant: power in W, temperatures in °C. `mode` is None without an optimiser."""

    power_w: int
    mode: str | None
    activity: str
    outdoor: float
    indoor: float
    indoor_target: float
    inlet: float
    outlet: float
    water: float
    water_target: float


class _Day(NamedTuple):
    """The hours of a day with the same settings. `until_hour` is what is used before each hour, and in all of them."""

    watts: tuple[int, ...]
    usual_watts: tuple[int, ...]
    modes: tuple[str, ...]
    prices: tuple[int, ...]
    until_hour: tuple[Use, ...]


def state(pump: HeatPump, settings: Settings, at: int, *, water_target: float = _WATER) -> State:
    """A heat pump with its settings at an instant."""
    day, hour = at // DAY, at % DAY // HOUR
    hours = _day(pump, settings, day)
    outdoor = temperature(pump.market.seed, pump.place, at)
    mode = hours.modes[hour] if settings.is_optimized else None
    step = 0.4 * _STEPS[mode] if mode else 0.0
    target = _ROOM + settings.offset
    heats = settings.heats_rooms and outdoor < _HEATED_BELOW + settings.offset
    outlet = min(55.0, max(28.0, 48.0 - 0.9 * outdoor)) if heats else 25.0
    return State(
        power_w=hours.watts[hour],
        mode=mode,
        activity=_activity(settings, heats=heats, hour=hour, outdoor=outdoor),
        outdoor=round(outdoor, 1),
        indoor=round(target + step + 0.6 * (draw(pump.market.seed, f"indoor/{pump.id}", at // HOUR) - 0.5), 1),
        indoor_target=round(target, 1),
        inlet=round(outlet - (6.5 if heats else 0.0), 1),
        outlet=round(outlet, 1),
        water=round(water_target + 2.0 * step + 3.0 * draw(pump.market.seed, f"water/{pump.id}", at // HOUR), 1),
        water_target=water_target,
    )


def use(pump: HeatPump, changes: Sequence[Change], since: int, until: int) -> Use:
    """What a heat pump uses between two instants, under the settings of each instant; nothing before the first."""
    total = Use()
    ends = [change.since for change in changes[1:]] + [until]
    first = max(0, bisect_right([change.since for change in changes], since) - 1)
    for change, end in zip(changes[first:], ends[first:], strict=True):
        begin, stop = max(since, change.since), min(until, end)
        if begin < stop:
            total = total.plus(_steady(pump, change.settings, begin, stop))
    return total


def _steady(pump: HeatPump, settings: Settings, since: int, until: int) -> Use:
    """What it uses between two instants with the same settings."""
    first, last = since // DAY, until // DAY
    begun = _since_midnight(pump, settings, until).plus(_since_midnight(pump, settings, since), -1)
    return _whole_days(pump, settings, first, last).plus(begun)


@lru_cache(maxsize=4_096)
def _whole_days(pump: HeatPump, settings: Settings, first: int, end: int) -> Use:
    """What it uses in the days from the first one to the one before `end`."""
    total = Use()
    for day in range(first, end):
        total = total.plus(_day(pump, settings, day).until_hour[-1])
    return total


def _since_midnight(pump: HeatPump, settings: Settings, at: int) -> Use:
    """What it has used of an instant's day."""
    day, passed = divmod(at, DAY)
    if not passed:
        return Use()
    hour, rest = divmod(passed, HOUR)
    hours = _day(pump, settings, day)
    price = hours.prices[hour]
    part = Use(hours.watts[hour], hours.watts[hour] * price, hours.usual_watts[hour] * price)
    return hours.until_hour[hour].plus(part, rest)


@lru_cache(maxsize=4_096)
def _day(pump: HeatPump, settings: Settings, day: int) -> _Day:
    """A day with the same settings from its beginning to its end."""
    usual = _usual_watts(pump, settings, day)
    first = pump.market.hour_of(day * DAY)
    prices = tuple([pump.market.kwh_price(hour) for hour in range(first, first + 24)])
    watts, modes = usual, _UNSTEERED
    if settings.is_optimized:
        modes = _modes(prices)
        watts = _optimized(usual, modes, _STRENGTHS[settings.level])
    hours = (Use(w, w * price, u * price) for w, u, price in zip(watts, usual, prices, strict=True))
    sums = accumulate(hours, lambda total, hour: total.plus(hour, HOUR), initial=Use())
    return _Day(watts, usual, modes, prices, tuple(sums))


def _usual_watts(pump: HeatPump, settings: Settings, day: int) -> tuple[int, ...]:
    """The power in each hour of a day without an optimiser."""
    mean = mean_temperature(pump.market.seed, pump.place, day)
    size = 0.7 + 0.8 * _lot(pump.market.seed, pump.id)
    lacking = max(0.0, _HEATED_BELOW + settings.offset - mean) if settings.heats_rooms else 0.0
    room_w = 1000 * size * _KW_A_DEGREE * lacking / _efficiency(mean)
    if settings.cools_rooms:
        room_w += 1000 * size * _KW_A_DEGREE * max(0.0, mean - _COOLED_ABOVE - settings.offset) / 3
    water_w = 1000 * size * _WATER_KWH / 24 if settings.heats_water else 0.0
    pool_w = 1000 * _POOL_KWH / 24 if settings.heats_pool and mean > _POOL_ABOVE else 0.0
    shares = zip(_SPACE_SHARES, _WATER_SHARES, _POOL_SHARES, strict=True)
    return tuple([STANDBY_W + round(room_w * room + water_w * water + pool_w * pool) for room, water, pool in shares])


def _efficiency(outdoor: float) -> float:
    """The warmth for each unit of electricity at an outdoor temperature."""
    return min(5.5, max(1.8, 3.2 + 0.08 * outdoor))


def _modes(prices: Sequence[int]) -> tuple[str, ...]:
    """The mode of each hour: the cheaper it is, the more."""
    quarter = len(prices) // len(MODES)
    ranked = sorted(range(len(prices)), key=prices.__getitem__)
    places = {hour: place for place, hour in enumerate(ranked)}
    return tuple([MODES[places[hour] // quarter] for hour in range(len(prices))])


def _optimized(usual: Sequence[int], modes: Sequence[str], strength: float) -> tuple[int, ...]:
    """The power in each hour when as much energy as usual is moved into the cheap hours."""
    wanted = [watts * (1 + strength * _STEPS[mode]) for watts, mode in zip(usual, modes, strict=True)]
    same = sum(usual) / sum(wanted)
    return tuple([round(watts * same) for watts in wanted])


def _activity(settings: Settings, *, heats: bool, hour: int, outdoor: float) -> str:
    if settings.heats_water and _WATER_SHARES[hour] > 1:
        return "hot_water"
    if heats:
        return "heating"
    return "cooling" if settings.cools_rooms and outdoor > _COOLED_ABOVE else "standby"


@lru_cache(maxsize=1_024)
def _lot(seed: int, pump: str) -> float:
    return draw(seed, "heat_pump", pump)
