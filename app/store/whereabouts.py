"""The sessions of a vehicle around an instant, from which follows what it reports of itself."""

from typing import Final

from sqlalchemy import and_, bindparam, select

from ..domain import models
from ..domain.exclusivity import VEHICLE
from ..domain.telemetry import Stay, Stop, Whereabouts
from . import stations, visits
from .schema.entity_mapping import EntityMapping, EntityQuery
from .schema.tables import SESSION, STATION
from .sessions import SOLD_SESSION
from .world_transaction import WorldTransaction


def whereabouts(tx: WorldTransaction, vehicle: models.Vehicle) -> Whereabouts:
    """Returns the sessions of a vehicle around now, and where all those took place that have begun."""
    named = {"world": tx.world.n, "vehicle": vehicle.id, "now": tx.now}
    session = _LAST.first(tx.db, named)
    return Whereabouts(
        vehicle,
        last=None if session is None else _stay(tx, session),
        next=visits.next_visit(tx, (VEHICLE, vehicle.id), after=tx.now),
        stops=() if session is None else _STOPS.all(tx.db, named),
        home=None if vehicle.home is None else stations.station(tx, vehicle.home),
    )


def _stay(tx: WorldTransaction, session: models.Session) -> Stay | None:
    station = stations.station(tx, session.station)
    return None if station is None else Stay(session, station)


_BEGUN: Final = (
    SESSION.in_world,
    SESSION.c.vehicle == bindparam("vehicle"),
    SESSION.c.created_at <= bindparam("now"),
)
_LAST: Final = EntityQuery(
    SOLD_SESSION, select().where(*_BEGUN).order_by(SESSION.c.created_at.desc(), SESSION.c.n.desc()).limit(1)
)
_STOPS: Final = EntityQuery(
    EntityMapping(Stop, {**dict(SESSION.c), "latitude": STATION.c.latitude, "longitude": STATION.c.longitude}),
    select()
    .join_from(
        SESSION.table, STATION.table, and_(STATION.c.world == SESSION.c.world, STATION.c.id == SESSION.c.station)
    )
    .where(*_BEGUN)
    .order_by(SESSION.c.created_at, SESSION.c.n),
)
