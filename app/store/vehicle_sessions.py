"""The finished sessions of a vehicle: pages, newest first, with the number of all sessions."""

from dataclasses import dataclass
from typing import Final, NamedTuple

from sqlalchemy import and_, bindparam, func, select

from ..domain import models
from .database.compiled_statements import CompiledStatement
from .schema.entity_mapping import EntityQuery
from .schema.tables import DOCUMENT, END_USER, SESSION, VEHICLE
from .world_transaction import WorldTransaction


@dataclass(frozen=True, slots=True)
class VehicleRef:
    """A vehicle as its owner knows it: by organisation, owner and the vehicle's UUID."""

    org: str
    owner: str
    uuid: str


class OwnedId(NamedTuple):
    """The id of a vehicle, and the body of its document if it has one."""

    vehicle: str
    body: str | None


def owned_id(tx: WorldTransaction, ref: VehicleRef, vendor: str, kind: str) -> OwnedId | None:
    """Returns a vehicle of a user with its document of that vendor and kind, unless it or the user is deleted."""
    owner = {"org": ref.org, "owner": ref.owner, "uuid": ref.uuid}
    named = {"world": tx.world.n, **owner, "vendor": vendor, "kind": kind, "deleted": models.DELETED}
    found = _VEHICLE_ID.first(tx.db, named)
    return None if found is None else OwnedId(*found)


def unplugged_sessions(
    tx: WorldTransaction, vehicle: str, *, plugged_from: int, plugged_before: int, offset: int, limit: int
) -> tuple[int, list[models.Session]]:
    """Returns how many unplugged sessions of a vehicle began in a span of time, and a page of them, newest first."""
    span = {"world": tx.world.n, "vehicle": vehicle, "now": tx.now, "from": plugged_from, "to": plugged_before}
    total = _COUNT.rows(tx.db, span)[0][0]
    return total, _UNPLUGGED.all(tx.db, {**span, "offset": offset, "limit": limit})


_OWNER: Final = and_(END_USER.c.world == VEHICLE.c.world, END_USER.c.id == VEHICLE.c.owner)
_DOCUMENT: Final = and_(
    DOCUMENT.c.world == VEHICLE.c.world,
    DOCUMENT.c.vendor == bindparam("vendor"),
    DOCUMENT.c.kind == bindparam("kind"),
    DOCUMENT.c.id == VEHICLE.c.uuid,
)
_VEHICLE_ID: Final = CompiledStatement(
    select(VEHICLE.c.id, DOCUMENT.c.body)
    .select_from(VEHICLE.table.join(END_USER.table, _OWNER).outerjoin(DOCUMENT.table, _DOCUMENT))
    .where(*(VEHICLE.c[name] == bindparam(name) for name in ("world", "uuid", "org", "owner")))
    .where(VEHICLE.c.status != bindparam("deleted"), END_USER.c.status != bindparam("deleted"))
)
UNPLUGGED_SPAN: Final = and_(
    SESSION.in_world,
    SESSION.c.vehicle == bindparam("vehicle"),
    SESSION.c.created_at >= bindparam("from"),
    SESSION.c.created_at < bindparam("to"),
    SESSION.c.unplugged_at <= bindparam("now"),
)
"""Every session of a vehicle that has an owner has its smart charging, so the statement does not ask for it."""
_COUNT: Final = CompiledStatement(select(func.count()).select_from(SESSION.table).where(UNPLUGGED_SPAN))
_UNPLUGGED: Final = EntityQuery(
    SESSION.mapping,
    select()
    .where(UNPLUGGED_SPAN)
    .order_by(SESSION.c.created_at.desc(), SESSION.c.n.desc())
    .limit(bindparam("limit"))
    .offset(bindparam("offset")),
)
