"""What a vehicle reports of itself: battery, odometer and place, as they follow from where it was plugged in.

A vehicle stays where it was unplugged until it has to leave for the next charger. It reports once a minute, and when
something begins or ends. It measures its own charging, also where the operator of the station sends few messages of
it. All functions are pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import exp, floor
from typing import Final, NamedTuple

from .clock import HOUR, MILLISECOND, MINUTE
from .drives import NEVER_CHARGED, USUAL_KWH_A_KM, distance_km
from .ids import draw
from .models import Session, Station, Vehicle
from .sessions import view
from .sessions.power_plan import power, still_since, turns, unpacked
from .visits import Visit

CHARGING: Final = "charging"
IDLE: Final = "idle"
DISCHARGING: Final = "discharging"
_KMH: Final = 50.0
"""The usual average speed of a drive."""
_RANGE_KWH_A_KM: Final = 0.2
"""By which vehicles compute their range: more than they usually take."""
_AMBIENT: Final = 18.0
_WARMTH: Final = 12.0
_WARM_AFTER_KWH: Final = 14.0
_COOLS_IN: Final = HOUR
"""The temperature around a battery in °C, by how much charging warms it, and how slowly it warms and cools."""


class Place(NamedTuple):
    """A point in degrees."""

    latitude: float
    longitude: float


class Stop(NamedTuple):
    """A session as a stop on the way: the states of charge with which the vehicle came and left, and where."""

    soc_start: float
    soc_end: float
    latitude: str
    longitude: str


@dataclass(frozen=True, slots=True)
class Stay:
    """The last session of a vehicle that has begun, and where it took place."""

    session: Session
    station: Station


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """The sessions of a vehicle around an instant: the last that has begun, and the next one, planned or begun later.

    `stops` are all that have begun, in the order of time; `home` is the station at its home.
    """

    vehicle: Vehicle
    last: Stay | None
    next: Visit | None
    stops: Sequence[Stop]
    home: Station | None


class Charging(NamedTuple):
    """What a vehicle reports of its charging. The power is the battery's, in W."""

    is_plugged_in: bool
    power_w: int


class Battery(NamedTuple):
    """A battery: its state of charge, what it does, and its temperature in °C."""

    soc: float
    status: str
    temperature: float


def reported_at(around: Whereabouts, now: int, second: int) -> int:
    """The instant of the last report at `now` of what is reported each minute at that time of it, in microseconds."""
    return max(now - (now - second) % MINUTE, *(at for at in _boundaries(around) if at <= now))


def battery(around: Whereabouts, at: int) -> Battery:
    """The battery at an instant that is not before the beginning of the last session."""
    last, soc = around.last, state_of_charge(around, at)
    if last is None:
        return Battery(soc, IDLE, _AMBIENT)
    if at >= last.session.unplugged_at:
        is_driving = around.next is not None and _departs_at(around) <= at < around.next.created_at
        return Battery(soc, DISCHARGING if is_driving else IDLE, _temperature(last.session, at))
    flows = _is_flowing(view.as_flowed(last.session), at)
    return Battery(soc, CHARGING if flows else IDLE, _temperature(last.session, at))


def state_of_charge(around: Whereabouts, at: int) -> float:
    """The state of charge of the battery at such an instant. In a session it rises in step with the energy."""
    last = around.last
    if last is None:
        return _left_with(around)
    if at >= last.session.unplugged_at:
        return _left_with(around) - _lost(around) * _way_driven(around, at)
    session = view.as_flowed(last.session)
    charged = view.energy_wh(session, at) / session.energy_wh if session.energy_wh else 1.0
    return session.soc_start + (session.soc_end - session.soc_start) * charged


def charging(around: Whereabouts, at: int) -> Charging:
    """Whether the vehicle is plugged in at an instant, and the power with which its battery is charged then."""
    if around.last is None or at >= around.last.session.unplugged_at:
        return Charging(is_plugged_in=False, power_w=0)
    session = view.as_flowed(around.last.session)
    plan = unpacked(session.plan)
    is_due = session.started_at <= at < session.power_ends_at
    power_kw = power(plan, (at - session.started_at) / HOUR) if is_due else 0.0
    charged_kwh = (session.soc_end - session.soc_start) * around.vehicle.battery_wh / 1000
    share = charged_kwh / plan[-1][1] if plan[-1][1] else 1.0
    return Charging(is_plugged_in=True, power_w=round(1000 * share * power_kw))


