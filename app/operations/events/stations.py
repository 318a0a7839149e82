"""Events of stations and their connectors: outages and maintenance."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from operator import attrgetter
from typing import Final

from ...domain.clock import HOUR, MINUTE, NEVER, millis
from ...domain.errors import ImpossibleError
from ...domain.models import Connector, Session
from ...domain.sessions import interrupt
from ...store import availability, sessions, stations
from ...store.world_transaction import WorldTransaction
from ..reservation_plans import avoid_outage
from ..smart_charging import with_new_summary
from .event import Changes, Event, EventRequest
from .sessions import Interruption, as_heard, found

_OUTAGE: Final = 30 * MINUTE
_MAINTENANCE: Final = 4 * HOUR


def _connector_fault(tx: WorldTransaction, request: EventRequest) -> Changes:
    session = sessions.session_shown_as(tx, request.id)
    if session is not None:
        interrupt.fault(session, tx.channels[session.channel], at=request.at)
        connector = found(stations.connector(tx, session.station, session.connector), session.connector)
    else:
        connector = found(stations.connector_of_evse(tx, request.id), request.id)
    outage = (request.at, request.at + (request.lasts or _OUTAGE))
    return _out_of_order(tx, connector, outage, interrupt.fault)


def _maintenance(tx: WorldTransaction, request: EventRequest) -> Changes:
    station = stations.station(tx, request.id)
    if station is None:
        connectors = [found(stations.connector_of_evse(tx, request.id), request.id)]
    else:
        connectors = sorted(stations.connectors_at(tx, station.id), key=attrgetter("id"))
    outage = (request.at, request.at + (request.lasts or _MAINTENANCE))
    changes = Changes()
    for connector in connectors:
        changes.add(_out_of_order(tx, connector, outage, interrupt.unplug, for_maintenance=True))
    return changes


def _out_of_order(
    tx: WorldTransaction,
    connector: Connector,
    outage: tuple[int, int],
    interrupted: Interruption,
    *,
    for_maintenance: bool = False,
) -> Changes:
    """Takes a connector out of order for a time, and interrupts the session there."""
    at, until = outage
    _refuse_during(connector.evse_id, "out of order", (connector.broken_from, connector.broken_until), tx.now)
    stations.save_connector(tx, replace(connector, broken_from=at, broken_until=until, for_maintenance=for_maintenance))
    visits = availability.sessions_at(tx, connector.station, at, until)
    station = found(stations.station(tx, connector.station), connector.station)

    def ended(session: Session) -> Session:
        over = session.unplugged_at if for_maintenance else session.ended_at
        if over <= at:
            return session
        return as_heard(interrupted(session, tx.channels[session.channel], at=at), station, at)

    changes = _outage(tx, at, (visit for visit in visits if visit.connector == connector.id), ended)
    changes.reservations.extend(avoid_outage(tx, connector.station, outage, connector.id))
    return changes


def _station_silent(tx: WorldTransaction, request: EventRequest) -> Changes:
    station = found(stations.station(tx, request.id), request.id)
    until = request.at + (request.lasts or _OUTAGE)
    if not station.online:
        raise ImpossibleError(f"{station.id} is offline, so it is silent all the time.")
    _refuse_during(station.id, "silent", (station.silent_from, station.silent_until), tx.now)
    stations.save_station(tx, replace(station, silent_from=request.at, silent_until=until))

    def silenced(session: Session) -> Session:
        return interrupt.silence(session, since=request.at, until=until)

    changes = _outage(tx, request.at, availability.sessions_at(tx, station.id, request.at, until), silenced)
    changes.reservations.extend(avoid_outage(tx, station.id, (request.at, until)))
    return changes


def _outage(
    tx: WorldTransaction, since: int, visits: Iterable[Session], interrupted: Callable[[Session], Session]
) -> Changes:
    """Interrupts the sessions of vehicles that are plugged in; those planned to begin during the outage are removed."""
    changes = Changes()
    for session in visits:
        if session.created_at > since:
            changes.removed.append(session)
        elif (after := interrupted(session)) is not session:
            changes.sessions.append(with_new_summary(tx, after))
    return changes


def _refuse_during(name: str, state: str, outage: tuple[int, int], now: int) -> None:
    """Refuses a second outage of a station or connector that has one, or will have one."""
    since, until = outage
    if since < NEVER and now < until:
        raise ImpossibleError(f"{name} is {state} from {millis(since)} until {millis(until)} already.")


EVENTS: Final = {
    "connector_fault": Event(
        of="a charging session, or the EVSE id of a connector",
        does="The connector fails, and with it the session there, before or while energy flows. No session can start "
        "on it until it is repaired, which takes half an hour unless `for` says otherwise.",
        refused="The session has ended, or the connector is out of order already.",
        happen=_connector_fault,
        lasts=True,
    ),
    "station_silent": Event(
        of="a charging station, chst_…",
        does="The station sends no data: energy and `updated` stand still, no session can start, and what ends "
        "is seen to end when it returns, after half an hour unless `for` says otherwise.",
        refused="The station is silent already, or offline.",
        happen=_station_silent,
        lasts=True,
    ),
    "maintenance": Event(
        of="a charging station, chst_…, or the EVSE id of a connector",
        does="The operator takes the connectors out of service for maintenance: vehicles there are unplugged, and no "
        "session can start until they are back, after four hours unless `for` says otherwise.",
        refused="A connector is out of order already.",
        happen=_maintenance,
        lasts=True,
    ),
}
