"""The sessions of a driver, a fleet, a user or a vehicle that are active, or are still to come.

Those of a driver, a fleet or a user are the ones of the channel that has them. A vehicle has sessions through every
channel.
"""

from typing import Any, Final

from sqlalchemy import ColumnElement, bindparam, select, update

from ..domain import models
from ..domain.channels import Channel
from ..domain.sessions import view
from .attachments import fleet_of
from .database.compiled_statements import CompiledStatement
from .schema.entity_mapping import EntityQuery
from .schema.tables import SESSION
from .sessions import SOLD_SESSION
from .world_transaction import WorldTransaction


def has_active(tx: WorldTransaction, kind: str, thing_id: str, channel: Channel) -> bool:
    """Whether a vehicle has an active session through any channel, or a driver, fleet or user through this one."""
    named = _named(tx, thing_id, channel) | {"since": tx.now - view.LONGEST}
    return _ACTIVE[kind].first(tx.db, named) is not None


def planned(tx: WorldTransaction, kind: str, thing_id: str, channel: Channel) -> list[models.Session]:
    """Returns the planned sessions of a `vehicle`, or those of a `driver`, `fleet` or `user` through the channel.

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


_KINDS: Final = ("driver", "fleet", "user", "vehicle")


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
_RENEW_FLEETS: Final = {
    kind: CompiledStatement(
        update(SESSION.table)
        .where(*_of(kind), SESSION.c.created_at > bindparam("now"), SESSION.c.channel == bindparam("channel"))
        .values(fleet=fleet_of(SESSION))
    )
    for kind in _KINDS
}
