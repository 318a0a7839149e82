"""Which sessions hold a connector, a vehicle, a driver or a user, and whether a planned session is possible."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import BigInteger, Column, ColumnElement, Connection, and_, bindparam, or_, select

from ..domain import exclusivity, models
from ..domain.clock import NEVER
from ..domain.errors import Holder
from ..domain.exclusivity import held
from ..domain.reservations import HELD_BEFORE
from ..domain.sessions import view
from . import reservations
from .database.compiled_statements import CompiledStatement
from .schema.entity_mapping import EntityQuery
from .schema.partial_indexes import HAS_CONNECTOR
from .schema.tables import CONNECTOR, RESERVATION, SESSION, STATION
from .sessions import SOLD_SESSION
from .world_transaction import WorldTransaction


@dataclass(frozen=True, slots=True)
class ConnectorUse:
    """The session whose vehicle is plugged into a connector, and the unresolved reservations at its station.

    `planned_at` is when the next planned session begins there; NEVER if none does.
    """

    holder: Holder | None
    reservations: list[models.Reservation]
    planned_at: int


def connector_use(tx: WorldTransaction, station: str, connector: str) -> ConnectorUse:
    """Returns what uses the connector now, or keeps it free for a driver."""
    where = {"world": tx.world.n, "station": station, "connector": connector, "now": tx.now}
    plugged_in, reserved, planned_at = _USED_BY.rows(tx.db, {**where, "since": tx.now - view.LONGEST})[0]
    return ConnectorUse(
        None if plugged_in is None else holder(tx, plugged_in),
        [] if reserved is None else reservations.reservations_at(tx, station),
        NEVER if planned_at is None else int(planned_at),
    )


def is_free(db: Connection, number: int, planned: models.Session) -> bool:
    """Whether a planned session is possible in the world of that number.

    Its connector must be in order all the time and reserved for none of it, and no session may collide with it
    (`domain.exclusivity`).
    """
    span = {
        "since": planned.created_at - view.LONGEST,
        "begins": planned.created_at,
        "ends": planned.unplugged_at,
    }
    where = {"world": number, **span, **_names_held_by(planned)}
    statements = (*(_TAKEN[kind] for kind, _ in held(planned)), _OUT_OF_ORDER, _IS_RESERVED)
    return all(statement.first(db, where) is None for statement in statements)


def planned_at_connector(tx: WorldTransaction, begun: models.Session) -> list[models.Session]:
    """Returns the planned sessions at the connector of `begun` that begin before its vehicle is unplugged.

    Their `smart` is None.
    """
    around = {"now": tx.now, "until": begun.unplugged_at, "station": begun.station, "connector": begun.connector}
    return _PLANNED.all(tx.db, {"world": tx.world.n, **around})


def sessions_at(tx: WorldTransaction, station_id: str, since: int, until: int) -> list[models.Session]:
    """Returns the sessions, planned ones too, that are plugged in at a station at some instant of a span of time."""
    span = {"since": since, "until": until, "begun": since - view.LONGEST}
    return _AT_STATION.all(tx.db, {"world": tx.world.n, "station": station_id, **span})


def holder(tx: WorldTransaction, n: int) -> Holder:
    """Returns the session of that number as one that holds something, under the id by which it is shown.

    It is read by a statement of its own, so that the one that finds its number needs an index only.
    """
    prefixed, uuid, channel, until = _HOLDER.rows(tx.db, {"world": tx.world.n, "n": n})[0]
    return Holder(prefixed if tx.channels[channel].shows == "id" else uuid, until)


def _names_held_by(session: models.Session) -> dict[str, str | None]:
    """The parameters of the conditions in `_HOLDS_SAME`."""
    names = ("station", "connector", "vehicle", "driver", "user")
    return {name: getattr(session, name) for name in names}


_AT_CONNECTOR: Final = and_(SESSION.c.station == bindparam("station"), SESSION.c.connector == bindparam("connector"))
_HOLDS_SAME: Final = {
    exclusivity.CONNECTOR: _AT_CONNECTOR,
    exclusivity.VEHICLE: SESSION.c.vehicle == bindparam("vehicle"),
    exclusivity.DRIVER: SESSION.c.driver == bindparam("driver"),
    exclusivity.USER: SESSION.c.user == bindparam("user"),
}
"""The condition that a session holds the same thing, by kind. Each kind has its own statement, so that it is found in
its own index."""

_NOW_PLUGGED: Final = and_(
    SESSION.in_world,
    SESSION.c.created_at.between(bindparam("since"), bindparam("now")),
    SESSION.c.unplugged_at > bindparam("now"),
)
_PLUGGED_INTO: Final = select(SESSION.c.n).where(_NOW_PLUGGED, _AT_CONNECTOR).limit(1)
_RESERVED_AT: Final = (
    select(RESERVATION.c.n)
    .where(
        RESERVATION.in_world,
        RESERVATION.c.station == bindparam("station"),
        HAS_CONNECTOR,
        RESERVATION.c.resolves_at > bindparam("now"),
    )
    .limit(1)
)
_PLANNED_AT: Final = (
    select(SESSION.c.created_at)
    .where(SESSION.in_world, _AT_CONNECTOR, SESSION.c.created_at > bindparam("now"))
    .order_by(SESSION.c.created_at)
    .limit(1)
)
_USED_BY: Final = CompiledStatement(
    select(_PLUGGED_INTO.scalar_subquery(), _RESERVED_AT.scalar_subquery(), _PLANNED_AT.scalar_subquery())
)
_HOLDER: Final = CompiledStatement(
    select(SESSION.c.id, SESSION.c.uuid, SESSION.c.channel, SESSION.c.unplugged_at).where(
        SESSION.in_world, SESSION.c.n == bindparam("n")
    )
)

_PLANNED: Final = EntityQuery(
    SOLD_SESSION,
    select().where(
        SESSION.in_world,
        SESSION.c.created_at > bindparam("now"),
        SESSION.c.created_at < bindparam("until"),
        _AT_CONNECTOR,
    ),
)

_TOGETHER: Final = and_(
    SESSION.in_world,
    SESSION.c.created_at > bindparam("since"),
    SESSION.c.created_at < bindparam("ends"),
    SESSION.c.unplugged_at > bindparam("begins"),
)
_TAKEN: Final = {
    kind: CompiledStatement(select(SESSION.c.n).where(_TOGETHER, same).limit(1)) for kind, same in _HOLDS_SAME.items()
}


def _overlaps(since: Column[int], until: Column[int]) -> ColumnElement[bool]:
    """True of an outage that overlaps the session."""
    return and_(since < bindparam("ends"), until > bindparam("begins"))


_OUT_OF_ORDER: Final = CompiledStatement(
    select(CONNECTOR.c.id)
    .join_from(
        CONNECTOR.table,
        STATION.table,
        and_(STATION.c.world == CONNECTOR.c.world, STATION.c.id == CONNECTOR.c.station),
    )
    .where(
        CONNECTOR.in_world,
        CONNECTOR.c.station == bindparam("station"),
        CONNECTOR.c.id == bindparam("connector"),
        or_(
            _overlaps(STATION.c.silent_from, STATION.c.silent_until),
            _overlaps(CONNECTOR.c.broken_from, CONNECTOR.c.broken_until),
        ),
    )
)
_IS_RESERVED: Final = CompiledStatement(
    select(RESERVATION.c.n)
    .where(
        RESERVATION.in_world,
        RESERVATION.c.station == bindparam("station"),
        RESERVATION.c.connector == bindparam("connector"),
        RESERVATION.c.resolves_at > bindparam("begins"),
        RESERVATION.c.reserved_start < bindparam("ends", type_=BigInteger()) + HELD_BEFORE,
        RESERVATION.c.session.is_(None),
    )
    .limit(1)
)
_AT_STATION: Final = EntityQuery(
    SESSION.mapping,
    select()
    .where(
        SESSION.in_world,
        SESSION.c.station == bindparam("station"),
        SESSION.c.created_at > bindparam("begun"),
        SESSION.c.created_at < bindparam("until"),
        SESSION.c.unplugged_at > bindparam("since"),
    )
    .order_by(SESSION.c.created_at, SESSION.c.n),
)
