"""Charging stations and their connectors."""

from typing import Final

from sqlalchemy import bindparam, select

from ..domain import models
from .schema.entity_mapping import EntityQuery
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


def connectors_at(tx: WorldTransaction, station_id: str) -> list[models.Connector]:
    """Returns the connectors of a station, in no order."""
    return _CONNECTORS_AT.all(tx.db, {"world": tx.world.n, "station": station_id})


def connector_of_evse(tx: WorldTransaction, evse_id: str) -> models.Connector | None:
    """Returns the connector with that EVSE id; of several, the first by station and id."""
    return _CONNECTOR_OF_EVSE.first(tx.db, {"world": tx.world.n, "evse": evse_id})


_STATION: Final = STATION.query(STATION.c.id == bindparam("id"))
_CONNECTOR: Final = CONNECTOR.query(CONNECTOR.c.station == bindparam("station"), CONNECTOR.c.id == bindparam("id"))
_CONNECTORS_AT: Final = CONNECTOR.query(CONNECTOR.c.station == bindparam("station"))
_CONNECTOR_OF_EVSE: Final = EntityQuery(
    CONNECTOR.mapping,
    select()
    .where(CONNECTOR.in_world, CONNECTOR.c.evse_id == bindparam("evse"))
    .order_by(CONNECTOR.c.station, CONNECTOR.c.id)
    .limit(1),
)
