"""Stations, connectors and cards by the names that people have for them, and who is or will be at a station."""

from typing import Final

from sqlalchemy import bindparam, select

from ..domain import models
from ..domain.sessions import view
from . import rows
from .database.compiled_statements import CompiledStatement
from .schema import tables
from .schema.tables import columns, table
from .world_transaction import WorldTransaction

_SESSION: Final = table(tables.Session).c
_STATION: Final = table(tables.Station).c
_CONNECTOR: Final = table(tables.Connector).c


def station(tx: WorldTransaction, station_id: str) -> models.Station | None:
    """The station of that id."""
    found = _STATION_BY_ID.first(tx.db, {"world": tx.world.n, "id": station_id})
    return None if found is None else models.Station(*found)


def connector_of_evse(tx: WorldTransaction, evse_id: str) -> models.Connector | None:
    """The connector of that EVSE id."""
    found = _CONNECTOR_OF_EVSE.first(tx.db, {"world": tx.world.n, "evse": evse_id})
    return None if found is None else models.Connector(*found)


def visits(tx: WorldTransaction, station_id: str, since: int, until: int) -> list[models.Session]:
    """The sessions, planned ones too, whose cars are plugged in at a station at some instant of that span."""
    span = {"since": since, "until": until, "begun": since - view.LONGEST}
    found = _VISITS.rows(tx.db, {"world": tx.world.n, "station": station_id, **span})
    return [rows.whole_session(row) for row in found]


_STATION_BY_ID: Final = CompiledStatement(
    select(*columns(tables.Station, "id")).where(_STATION.world == bindparam("world"), _STATION.id == bindparam("id"))
)
_CONNECTOR_OF_EVSE: Final = CompiledStatement(
    select(*columns(tables.Connector, "station"))
    .where(_CONNECTOR.world == bindparam("world"), _CONNECTOR.evse_id == bindparam("evse"))
    .order_by(_CONNECTOR.station, _CONNECTOR.id)
    .limit(1)
)
_VISITS: Final = CompiledStatement(
    select(*columns(tables.Session, "n"))
    .where(
        _SESSION.world == bindparam("world"),
        _SESSION.station == bindparam("station"),
        _SESSION.created_at > bindparam("begun"),
        _SESSION.created_at < bindparam("until"),
        _SESSION.unplugged_at > bindparam("since"),
    )
    .order_by(_SESSION.created_at, _SESSION.n)
)
