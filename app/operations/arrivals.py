"""The charge with which a vehicle comes to a charger, and the one at which it stops by itself."""

from typing import Final

from ..domain.drives import EMPTIEST, NEVER_CHARGED, distance_km, soc_after_drive
from ..domain.ids import draw
from ..domain.models import Station, Vehicle
from ..domain.visits import Visit
from ..store.world_transaction import WorldTransaction

_ROOM: Final = 0.05
"""A vehicle that arrives with less room than this below the state of charge at which it stops charges until it is full.

One that has never been plugged in arrives with at least this room.
"""
_SHORTEST_DRIVE, _LONGEST_DRIVE = 0.05, 0.5


def soc_on_arrival(tx: WorldTransaction, vehicle: Vehicle, station: Station, last: Visit | None, n: int) -> float:
    """The state of charge at which the vehicle was unplugged the last time, less a drive that fits the time since then.

    A caller may start anywhere, so the distance counts only as far as time and battery allow.
    """
    if vehicle.arrives_with is not None:
        return vehicle.arrives_with
    share = _SHORTEST_DRIVE + draw(tx.world.seed, f"drive/{vehicle.id}", n) * (_LONGEST_DRIVE - _SHORTEST_DRIVE)
    if last is None:
        return max(EMPTIEST, min(NEVER_CHARGED - share, vehicle.charge_to - _ROOM))
    km, span = distance_km(last, station), tx.now - last.unplugged_at
    return soc_after_drive(vehicle, left_with=last.soc_end, share=share, km=km, span=span)


def soc_wanted(vehicle: Vehicle, soc: float) -> float:
    """The state of charge at which a vehicle that arrives with `soc` stops by itself."""
    has_room = vehicle.arrives_with is not None or soc <= vehicle.charge_to - _ROOM
    return vehicle.charge_to if has_room else 1.0
