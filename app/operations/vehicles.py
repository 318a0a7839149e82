"""Creates, changes and deletes vehicles, and attaches them to drivers and fleets."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from ..domain.channels import Channel
from ..domain.charging_curves import AC_KW, AC_PHASES, usual_curve
from ..domain.errors import InUseError, NotAttachedError, UnknownObjectError
from ..domain.exclusivity import DRIVER, VEHICLE
from ..domain.ids import prefixed_id, uuid_text
from ..domain.models import ACTIVE, DELETED, TO_VEHICLE, Attachment, Vehicle
from ..domain.parties import is_there
from ..store import attachments, parties, sessions, sessions_of, vehicles
from ..store.world_transaction import WorldTransaction
from ..vehicle_models import known_model
from .owners import Owner, known_owner
from .planned_sessions import drop_plans_of
from .reservation_plans import cancel_all_of

_KIND: Final = "created_vehicle"
_CHARGE_TO: Final = 0.8
"""The state of charge up to which drivers let the vehicles charge that callers have created."""


def known_vehicle(tx: WorldTransaction, vehicle_id: str) -> Vehicle:
    """The vehicle with that id. Raises UnknownObjectError if there is none, or if it was deleted."""
    found = parties.vehicle(tx, vehicle_id)
    if found is None or not is_there(found, tx.now):
        raise UnknownObjectError(VEHICLE, vehicle_id)
    return found


def create_vehicle(
    tx: WorldTransaction,
    *,
    make: str,
    model: str,
    plug: str,
    battery_wh: int,
    policy_ids: Sequence[str] = (),
    details: str = "{}",
    org: str | None = None,
    owner: str | None = None,
    home: str | None = None,
) -> Vehicle:
    """Creates a vehicle, which charges as its model does. `details` is JSON.

    With `org`, `owner` and `home`, a station, it has smart charging.
    """
    n = sessions.take_number(tx)
    made = Vehicle(
        id=prefixed_id("veh", tx.world.seed, _KIND, n),
        uuid=uuid_text(tx.world.seed, _KIND, n),
        fleet=None,
        make=make,
        model=model,
        plug=plug,
        battery_wh=battery_wh,
        ac_kw=AC_KW,
        ac_phases=AC_PHASES,
        dc=(),
        charge_to=_CHARGE_TO,
        org=org,
        owner=owner,
        home=home,
        policy_ids=tuple(policy_ids),
        n=n,
        created_at=tx.now,
        touched_at=tx.now,
        details=details,
    )
    made = _equipped(made)
    vehicles.insert_vehicle(tx, made)
    return made


def change_vehicle(
    tx: WorldTransaction, vehicle_id: str, changed: Callable[[Vehicle], Vehicle], channel: Channel
) -> None:
    """Saves what `changed` makes of a vehicle.

    One that is no longer active, or that charges differently, has no planned sessions any more. Raises
    UnknownObjectError, or InUseError if it would charge differently while it has an active session.
    """
    before = known_vehicle(tx, vehicle_id)
    after = changed(before)
    is_rebuilt = _build(after) != _build(before)
    if is_rebuilt:
        if sessions_of.has_active(tx, VEHICLE, vehicle_id, channel):
            raise InUseError(VEHICLE, vehicle_id)
        after = _equipped(after)
    vehicles.save_vehicle(tx, replace(after, touched_at=tx.now))
    if is_rebuilt or before.status == ACTIVE != after.status:
        drop_plans_of(tx, VEHICLE, vehicle_id, channel)


def delete_vehicle(tx: WorldTransaction, vehicle_id: str, channel: Channel) -> None:
    """Deletes a vehicle, which its drivers and its fleet leave, and which has no plans and no reservations any more.

    Raises UnknownObjectError, or InUseError while the vehicle has an active session.
    """
    vehicle = known_vehicle(tx, vehicle_id)
    if sessions_of.has_active(tx, VEHICLE, vehicle_id, channel):
        raise InUseError(VEHICLE, vehicle_id)
    drop_plans_of(tx, VEHICLE, vehicle_id, channel)
    cancel_all_of(tx, VEHICLE, vehicle_id)
    attachments.remove_attachments_to(tx, vehicle_id)
    vehicles.save_vehicle(tx, replace(vehicle, fleet=None, status=DELETED, touched_at=tx.now))


def attach_vehicle(tx: WorldTransaction, vehicle_id: str, owner: Owner, channel: Channel) -> None:
    """Gives a vehicle one more driver, or makes it belong to a fleet instead of the one that it belonged to.

    Raises UnknownObjectError or UnknownOwnerError.
    """
    vehicle = known_vehicle(tx, vehicle_id)
    known_owner(tx, owner, VEHICLE)
    if owner.kind == DRIVER:
        if attachments.attachment(tx, owner.id, vehicle_id) is None:
            n = sessions.take_number(tx)
            attachments.insert_attachment(tx, Attachment(owner.id, TO_VEHICLE, vehicle_id, n))
        vehicles.save_vehicle(tx, replace(vehicle, touched_at=tx.now))
    else:
        _join_fleet(tx, vehicle, owner.id, channel)


def detach_vehicle(tx: WorldTransaction, vehicle_id: str, owner: Owner, channel: Channel) -> None:
    """Takes a vehicle from a driver, or out of a fleet.

    Raises UnknownObjectError, UnknownOwnerError, or NotAttachedError if it is not theirs.
    """
    vehicle = known_vehicle(tx, vehicle_id)
    known_owner(tx, owner, VEHICLE)
    if owner.kind == DRIVER:
        if attachments.attachment(tx, owner.id, vehicle_id) is None:
            raise NotAttachedError(VEHICLE, vehicle_id, owner.kind, owner.id)
        attachments.remove_attachment(tx, owner.id, vehicle_id)
        vehicles.save_vehicle(tx, replace(vehicle, touched_at=tx.now))
    else:
        if vehicle.fleet != owner.id:
            raise NotAttachedError(VEHICLE, vehicle_id, owner.kind, owner.id)
        _join_fleet(tx, vehicle, None, channel)


def _join_fleet(tx: WorldTransaction, vehicle: Vehicle, fleet: str | None, channel: Channel) -> None:
    """Makes a vehicle belong to a fleet, and its planned sessions be for the one that they would be for now."""
    vehicles.save_vehicle(tx, replace(vehicle, fleet=fleet, touched_at=tx.now))
    sessions_of.renew_fleets(tx, VEHICLE, vehicle.id, channel)


def _build(vehicle: Vehicle) -> tuple[str, str, str, int]:
    """What decides how a vehicle charges."""
    return vehicle.make, vehicle.model, vehicle.plug, vehicle.battery_wh


def _equipped(vehicle: Vehicle) -> Vehicle:
    """The vehicle with the on-board charger and the curve of its model, or with usual ones."""
    known = known_model(vehicle.make, vehicle.model)
    if known is None:
        return replace(vehicle, ac_kw=AC_KW, ac_phases=AC_PHASES, dc=usual_curve(vehicle.battery_wh))
    return replace(vehicle, ac_kw=known.ac_kw, ac_phases=known.ac_phases, dc=known.dc)
