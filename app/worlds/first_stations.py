"""The stations that every world has of its vendors: in new worlds, in imports, and in worlds of earlier releases."""

from typing import NamedTuple

from ..domain.models import Connector, Station
from ..store import stations, worlds
from ..store.database.protocol import Transaction
from .vendor import Vendors


class Stations(NamedTuple):
    """Stations, and the connectors of all of them."""

    stations: list[Station]
    connectors: list[Connector]


def missing(monday: int, vendors: Vendors, there: Stations) -> Stations:
    """The stations that a world of that Monday lacks which has those that are `there`.

    One is left out if another station has its id, or the EVSE id of one of its connectors.
    """
    ids, evse_ids = {each.id for each in there.stations}, {each.evse_id for each in there.connectors}
    lacking = Stations([], [])
    for vendor in vendors:
        for station, connectors in vendor.first_stations(monday):
            if station.id not in ids and evse_ids.isdisjoint(each.evse_id for each in connectors):
                lacking.stations.append(station)
                lacking.connectors.extend(connectors)
    return lacking


def complete(db: Transaction, vendors: Vendors) -> None:
    """Inserts what the worlds of an earlier release lack."""
    for world in worlds.in_state(db, worlds.OPEN):
        first = missing(world.monday, vendors, Stations([], []))
        ids, evse_ids = (each.id for each in first.stations), (each.evse_id for each in first.connectors)
        there = Stations(stations.stations_by_id(db, world.n, ids), stations.connectors_by_evse(db, world.n, evse_ids))
        lacking = missing(world.monday, vendors, there)
        stations.insert_stations(db, world.n, lacking.stations)
        stations.insert_connectors(db, world.n, lacking.connectors)
