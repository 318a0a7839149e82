"""Where vehicles are plugged in: now, and in the sessions that are planned for them."""

from collections.abc import Collection
from typing import Final

import orjson
from sqlalchemy import bindparam, select

from ..domain import models
from ..domain.sessions import view
from .database.id_lists import is_in
from .schema.entity_mapping import EntityQuery
from .schema.tables import SESSION, VEHICLE
from .world_transaction import WorldTransaction


def last_stay(tx: WorldTransaction, vehicle: str) -> models.Session | None:
    """Returns the last session of a vehicle that has begun."""
    return _LAST.first(tx.db, {"world": tx.world.n, "vehicle": vehicle, "now": tx.now})


def planned_stays(tx: WorldTransaction, vehicle: str) -> list[models.Session]:
    """Returns the planned sessions of a vehicle in the order of time."""
    return _PLANNED.all(tx.db, {"world": tx.world.n, "vehicle": vehicle, "now": tx.now})


def stay_at(tx: WorldTransaction, station: str) -> models.Session | None:
    """Returns the session of a vehicle that is plugged in at a station now; of several, the latest."""
    named = {"world": tx.world.n, "station": station, "now": tx.now, "since": tx.now - view.LONGEST}
    return _AT_STATION.first(tx.db, named)


def overlapping_stays(tx: WorldTransaction, vehicle: str, since: int, until: int) -> list[models.Session]:
    """Returns the sessions of a vehicle, planned ones too, that it is plugged in for at some instant of a span."""
    span = {"since": since, "until": until, "begun": since - view.LONGEST}
    return _OVERLAPPING.all(tx.db, {"world": tx.world.n, "vehicle": vehicle, **span})


def smart_vehicles(tx: WorldTransaction, ids: Collection[str]) -> list[models.Vehicle]:
    """Returns those of the vehicles with these ids that have smart charging."""
    return _SMART.all(tx.db, {"world": tx.world.n, "ids": orjson.dumps(list(ids)).decode()})


_OF_VEHICLE: Final = (SESSION.in_world, SESSION.c.vehicle == bindparam("vehicle"))
_LAST: Final = EntityQuery(
    SESSION.mapping,
    select()
    .where(*_OF_VEHICLE, SESSION.c.created_at <= bindparam("now"))
    .order_by(SESSION.c.created_at.desc(), SESSION.c.n.desc())
    .limit(1),
)
_PLANNED: Final = EntityQuery(
    SESSION.mapping,
    select().where(*_OF_VEHICLE, SESSION.c.created_at > bindparam("now")).order_by(SESSION.c.created_at, SESSION.c.n),
)
_OVERLAPPING: Final = EntityQuery(
    SESSION.mapping,
    select()
    .where(
        *_OF_VEHICLE,
        SESSION.c.created_at > bindparam("begun"),
        SESSION.c.created_at < bindparam("until"),
        SESSION.c.unplugged_at > bindparam("since"),
    )
    .order_by(SESSION.c.created_at, SESSION.c.n),
)
_AT_STATION: Final = EntityQuery(
    SESSION.mapping,
    select()
    .where(
        SESSION.in_world,
        SESSION.c.station == bindparam("station"),
        SESSION.c.created_at.between(bindparam("since"), bindparam("now")),
        SESSION.c.unplugged_at > bindparam("now"),
    )
    .order_by(SESSION.c.created_at.desc(), SESSION.c.n.desc())
    .limit(1),
)
_SMART: Final = VEHICLE.query(is_in(VEHICLE.c.id, "ids"), VEHICLE.c.org.is_not(None))
