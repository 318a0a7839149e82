"""The finished sessions of a vehicle: pages, newest first, with the number of all sessions."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import and_, bindparam, func, select

from ..domain import models
from .database.compiled_statements import CompiledStatement
from .schema.entity_mapping import EntityQuery
from .schema.tables import SESSION, VEHICLE
from .world_transaction import WorldTransaction


@dataclass(frozen=True, slots=True)
class VehicleRef:
    """A vehicle as its owner knows it: by organisation, owner and the vehicle's UUID."""

    org: str
    owner: str
    uuid: str


def unplugged_sessions(
    tx: WorldTransaction, vehicle: VehicleRef, *, plugged_from: int, plugged_before: int, offset: int, limit: int
) -> tuple[int, list[models.Session]] | None:
    """Returns how many unplugged sessions of a vehicle began in a span of time, and a page of them, newest first.

    Returns None if there is no such vehicle.
    """
    named = {"world": tx.world.n, "org": vehicle.org, "owner": vehicle.owner, "uuid": vehicle.uuid}
    found = _VEHICLE_ID.first(tx.db, named)
    if found is None:
        return None
    span = {"world": tx.world.n, "vehicle": found[0], "now": tx.now, "from": plugged_from, "to": plugged_before}
    total = _COUNT.rows(tx.db, span)[0][0]
    return total, _UNPLUGGED.all(tx.db, {**span, "offset": offset, "limit": limit})


_VEHICLE_ID: Final = CompiledStatement(
    select(VEHICLE.c.id).where(*(VEHICLE.c[name] == bindparam(name) for name in ("world", "uuid", "org", "owner")))
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