@lru_cache(maxsize=4096)
def drawn_second(seed: int, part: str, vehicle: str) -> int:
    """When in a minute a vehicle reports a part of its telemetry, in microseconds."""
    return int(draw(seed, f"report/{part}", vehicle) * MINUTE) // MILLISECOND * MILLISECOND


def range_km(vehicle: Vehicle, soc: float) -> int:
    """How far the vehicle gets."""
    return round(soc * vehicle.battery_wh / 1000 / _RANGE_KWH_A_KM)


def driven_km(around: Whereabouts, at: int, battery_wh: int) -> int:
    """Whole kilometres that the vehicle has driven since its first session, if its battery had that size.

    Between two sessions it drives as far as what it has used usually takes it, and at least from the one to the other.
    """
    km = sum(_km(before, after, battery_wh) for before, after in pairwise(around.stops))
    if around.next is not None and around.stops and around.last is not None and at >= around.last.session.unplugged_at:
        km += _km(around.stops[-1], around.next, battery_wh) * _way_driven(around, at)
    return floor(round(km, 6))


def place(around: Whereabouts, at: int) -> Place | None:
    """Where the vehicle is; None if it has never been seen anywhere."""
    if around.last is None:
        seen = around.home or around.next
        return None if seen is None else _place(seen)
    here = _place(around.last.station)
    if around.next is None or at < around.last.session.unplugged_at:
        return here
    there, way = _place(around.next), _way_driven(around, at)
    return Place(*(round(start + (end - start) * way, 6) for start, end in zip(here, there, strict=True)))


def _boundaries(around: Whereabouts) -> list[int]:
    """When something begins or ends that a vehicle reports immediately."""
    if around.last is None:
        return [around.vehicle.created_at]
    session = around.last.session
    return [
        session.created_at,
        session.started_at,
        session.power_ends_at,
        session.unplugged_at,
        *(session.started_at + _first_millisecond(hours) for hours in turns(unpacked(session.plan))),
        *([] if around.next is None else [_departs_at(around)]),
    ]


def _first_millisecond(hours: float) -> int:
    """The first whole millisecond, in microseconds, that is not before that hour."""
    found = int(hours * HOUR) // MILLISECOND * MILLISECOND
    return found if found / HOUR >= hours else found + MILLISECOND


def _is_flowing(session: Session, at: int) -> bool:
    is_due = session.started_at <= at < session.power_ends_at
    return is_due and still_since(session.plan, (at - session.started_at) / HOUR) is None


def _temperature(session: Session, at: int) -> float:
    warmth = _WARMTH * (1 - exp(-view.energy_wh(session, at) / 1000 / _WARM_AFTER_KWH))
    cooled_for = max(0, at - session.power_ends_at) / _COOLS_IN
    return round(_AMBIENT + warmth * exp(-cooled_for), 1)


def _left_with(around: Whereabouts) -> float:
    """The state of charge at which the vehicle was unplugged the last time."""
    if around.last is not None:
        return around.last.session.soc_end
    if around.next is not None:
        return around.next.soc_start
    arrives_with = around.vehicle.arrives_with
    return NEVER_CHARGED if arrives_with is None else arrives_with


def _lost(around: Whereabouts) -> float:
    """The charge that the drive to the next session takes."""
    return 0.0 if around.next is None else max(0.0, _left_with(around) - around.next.soc_start)


def _departs_at(around: Whereabouts) -> int:
    """When the vehicle leaves the last charger for the next one; when it is due there if it has no way to go."""
    if around.last is None or around.next is None:
        raise ValueError("a drive leads from one session to another")
    km = _km(around.stops[-1], around.next, around.vehicle.battery_wh)
    return max(around.last.session.unplugged_at, around.next.created_at - floor(km / _KMH * HOUR))


def _km(earlier: Stop, later: Stop | Visit, battery_wh: int) -> float:
    used_kwh = max(0.0, earlier.soc_end - later.soc_start) * battery_wh / 1000
    return max(used_kwh / USUAL_KWH_A_KM, distance_km(earlier, later))


def _way_driven(around: Whereabouts, at: int) -> float:
    """The share of the way to the next session that the vehicle has driven."""
    if around.last is None or around.next is None:
        return 0.0
    departs_at, due_at = _departs_at(around), around.next.created_at
    if at >= due_at:
        return 1.0
    return max(0, at - departs_at) / (due_at - departs_at) if due_at > departs_at else 0.0


def _place(seen: Station | Visit) -> Place:
    return Place(float(seen.latitude), float(seen.longitude))
