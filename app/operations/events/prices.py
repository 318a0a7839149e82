"""The event that a station or one of its connectors has other prices."""

from dataclasses import replace
from typing import Final

from ...domain.clock import DAY, MINUTE
from ...domain.errors import ImpossibleError
from ...domain.models import Connector, Station
from ...domain.pricing import with_prices
from ...domain.sessions.replan import NewTariff, replan
from ...domain.station_prices import tariff_at
from ...domain.station_view import HOME
from ...store import sessions, stations
from ...store.world_transaction import WorldTransaction
from .event import Changes, Event, EventRequest
from .sessions import found


def _price_change(tx: WorldTransaction, request: EventRequest) -> Changes:
    station, connectors = _named(tx, request.id)
    if station.kind == HOME:
        raise ImpossibleError(f"Nothing is sold at {request.id}, which is at a home.")
    for connector in connectors:
        _reprice(tx, connector, request)
    return Changes()


def _reprice(tx: WorldTransaction, connector: Connector, request: EventRequest) -> None:
    """Saves the coming tariff of a connector, in place of one that was to come, and of what is planned there.

    Planned sessions have been seen by no caller. Those that have begun stay as they were sold.
    """
    sold = tariff_at(connector, tx.now)
    changed = replace(
        connector, tariff=sold, next_tariff=with_prices(sold, request.prices or {}), next_tariff_at=request.at
    )
    stations.save_connector(tx, changed)
    for planned in sessions.planned_at(tx, connector.station, connector.id):
        due = tariff_at(changed, planned.created_at)
        if due != planned.tariff and tx.channels[planned.channel].buyer is not None:
            sessions.save_session(tx, replan(planned, request.at, NewTariff(due)))


def _next_day(tx: WorldTransaction, thing_id: str) -> int:
    """The next midnight at a station."""
    station, _ = _named(tx, thing_id)
    offset = station.utc_offset_minutes * MINUTE
    return (tx.now + offset) // DAY * DAY + DAY - offset


def _named(tx: WorldTransaction, thing_id: str) -> tuple[Station, list[Connector]]:
    """The station with that id and its connectors, or the one connector with that EVSE id."""
    station = stations.station(tx, thing_id)
    if station is not None:
        return station, stations.connectors_at(tx, thing_id)
    connector = found(stations.connector_of_evse(tx, thing_id), thing_id)
    return found(stations.station(tx, connector.station), connector.station), [connector]


EVENTS: Final = {
    "price_change": Event(
        of="a charging station, chst_…, or the EVSE id of a connector",
        does="The prices in `prices`, net of VAT, hold from the next midnight there unless `at` says otherwise; the "
        "others stay as they are. Sessions that begin from then on are billed by them. They replace a change that is "
        "still to come.",
        refused="The station is at a home.",
        happen=_price_change,
        reprices=True,
        begins=_next_day,
    ),
}
