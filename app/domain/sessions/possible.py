"""What no vehicle and no connector can do: more power than both allow, or more energy than the battery takes.

A session that Wattif plans keeps these bounds, because `start.delivery` makes its plan from the same numbers. They are
checked where a plan is given: in a scenario file, and in an export.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from ..clock import HOUR, MINUTE
from ..models import Connector, Session, Vehicle
from .power_plan import flowing, peak, unpacked
from .start import battery_at, cap_kw, efficiency

POWER: Final = "power"
ENERGY: Final = "energy"
_AT_ONCE: Final = MINUTE / HOUR
"""Where power flows for less than a minute, it stands for a reading that came at once, as in a printed example.

While a station is silent, energy comes without power, so time is checked by itself.
"""
_ROUNDING: Final = 1e-6
_ROUNDING_KWH: Final = 0.002
"""The shares of power and the kWh by which rounding may be wrong."""


class Impossibility(NamedTuple):
    """A bound that a session breaks, `POWER` or `ENERGY`, and the reason in words."""

    bound: str
    reason: str


def impossibilities(session: Session, vehicle: Vehicle, connector: Connector) -> Iterator[Impossibility]:
    """What of the session's plan its vehicle and its connector cannot do."""
    plan = unpacked(session.plan)
    most_kw = min(cap_kw(vehicle, connector), max(power for _, power in battery_at(vehicle, connector).curve))
    highest_kw = peak(plan)
    if highest_kw > most_kw * (1 + _ROUNDING) and flowing(plan) >= _AT_ONCE:
        yield Impossibility(POWER, f"{highest_kw:g} kW are more than the {most_kw:g} kW of connector and vehicle")
    hours, energy_kwh = plan[-1][:2]
    if energy_kwh > most_kw * hours + _ROUNDING_KWH and hours >= _AT_ONCE:
        yield Impossibility(ENERGY, f"{energy_kwh:g} kWh do not flow in {hours:.4g} hours at {most_kw:g} kW")
    lost = efficiency(connector)
    room_kwh = (1 - session.soc_start) * vehicle.battery_wh / 1000 / lost
    if energy_kwh > room_kwh + _ROUNDING_KWH:
        yield Impossibility(
            ENERGY,
            f"{energy_kwh:g} kWh are more than the {room_kwh:.4g} kWh that the battery takes from a state of charge of "
            f"{session.soc_start:g} on",
        )
