"""Power plans. A battery's power is piecewise linear in its state of charge, so each piece has a closed form in time.

A plan is a sequence of rows (t, E, p, m): at hour t, E kWh have been delivered, and the power is p kW and grows by the
factor exp(m·x) in x hours. The last row is the end of power and has p = 0. Energies are at the meter; the share
`efficiency` of them reaches the battery. The tests check the formulas against numerical integration.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import exp, expm1, inf, log1p
from struct import Struct
from typing import Final, TypeAlias

Point: TypeAlias = tuple[float, float]
Row: TypeAlias = tuple[float, float, float, float]
Plan: TypeAlias = tuple[Row, ...]

_ROW: Final = Struct("<4d")
_POWER: Final = Struct("<d8xd8x")
"""A row's t and p."""
_AC_KNEE: Final = 0.97
_AC_END: Final = 0.15
"""AC charging is flat until nearly full, then falls to this share of its power."""
_FLAT: Final = 1e-9
_POINT: Final = 1e-12
"""States of charge that lie no further apart are the same."""
EMPTY: Final[Plan] = ((0.0, 0.0, 0.0, 0.0),)


@dataclass(frozen=True, slots=True)
class Battery:
    """A battery of `capacity_kwh` usable kWh. `curve` is the power that it takes at the meter, as (SoC, kW) points."""

    capacity_kwh: float
    efficiency: float
    curve: tuple[Point, ...]


def ac_curve(power_kw: float) -> tuple[Point, ...]:
    """The power that an on-board charger of that power accepts, as (SoC, kW) points."""
    return ((0.0, power_kw), (_AC_KNEE, power_kw), (1.0, power_kw * _AC_END))


def charge(battery: Battery, *, soc: float, target: float, cap_kw: float, limit_kwh: float | None = None) -> Plan:
    """Charging without a pause from `soc` until `target` or until `limit_kwh` have gone through the meter."""
    stop = max(0.0, target - soc) * battery.capacity_kwh / battery.efficiency
    if limit_kwh is not None:
        stop = min(stop, limit_kwh)
    if stop <= 0:
        return EMPTY
    per_soc = battery.capacity_kwh / battery.efficiency
    rows: list[Row] = []
    hours = 0.0
    for (soc_1, power_1), (soc_2, power_2) in pairwise(_accepted(battery.curve, soc, target, cap_kw)):
        begin, end = (soc_1 - soc) * per_soc, (soc_2 - soc) * per_soc
        slope = (power_2 - power_1) / (end - begin)
        row = (hours, begin, power_1, slope if abs(slope) > _FLAT else 0.0)
        rows.append(row)
        if end >= stop:
            break
        hours = _hour_of(row, end)
    return (*rows, (_hour_of(rows[-1], stop), stop, 0.0, 0.0))


def paused(plan: Plan, at: float, hours: float) -> Plan:
    """The same charging with a pause: no power flows for `hours` from hour `at` on."""
    if hours <= 0:
        return plan
    before = tuple(row for row in plan if row[0] < at)
    after = tuple((row[0] + hours, *row[1:]) for row in plan if row[0] > at)
    pause = (at, energy(plan, at), 0.0, 0.0)
    current = next((row for row in reversed(plan) if row[0] <= at), plan[0])
    resumed = (at + hours, pause[1], power(plan, at), current[3])
    return (*before, pause, resumed, *after)


def cut(plan: Plan, at: float) -> Plan:
    """The plan as far as hour `at`, where power stops."""
    if at <= 0:
        return EMPTY
    return (*(row for row in plan if row[0] < at), (at, delivered(plan, at), 0.0, 0.0))


def continued(plan: Plan, at: float, rest: Plan) -> Plan:
    """The plan as far as hour `at`, and then the plan `rest`, whose hours and kWh count from there.

    Where `at` is negative, power has not begun, and `rest` is the whole plan.
    """
    begin, before = cut(plan, at)[-1][:2]
    after = tuple((begin + row[0], before + row[1], row[2], row[3]) for row in rest)
    return (*(row for row in plan if row[0] < at), *after)


def silenced(plan: Plan, since: float, until: float) -> Plan:
    """The plan as seen when the station is silent between two hours: energy stands still, then jumps to its value."""
    since = max(0.0, since)
    before = tuple(row for row in plan if row[0] < since)
    stands = () if before and not before[-1][2] else ((since, energy(plan, since), 0.0, 0.0),)
    growth = next((row[3] for row in reversed(plan) if row[0] <= until), 0.0)
    resumes = (until, energy(plan, until), power(plan, until), growth)
    return (*before, *stands, resumes, *(row for row in plan if row[0] > until))


def reported(plan: Plan, every: float, most: int) -> Plan:
    """The plan as seen when the meter is reported after each `every` hours, at most `most` times, and at the end.

    Energy stands still between two reports, and jumps at each of them.
    """
    hours, energy_kwh = plan[-1][:2]
    if not energy_kwh:
        return plan
    instants = (every * n for n in range(1, most + 1))
    reports = tuple((at, energy(plan, at), 0.0, 0.0) for at in instants if at < hours)
    return ((0.0, 0.0, 0.0, 0.0), *reports, (hours, energy_kwh, 0.0, 0.0))


