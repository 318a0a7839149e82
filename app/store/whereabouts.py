"""The sessions of a vehicle around an instant, from which follows what it reports of itself."""

from typing import Final

from sqlalchemy import bindparam, case, func, select

from ..domain import models
from ..domain.exclusivity import VEHICLE
from ..domain.telemetry import Stay, Whereabouts
from . import stations, visits
from .database.compiled_statements import CompiledStatement
from .schema.entity_mapping import EntityQuery
from .schema.tables import SESSION
from .sessions import SOLD_SESSION
from .world_transaction import WorldTransaction


def whereabouts(tx: WorldTransaction, vehicle: models.Vehicle) -> Whereabouts:
    """Returns the sessions of a vehicle around now, and the charge that it has used between those before."""
    named = {"world": tx.world.n, "vehicle": vehicle.id, "now": tx.now}
    session = _LAST.first(tx.db, named)
    return Whereabouts(
        vehicle,
        last=None if session is None else _stay(tx, session),
        next=visits.next_visit(tx, (VEHICLE, vehicle.id), after=tx.now),
        used=0.0 if session is None else _USED.rows(tx.db, named)[0][0],
        home=None if vehicle.home is None else stations.station(tx, vehicle.home),
    )


def _stay(tx: WorldTransaction, session: models.Session) -> Stay | None:
    station = stations.station(tx, session.station)
    connector = stations.connector(tx, session.station, session.connector)
    return None if station is None or connector is None else Stay(session, station, connector)


_BEGUN: Final = (
    SESSION.in_world,
    SESSION.c.vehicle == bindparam("vehicle"),
    SESSION.c.created_at <= bindparam("now"),
)
_LAST: Final = EntityQuery(
    SOLD_SESSION, select().where(*_BEGUN).order_by(SESSION.c.created_at.desc(), SESSION.c.n.desc()).limit(1)
)
_ARRIVALS: Final = (
    select(
        SESSION.c.soc_start.label("arrived_with"),
        func.lag(SESSION.c.soc_end).over(order_by=(SESSION.c.created_at, SESSION.c.n)).label("left_with"),
    )
    .where(*_BEGUN)
    .subquery()
)
_USED: Final = CompiledStatement(
    select(
        func.sum(
            case(
                (_ARRIVALS.c.left_with > _ARRIVALS.c.arrived_with, _ARRIVALS.c.left_with - _ARRIVALS.c.arrived_with),
                else_=0.0,
            )
        )
    )
)
"""A vehicle that comes with more than it left with has used nothing that is known."""
