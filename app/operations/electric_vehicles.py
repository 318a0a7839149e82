"""Vehicles with smart charging: registered, taken over from their drivers, and told how to charge at home."""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Final

from ..domain import smart_charging
from ..domain.charge_policy import ChargePolicy, DayRule, read_policy, written_policy
from ..domain.clock import MILLISECOND
from ..domain.errors import UnknownObjectError
from ..domain.exclusivity import VEHICLE
from ..domain.models import User, Vehicle
from ..store import owned_vehicles, sessions, stations, vehicles
from ..store.owned_vehicles import OwnedVehicle
from ..store.vehicle_sessions import VehicleRef
from ..store.world_transaction import WorldTransaction
from ..vehicle_models import known_model
from .home_plans import rearrange
from .homes import HomeAddress, home_of
from .smart_charging import market_of
from .vehicles import create_vehicle

UNKNOWN: Final = "Unknown"
"""The make and the model of a vehicle of which they are not known."""
_BATTERY_WH: Final = 60_000
_PLUG: Final = "CCS"
_PERCENT: Final = 100


def known_owned_vehicle(tx: WorldTransaction, ref: VehicleRef, vendor: str, kind: str) -> OwnedVehicle:
    """The vehicle of a user; its document is of that vendor and kind. Raises UnknownObjectError if there is none."""
    found = owned_vehicles.owned_vehicle(tx, ref, vendor, kind)
    if found is None:
        raise UnknownObjectError(VEHICLE, ref.uuid)
    return found


def register_vehicle(
    tx: WorldTransaction, owner: User, address: HomeAddress, *, make: str | None, model: str | None
) -> Vehicle:
    """Creates a vehicle of a user, which can be charged at the user's home and anywhere else.

    Where its model is not known it is a usual one. Raises WorldFullError.
    """
    known = known_model(make or UNKNOWN, model or UNKNOWN)
    return create_vehicle(
        tx,
        make=make or UNKNOWN,
        model=model or UNKNOWN,
        plug=_PLUG if known is None else known.plug,
        battery_wh=_BATTERY_WH if known is None else known.battery_wh,
        org=owner.org,
        owner=owner.id,
        home=home_of(tx, owner, address),
    )


def adopt_vehicle(tx: WorldTransaction, vehicle: Vehicle, owner: User, address: HomeAddress) -> Vehicle:
    """Gives a vehicle that has no smart charging to a user; its sessions get their smart-charging sides."""
    adopted = replace(vehicle, org=owner.org, owner=owner.id, home=home_of(tx, owner, address), touched_at=tx.now)
    vehicles.save_vehicle(tx, adopted)
    market = market_of(tx)
    offsets: dict[str, int] = {}
    for session in owned_vehicles.sessions_of_vehicle(tx, vehicle.id):
        if session.station not in offsets:
            station = stations.station(tx, session.station)
            offsets[session.station] = 0 if station is None else station.utc_offset_minutes
        away = smart_charging.summary_away(market, session, adopted, offsets[session.station])
        sessions.save_session(tx, session.with_smart(away))
    return adopted


def policy_of(vehicle: Vehicle) -> ChargePolicy:
    """The policy of a vehicle; without one it is what is usual, and not enabled."""
    return read_policy(vehicle.charge_policy) or _usual_policy(vehicle.charge_to)


def change_policy(
    tx: WorldTransaction, vehicle: Vehicle, changed: Callable[[ChargePolicy], ChargePolicy]
) -> ChargePolicy:
    """Saves what `changed` makes of a vehicle's policy, and has the vehicle charge by it from now on."""
    before = policy_of(vehicle)
    after = changed(before)
    if after != before:
        since = max(0, tx.now - vehicle.created_at) // MILLISECOND
        after = replace(after, changed_after_ms=since).lowered()
        saved = replace(vehicle, charge_policy=written_policy(after), touched_at=tx.now)
        vehicles.save_vehicle(tx, saved)
        rearrange(tx, saved)
    return after


@lru_cache(maxsize=256)
def _usual_policy(charge_to: float) -> ChargePolicy:
    return ChargePolicy(daily=DayRule(_PERCENT * charge_to))
