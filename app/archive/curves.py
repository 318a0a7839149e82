"""The plans of sessions and the curves of vehicles as an export has them: lists of numbers, which are checked."""

from itertools import pairwise
from math import expm1
from typing import Final

import orjson

from ..domain.clock import HOUR
from ..domain.sessions import power_plan
from ..domain.sessions.view import LONGEST

_GREATEST: Final = 1 << 60
_PLAN_ROWS: Final = 500
_PLAN_HOURS: Final = LONGEST / HOUR
_PLAN_KWH: Final = 100_000
_ROUNDING: Final = 1e-6
"""The hours and kWh by which rounding may be wrong."""
_STEEPEST: Final = 700
"""The exponential of more is beyond the floating-point numbers."""
_CURVE_KW: Final = 100_000
_CURVE_GAP: Final = 0.001


def _numbers(value: object, size: int) -> list[float]:
    """A list of `size` finite numbers."""
    if not isinstance(value, list) or len(value) != size:
        raise ValueError(f"it is a list of lists of {size} numbers each")
    for number in value:
        if type(number) not in {int, float} or not abs(number) < _GREATEST:
            raise ValueError(f"it is a list of lists of {size} numbers each, all of them finite")
    return value


def stored_plan(value: object) -> bytes:
    """A plan as it is stored: time and energy never fall, and power is 0 in the last row."""
    if not isinstance(value, list) or not 0 < len(value) <= _PLAN_ROWS:
        raise ValueError(f"a plan is a list of 1 to {_PLAN_ROWS} rows [hour, kWh, kW, growth of kW]")
    rows = [_numbers(row, 4) for row in value]
    if not 0 <= rows[0][0] <= rows[-1][0] <= _PLAN_HOURS + _ROUNDING or not 0 <= rows[0][1] <= rows[-1][1] <= _PLAN_KWH:
        raise ValueError("a plan begins with hour and energy, and ends within seven days")
    if rows[-1][2] != 0 or any(row[2] < 0 for row in rows):
        raise ValueError("the power of a plan is never negative, and 0 in its last row")
    for (hour, energy, power, growth), (next_hour, next_energy, *_) in pairwise(rows):
        if next_hour < hour:
            raise ValueError("the hours of a plan never fall")
        if not energy + _delivered(power, growth, next_hour - hour) <= next_energy + _ROUNDING:
            raise ValueError("the energy of a plan never falls, and is no less than its power has delivered")
    return power_plan.packed(tuple((float(t), float(e), float(p), float(m)) for t, e, p, m in rows))


def _delivered(power: float, growth: float, hours: float) -> float:
    if abs(growth) * hours > _STEEPEST:
        raise ValueError("the power of a plan grows too fast")
    return power * expm1(growth * hours) / growth if growth else power * hours


def stored_curve(value: object) -> str:
    """The curve of a vehicle on direct current, as it is stored."""
    if not isinstance(value, list) or not 1 < len(value) <= _PLAN_ROWS:
        raise ValueError(f"a curve is a list of 2 to {_PLAN_ROWS} points [state of charge, kW]")
    points = [_numbers(point, 2) for point in value]
    if not all(0 <= share <= 1 and 0 <= power <= _CURVE_KW for share, power in points):
        raise ValueError("a state of charge is from 0 to 1, and no power negative")
    if any(after - before < _CURVE_GAP for (before, _), (after, _) in pairwise(points)):
        raise ValueError("each point of a curve lies after the one before")
    return orjson.dumps(value).decode()
