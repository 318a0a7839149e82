"""Creates, changes and deletes fleets."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from ..domain.channels import Channel
from ..domain.errors import InUseError, UnknownObjectError
from ..domain.ids import prefixed_id
from ..domain.models import ACTIVE, DELETED, Fleet
from ..domain.parties import is_there
from ..store import attachments, fleets, parties, sessions, sessions_of
from ..store.world_transaction import WorldTransaction
from .planned_sessions import drop_plans_of

_FLEET: Final = "fleet"


def known_fleet(tx: WorldTransaction, fleet_id: str) -> Fleet:
    """The fleet with that id. Raises UnknownObjectError if there is none, or if it was deleted."""
    found = fleets.fleet(tx, fleet_id)
    if found is None or not is_there(found, tx.now):
        raise UnknownObjectError(_FLEET, fleet_id)
    return found


def create_fleet(
    tx: WorldTransaction, *, name: str, email: str | None, policy_ids: Sequence[str], details: str
) -> Fleet:
    """Creates a fleet. `details` is JSON."""
    n = sessions.take_number(tx)
    made = Fleet(
        id=prefixed_id("flt", tx.world.seed, "created_fleet", n),
        name=name,
        email=email,
        policy_ids=tuple(policy_ids),
        n=n,
        created_at=tx.now,
        touched_at=tx.now,
        details=details,
    )
    fleets.insert_fleet(tx, made)
    return made


def change_fleet(tx: WorldTransaction, fleet_id: str, changed: Callable[[Fleet], Fleet], channel: Channel) -> None:
    """Saves what `changed` makes of a fleet. One that is no longer active has no planned sessions any more.

    Raises UnknownObjectError.
    """
    before = known_fleet(tx, fleet_id)
    after = changed(before)
    fleets.save_fleet(tx, replace(after, touched_at=tx.now))
    if before.status == ACTIVE != after.status:
        drop_plans_of(tx, _FLEET, fleet_id, channel)


def delete_fleet(tx: WorldTransaction, fleet_id: str, channel: Channel) -> None:
    """Deletes a fleet, which its drivers, vehicles and payment methods leave. Planned sessions are for it no longer.

    Raises UnknownObjectError, or InUseError while the fleet has an active session.
    """
    fleet = known_fleet(tx, fleet_id)
    if sessions_of.has_active(tx, _FLEET, fleet_id, channel):
        raise InUseError(_FLEET, fleet_id)
    attachments.remove_attachments_to(tx, fleet_id)
    parties.leave_vehicles(tx, fleet_id)
    parties.leave_payment_methods(tx, _FLEET, fleet_id)
    sessions_of.renew_fleets(tx, _FLEET, fleet_id, channel)
    fleets.save_fleet(tx, replace(fleet, status=DELETED, touched_at=tx.now))
