"""Estimates of what a session at a station would deliver and cost."""

from ..domain.channels import Channel
from ..domain.errors import NoConnectorFitsError, UnknownObjectError
from ..domain.estimates import Estimate, best_connector, estimate
from ..domain.station_view import NOT_PUBLIC
from ..store import stations
from ..store.world_transaction import WorldTransaction
from .vehicles import known_vehicle


def estimate_at(
    tx: WorldTransaction, channel: Channel, station_id: str, vehicle_id: str, *, soc: float, target: float
) -> Estimate:
    """Returns the estimate for a vehicle at the connector of a public station that charges it fastest.

    Whether the connector is free does not matter (CHARGE-087). Raises UnknownObjectError or NoConnectorFitsError.
    """
    station = stations.station(tx, station_id)
    if station is None or station.kind in NOT_PUBLIC:
        raise UnknownObjectError("station", station_id)
    vehicle = known_vehicle(tx, vehicle_id)
    connector = best_connector(vehicle, stations.connectors_at(tx, station_id), soc=soc, target=target)
    if connector is None:
        raise NoConnectorFitsError(station_id, vehicle_id)
    return estimate(channel, vehicle, station, connector, soc=soc, target=target, now=tx.now)
