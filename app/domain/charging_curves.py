"""The power that a vehicle accepts, where only its battery is known."""

from typing import Final

from .sessions.power_plan import Point

AC_KW: Final = 11.0
AC_PHASES: Final = 3
"""The on-board charger of most electric cars in Europe."""
_KW_PER_KWH: Final = 1.7
_MOST_KW: Final = 250.0
_KNEE: Final = 0.44
_END: Final = 0.13
"""The medians of the measured cars of the catalogue: the power at most, the state of charge up to which it lasts, and
the share that is left of it when the battery is full."""


def usual_curve(battery_wh: int) -> tuple[Point, ...]:
    """The power on direct current of a usual vehicle with a battery of that size, as (SoC, kW) points."""
    most = round(max(1.0, min(_MOST_KW, battery_wh / 1000 * _KW_PER_KWH)), 1)
    return ((0.0, most), (_KNEE, most), (1.0, round(max(1.0, most * _END), 1)))
