"""Boosts vehicles at home: now, or when they are plugged in the next time.

A boost of a vehicle and one of a wallbox follow the same rules (`domain.boosts`); only that of a wallbox can be ended.
"""

from dataclasses import replace

from ..domain.boosts import REFUSED_AT_ALL, BoostState, boost_refusal, boost_state, is_armed
from ..domain.clock import MILLISECOND, NEVER
from ..domain.errors import BoostRefusedError
from ..domain.models import Session, Vehicle
from ..store import parties, stays, vehicles
from ..store.world_transaction import WorldTransaction
from .home_plans import arrange_plans, save_present


def boost_vehicle(tx: WorldTransaction, vehicle: Vehicle, *, is_linked: bool) -> None:
    """Has a vehicle charge at once if it is plugged in, else from the next plug-in on. Raises BoostRefusedError.

    `is_linked` says whether the request reaches the vehicle.
    """
    last = stays.last_stay(tx, vehicle.id)
    plugged = None if last is None or last.unplugged_at <= tx.now else last
    if not is_linked:
        raise BoostRefusedError(boost_state(plugged, tx.now), REFUSED_AT_ALL)
    if plugged is not None:
        boost_session(tx, plugged, vehicle)
    else:
        arm_vehicle(tx, vehicle)


def arm_vehicle(tx: WorldTransaction, vehicle: Vehicle) -> None:
    """Has a vehicle charge at once from the next plug-in on, if it is not to do so already."""
    last = stays.last_stay(tx, vehicle.id)
    if not is_armed(vehicle.boosts_from, None if last is None else last.created_at, tx.now):
        _arm(tx, vehicle, tx.now, last)


def use_boost(tx: WorldTransaction, vehicle: Vehicle, plugged: Session) -> None:
    """Has the boost that a vehicle is armed with, if it is, end with a session that was just inserted.

    Sessions that are planned after it are not boosted. One that begins at the very instant at which the boost was armed
    comes after that, because a vehicle that is plugged in is not armed.
    """
    if vehicle.boosts_from == NEVER:
        return
    if vehicle.boosts_from == plugged.created_at:
        whole = parties.vehicle(tx, vehicle.id) or vehicle
        vehicle = replace(whole, boosts_from=plugged.created_at - MILLISECOND)
        vehicles.save_vehicle(tx, vehicle)
    arrange_plans(tx, vehicle, stays.last_stay(tx, vehicle.id))


def disarm_vehicle(tx: WorldTransaction, vehicle: Vehicle) -> None:
    """Forgets a boost that waits for the next plug-in. One that is ongoing goes on."""
    if vehicle.boosts_from < NEVER:
        _arm(tx, vehicle, NEVER, stays.last_stay(tx, vehicle.id))


def boost_session(tx: WorldTransaction, plugged: Session, vehicle: Vehicle) -> None:
    """Has a vehicle charge at once that is plugged in for a session. Raises BoostRefusedError."""
    refusal = boost_refusal(plugged, tx.now)
    if refusal is not None:
        raise BoostRefusedError(boost_state(plugged, tx.now), refusal)
    save_present(tx, plugged, vehicle, boosts=True)


def end_boost(tx: WorldTransaction, plugged: Session, vehicle: Vehicle) -> None:
    """Has the optimiser plan the rest of a session again that is boosted."""
    if boost_state(plugged, tx.now) in {BoostState.REQUESTED, BoostState.ONGOING}:
        save_present(tx, plugged, vehicle, boosts=False)


def _arm(tx: WorldTransaction, vehicle: Vehicle, boosts_from: int, last: Session | None) -> None:
    changed = replace(vehicle, boosts_from=boosts_from)
    vehicles.save_vehicle(tx, changed)
    arrange_plans(tx, changed, last)
