"""Events that let starts and stops fail: an operator who confirms nothing, and a failure of the vendor itself."""

from dataclasses import replace
from typing import Final

from ...domain.clock import MINUTE, NEVER, millis
from ...domain.errors import ImpossibleError
from ...store import parties, sessions, stations
from ...store.world_transaction import WorldTransaction
from ..announced_failures import announce_failure
from .event import Changes, Event, EventRequest
from .sessions import found

_UNCONFIRMED: Final = 30 * MINUTE


def _unconfirmed(tx: WorldTransaction, request: EventRequest) -> Changes:
    session = sessions.session_shown_as(tx, request.id)
    if session is not None:
        connector = found(stations.connector(tx, session.station, session.connector), session.connector)
    else:
        connector = found(stations.connector_of_evse(tx, request.id), request.id)
    since, until = connector.unconfirmed_from, connector.unconfirmed_until
    if since < NEVER and tx.now < until:
        name = connector.evse_id
        raise ImpossibleError(f"{name} is unconfirmed from {millis(since)} until {millis(until)} already.")
    until = request.at + (request.lasts or _UNCONFIRMED)
    stations.save_connector(tx, replace(connector, unconfirmed_from=request.at, unconfirmed_until=until))
    return Changes()


def _unexpected_error(tx: WorldTransaction, request: EventRequest) -> Changes:
    session = sessions.session_shown_as(tx, request.id)
    if session is not None:
        if session.user is None:
            raise ImpossibleError(f"{request.id} is not the session of a user.")
        if session.ended_at <= request.at:
            raise ImpossibleError(f"{request.id} was {session.outcome} at {millis(session.ended_at)}.")
        announce_failure(tx, session.channel, session.uuid, request.at)
        return Changes()
    user = found(parties.user(tx, request.id), request.id)
    buyers = [channel.name for channel in tx.channels.values() if channel.buyer == "user"]
    if user.org is not None or not buyers:
        raise ImpossibleError(f"The user {request.id} starts no sessions.")
    for channel in buyers:
        announce_failure(tx, channel, user.id, request.at)
    return Changes()


EVENTS: Final = {
    "unconfirmed": Event(
        of="the EVSE id of a connector, or a charging session there",
        does="The operator of the connector confirms nothing, for half an hour unless `for` says otherwise: no session "
        "starts there, and none is stopped through its vendor.",
        refused="The connector is unconfirmed already.",
        happen=_unconfirmed,
        lasts=True,
    ),
    "unexpected_error": Event(
        of="a user who starts sessions, or a user's active charging session",
        does="The next start by the user, or the next stop of the session, fails for no reason; the one after it does "
        "not.",
        refused="The session has ended, or is not a user's; or the user starts no sessions.",
        happen=_unexpected_error,
    ),
}