def flowed(plan: Plan) -> Plan:
    """The plan by which power flows, where `reported` has made a plan of messages: evenly between two of them.

    A plan with power in it is returned as it is.
    """
    if any(row[2] for row in plan):
        return plan
    spans = ((row, after, after[0] - row[0]) for row, after in pairwise(plan))
    return (*((row[0], row[1], (after[1] - row[1]) / hours, 0.0) for row, after, hours in spans if hours), plan[-1])


def delivered(plan: Plan, at: float) -> float:
    """kWh through the meter by that hour.

    During a silence, the energy that the meter shows afterwards counts as if it were delivered evenly.
    """
    known = energy(plan, at)
    for before, after in pairwise(plan):
        if before[0] <= at < after[0] and not before[2] and after[1] > before[1]:
            return known + (after[1] - before[1]) * (at - before[0]) / (after[0] - before[0])
    return known


def energy(plan: Plan, hours: float) -> float:
    """kWh through the meter in the first `hours`."""
    for begin, before, power_kw, growth in reversed(plan):
        if hours >= begin:
            elapsed = hours - begin
            return before + (power_kw * expm1(growth * elapsed) / growth if growth else power_kw * elapsed)
    return 0.0


def power(plan: Plan, hours: float) -> float:
    """kW at that hour."""
    for begin, _, power_kw, growth in reversed(plan):
        if hours >= begin:
            return power_kw * exp(growth * (hours - begin))
    return 0.0


def hour_of(plan: Plan, energy_kwh: float) -> float:
    """The hour at which `energy_kwh` has gone through the meter; the end of power if it never does."""
    for row, following in pairwise(plan):
        if row[2] and energy_kwh <= following[1]:
            return _hour_of(row, energy_kwh)
    return plan[-1][0]


def peak(plan: Plan) -> float:
    """The highest power in kW; within a row it only rises or only falls."""
    ends = (row[2] * exp(row[3] * (after[0] - row[0])) for row, after in pairwise(plan))
    return max(0.0, *(row[2] for row in plan), *ends)


def flowing(plan: Plan) -> float:
    """The hours in which power flowed."""
    return sum(after[0] - row[0] for row, after in pairwise(plan) if row[2])


def turns(plan: Plan) -> Iterator[float]:
    """The hours at which power begins to flow, or stops."""
    flows = False
    for row in plan:
        if bool(row[2]) is not flows:
            flows = not flows
            yield row[0]


def still_since(stored: bytes, hours: float) -> float | None:
    """The hour since which no power has flowed at that hour of a stored plan; None while power flows."""
    since, power_kw = 0.0, 0.0
    for row in _POWER.iter_unpack(stored):
        if row[0] > hours:
            break
        since, power_kw = row
    return None if power_kw else since


def packed(plan: Plan) -> bytes:
    """The plan as it is stored."""
    return b"".join(_ROW.pack(*row) for row in plan)


def unpacked(stored: bytes) -> Plan:
    """The plan that was stored."""
    return tuple(_ROW.iter_unpack(stored))


def _accepted(curve: tuple[Point, ...], soc: float, target: float, cap_kw: float) -> list[Point]:
    """The curve under the cap between two states of charge, with a point wherever it bends."""
    first, last = soc + _POINT, target - _POINT
    bends = [point for point in _bends(curve, cap_kw) if first < point[0] < last]
    return [(soc, min(_on(curve, soc), cap_kw)), *bends, (target, min(_on(curve, target), cap_kw))]


@lru_cache(maxsize=256)
def _bends(curve: tuple[Point, ...], cap_kw: float) -> tuple[Point, ...]:
    """Where the curve under the cap bends, and how much it takes there."""
    corners = {point for point, _ in curve}
    for (soc_1, power_1), (soc_2, power_2) in pairwise(curve):
        if (power_1 - cap_kw) * (power_2 - cap_kw) < 0:
            corners.add(soc_1 + (cap_kw - power_1) / (power_2 - power_1) * (soc_2 - soc_1))
    apart = [corner for corner, following in pairwise([*sorted(corners), inf]) if following - corner > _POINT]
    return tuple((corner, min(_on(curve, corner), cap_kw)) for corner in apart)


def _on(curve: tuple[Point, ...], soc: float) -> float:
    for (soc_1, power_1), (soc_2, power_2) in pairwise(curve):
        if soc <= soc_2:
            return power_1 + (power_2 - power_1) * (soc - soc_1) / (soc_2 - soc_1)
    return curve[-1][1]


def _hour_of(row: Row, energy_kwh: float) -> float:
    begin, before, power_kw, growth = row
    more = energy_kwh - before
    return begin + (log1p(growth * more / power_kw) / growth if growth else more / power_kw)
