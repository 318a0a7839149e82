"""Charging stations and their connectors."""

from collections.abc import Iterable
from operator import attrgetter
from typing import Final

import orjson
from sqlalchemy import Connection, and_, bindparam, select

from ..domain import models
from ..domain.station_view import NOT_PUBLIC
from .database.compiled_statements import CompiledStatement
from .database.id_lists import is_in
from .schema.tables import CONNECTOR, STATION
from .world_transaction import WorldTransaction

insert_stations: Final = STATION.insert
insert_connectors: Final = CONNECTOR.insert
save_station: Final = STATION.save
save_connector: Final = CONNECTOR.save


def station(tx: WorldTransaction, station_id: str) -> models.Station | None:
    """Returns the station with that id."""
    return _STATION.first(tx.db, {"world": tx.world.n, "id": station_id})


def connector(tx: WorldTransaction, station_id: str, connector_id: str) -> models.Connector | None:
    """Returns the connector with that id at a station."""
    return _CONNECTOR.first(tx.db, {"world": tx.world.n, "station": station_id, "id": connector_id})


def unconfirmed(tx: WorldTransaction, station_id: str, connector_id: str) -> tuple[str, int] | None:
    """Returns the EVSE id of a connector whose operator confirms nothing now, and until when; None if it confirms."""
    found = _UNCONFIRMED.first(tx.db, {"world": tx.world.n, "station": station_id, "id": connector_id, "now": tx.now})
    return None if found is None else (str(found[0]), int(found[1]))


def connectors_at(tx: WorldTransaction, station_id: str) -> list[models.Connector]:
    """Returns the connectors of a station, in no order."""
    return _CONNECTORS_AT.all(tx.db, {"world": tx.world.n, "station": station_id})


def connector_of_evse(tx: WorldTransaction, evse_id: str) -> models.Connector | None:
    """Returns the connector with that EVSE id; of several, the first by station and id."""
    # Sorted here: to have them sorted, SQLite would read all connectors in the order of their ids.
    found = _OF_EVSE.all(tx.db, {"world": tx.world.n, "evse": evse_id})
    return min(found, key=attrgetter("station", "id"), default=None)


def stations_by_id(db: Connection, number: int, ids: Iterable[str]) -> list[models.Station]:
    """Returns the stations with these ids in the world of that number, in no order."""
    return _BY_IDS.all(db, {"world": number, "ids": orjson.dumps(list(ids)).decode()})


def connectors_by_evse(db: Connection, number: int, evse_ids: Iterable[str]) -> list[models.Connector]:
    """Returns the connectors with these EVSE ids in the world of that number, in no order."""
    return _BY_EVSE_IDS.all(db, {"world": number, "ids": orjson.dumps(list(evse_ids)).decode()})


IS_PUBLIC: Final = and_(*(STATION.c.kind != kind for kind in NOT_PUBLIC))
"""True of stations that every vendor may show."""
_BY_IDS: Final = STATION.query(is_in(STATION.c.id, "ids"))
_BY_EVSE_IDS: Final = CONNECTOR.query(is_in(CONNECTOR.c.evse_id, "ids"))
_STATION: Final = STATION.query(STATION.c.id == bindparam("id"))
_CONNECTOR: Final = CONNECTOR.query(CONNECTOR.c.station == bindparam("station"), CONNECTOR.c.id == bindparam("id"))
_UNCONFIRMED: Final = CompiledStatement(
    select(CONNECTOR.c.evse_id, CONNECTOR.c.unconfirmed_until).where(
        CONNECTOR.in_world,
        CONNECTOR.c.station == bindparam("station"),
        CONNECTOR.c.id == bindparam("id"),
        CONNECTOR.c.unconfirmed_from <= bindparam("now"),
        CONNECTOR.c.unconfirmed_until > bindparam("now"),
    )
)
_CONNECTORS_AT: Final = CONNECTOR.query(CONNECTOR.c.station == bindparam("station"))
_OF_EVSE: Final = CONNECTOR.query(CONNECTOR.c.evse_id == bindparam("evse"))
