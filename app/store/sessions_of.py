"""The sessions of a driver, a fleet or a vehicle that are active, or are still to come.

Those of a driver and a fleet are the ones of the channel that has drivers and fleets. A vehicle has sessions through
every channel.
"""

from typing import Any, Final

from sqlalchemy import ColumnElement, bindparam, func, select, update

from ..domain import models
from ..domain.channels import Channel
from ..domain.sessions import view
from .database.compiled_statements import CompiledStatement
from .schema.entity_mapping import EntityQuery
from .schema.tables import ATTACHMENT, SESSION, VEHICLE
from .sessions import SOLD_SESSION
from .world_transaction import WorldTransaction


def has_active(tx: WorldTransaction, kind: str, thing_id: str, channel: Channel) -> bool:
    """Whether a `vehicle` has an active session through any channel, or a `driver` or a `fleet` through this one."""
    named = _named(tx, thing_id, channel) | {"since": tx.now - view.LONGEST}
    return _ACTIVE[kind].first(tx.db, named) is not None


def planned(tx: WorldTransaction, kind: str, thing_id: str, channel: Channel) -> list[models.Session]:
    """Returns the planned sessions of a `vehicle`, or those of a `driver` or a `fleet` through the channel.

    Their `smart` is None.
    """
    return _PLANNED[kind].all(tx.db, _named(tx, thing_id, channel))


def renew_fleets(tx: WorldTransaction, kind: str, thing_id: str, channel: Channel) -> None:
    """Makes the planned sessions of a channel be for the fleets that they would be for if they began now.

    They are those of a `driver`, a `fleet` or a `vehicle`.
    """
    _RENEW_FLEETS[kind].run(tx.db, _named(tx, thing_id, channel))


def _named(tx: WorldTransaction, thing_id: str, channel: Channel) -> dict[str, Any]:
    return {"world": tx.world.n, "id": thing_id, "now": tx.now, "channel": channel.name}


_KINDS: Final = ("driver", "fleet", "vehicle")


def _of(kind: str) -> tuple[ColumnElement[bool], ...]:
    """The conditions for sessions of that kind of thing."""
    in_channel = (SESSION.c.channel == bindparam("channel"),) if kind != "vehicle" else ()
    return (SESSION.in_world, *in_channel, SESSION.c[kind] == bindparam("id"))


_ACTIVE: Final = {
    kind: CompiledStatement(
        select(SESSION.c.n)
        .where(
            *_of(kind),
            SESSION.c.created_at.between(bindparam("since"), bindparam("now")),
            SESSION.c.ended_at > bindparam("now"),
        )
        .limit(1)
    )
    for kind in _KINDS
}
_PLANNED: Final = {
    kind: EntityQuery(
        SOLD_SESSION,
        select().where(*_of(kind), SESSION.c.created_at > bindparam("now")).order_by(SESSION.c.created_at, SESSION.c.n),
    )
    for kind in _KINDS
}
_FLEET_OF_VEHICLE: Final = (
    select(VEHICLE.c.fleet)
    .where(VEHICLE.c.world == SESSION.c.world, VEHICLE.c.id == SESSION.c.vehicle)
    .correlate(SESSION.table)
    .scalar_subquery()
)
_FIRST_FLEET_OF_DRIVER: Final = (
    select(ATTACHMENT.c.target)
    .where(
        ATTACHMENT.c.world == SESSION.c.world,
        ATTACHMENT.c.driver == SESSION.c.driver,
        ATTACHMENT.c.kind == models.TO_FLEET,
    )
    .order_by(ATTACHMENT.c.n, ATTACHMENT.c.target)
    .limit(1)
    .correlate(SESSION.table)
    .scalar_subquery()
)
_RENEW_FLEETS: Final = {
    kind: CompiledStatement(
        update(SESSION.table)
        .where(*_of(kind), SESSION.c.created_at > bindparam("now"), SESSION.c.channel == bindparam("channel"))
        .values(fleet=func.coalesce(_FLEET_OF_VEHICLE, _FIRST_FLEET_OF_DRIVER))
    )
    for kind in _KINDS
}
