"""Public stations with what is known of their connectors at an instant.

One statement reads stations, their connectors with the last visits, and the reservations that hold these: a row for
each connector, and one more for each further reservation of it.
"""

from collections.abc import Collection, Mapping
from operator import attrgetter
from typing import Any, Final, NamedTuple, TypeVar

import orjson
from sqlalchemy import ColumnElement, Connection, FromClause, Text, and_, bindparam, cast, func, literal_column, select

from ..domain.models import Station
from ..domain.reservations import HELD_BEFORE
from ..domain.station_view import FORESEEN, HOME, ConnectorUse, Hold, StationUse
from .database.compiled_statements import CompiledStatement
from .database.id_lists import is_in
from .schema.entity_mapping import EntityMapping
from .schema.partial_indexes import HAS_CONNECTOR
from .schema.tables import CONNECTOR, RESERVATION, SESSION, STATION
from .stations import IS_PUBLIC
from .world_transaction import WorldTransaction, one_statement

Value = TypeVar("Value")


class _Held(NamedTuple):
    """What a reservation that holds a connector says of the time."""

    station: str
    connector: str
    confirms_at: int
    reserved_start: int
    resolves_at: int

    def hold(self) -> Hold:
        since = max(self.confirms_at, self.reserved_start - HELD_BEFORE)
        return Hold(self.station, self.connector, since, self.resolves_at)


class StationUseQuery:
    """A compiled SELECT of stations with their uses. `stations` has a table's columns, and chooses its rows.

    The statement has the parameters of `moments`.
    """

    def __init__(self, stations: FromClause) -> None:
        of = stations.c
        joined = stations.outerjoin(
            CONNECTOR.table, and_(CONNECTOR.c.world == of.world, CONNECTOR.c.station == of.id)
        ).outerjoin(
            RESERVATION.table,
            and_(
                RESERVATION.c.world == CONNECTOR.c.world,
                RESERVATION.c.station == CONNECTOR.c.station,
                RESERVATION.c.connector == CONNECTOR.c.id,
                holds("foreseen_by"),
            ),
        )
        station = EntityMapping(Station, dict(of))
        columns = [_LAST_VISIT, *_HELD.columns, *CONNECTOR.mapping.columns, *station.columns]
        self._id: Final = columns.index(of.id)
        self._station: Final = station.entity
        self._statement: Final = CompiledStatement(select(*columns).select_from(joined))

    def all(self, db: Connection, parameters: Mapping[str, Any]) -> list[StationUse]:
        """Returns the stations, in no order, with what is sorted as `StationUse` has it."""
        found: dict[str, tuple[Station, dict[str, ConnectorUse], list[Hold]]] = {}
        for row in self._statement.rows(db, parameters):
            name = row[self._id]
            if name not in found:
                found[name] = self._station(row[_STATION:]), {}, []
            _, connectors, holds = found[name]
            if row[_CONNECTOR] is not None:
                connector = CONNECTOR.mapping.entity(row[_CONNECTOR:_STATION])
                connectors[connector.id] = ConnectorUse(connector, *_instants(row[0]))
            if row[_HOLD] is not None:
                holds.append(_HELD.entity(row[_HOLD:_CONNECTOR]).hold())
        # Sorted here, because databases differ in how they order texts.
        return [
            StationUse(station, sorted(connectors.values(), key=_BY_ID), sorted(holds, key=_IN_TIME))
            for station, connectors, holds in found.values()
        ]


@one_statement
def station_uses(tx: WorldTransaction, ids: Collection[str], *, with_virtual: bool = False) -> dict[str, StationUse]:
    """Returns the public stations with these ids, in no order.

    `with_virtual` adds those that only one vendor shows.
    """
    statement = _BY_IDS_WITH_VIRTUAL if with_virtual else _BY_IDS
    where = {"world": tx.world.n, "ids": orjson.dumps(list(ids)).decode(), **moments(tx)}
    return {use.station.id: use for use in statement.all(tx.db, where)}


def moments(tx: WorldTransaction) -> dict[str, int]:
    """The parameters of the conditions about now.

    A reservation whose window begins by `held_by` holds a connector now, and one by `foreseen_by` soon.
    """
    held_by = tx.now + HELD_BEFORE
    return {"now": tx.now, "held_by": held_by, "foreseen_by": held_by + FORESEEN}


def holds(begins_by: str) -> ColumnElement[bool]:
    """True of a confirmed reservation of a connector whose window begins by the instant of that parameter."""
    return and_(
        HAS_CONNECTOR,
        RESERVATION.c.session.is_(None),
        RESERVATION.c.confirms_at <= bindparam("now"),
        RESERVATION.c.reserved_start <= bindparam(begins_by),
        RESERVATION.c.resolves_at > bindparam("now"),
    )


def last_visit(column: ColumnElement[Value]) -> ColumnElement[Value]:
    """A column of the last session at a connector that has begun: no earlier one is plugged in now."""
    return (
        select(column)
        .where(
            SESSION.c.world == CONNECTOR.c.world,
            SESSION.c.station == CONNECTOR.c.station,
            SESSION.c.connector == CONNECTOR.c.id,
            SESSION.c.created_at <= bindparam("now"),
        )
        .order_by(SESSION.c.created_at.desc())
        .limit(1)
        .correlate(CONNECTOR.table)
        .scalar_subquery()
    )


def _instants(visit: str | None) -> tuple[int | None, int | None]:
    """When the last session of a connector was plugged in, and when it leaves."""
    if visit is None:
        return None, None
    plugged_in_at, unplugged_at = visit.split()
    return int(plugged_in_at), int(unplugged_at)


IS_THERE: Final = func.coalesce(STATION.c.created_at, 0) <= bindparam("now")
"""True of a station that has been created. It uses no index, so that those of ids and places are used."""
_HAS_ID: Final = (STATION.in_world, is_in(STATION.c.id, "ids"), IS_THERE)
IS_AMONG: Final = (*_HAS_ID, IS_PUBLIC)
"""The public stations of a list of ids."""
_BY_ID: Final = attrgetter("connector.id")
_IN_TIME: Final = attrgetter("since", "connector")
_HELD: Final = EntityMapping(_Held, dict(RESERVATION.c))
_LAST_VISIT: Final = last_visit(
    cast(SESSION.c.created_at, Text) + literal_column("' '", Text) + cast(SESSION.c.unplugged_at, Text)
)
"""Two instants in one column, so that the last session of a connector is looked up once."""
_HOLD: Final = 1
_CONNECTOR: Final = _HOLD + len(_HELD.columns)
_STATION: Final = _CONNECTOR + len(CONNECTOR.mapping.columns)
"""Where the parts of a row begin. The first columns of the first two are null if there is no such part."""
_BY_IDS: Final = StationUseQuery(select(STATION.table).where(*IS_AMONG).subquery("stations"))
_BY_IDS_WITH_VIRTUAL: Final = StationUseQuery(
    select(STATION.table).where(*_HAS_ID, STATION.c.kind != HOME).subquery("stations")
)
