"""Stops a session through its vendor."""

from ..domain.channels import Channel
from ..domain.errors import UnknownSessionError
from ..domain.models import Session
from ..domain.sessions import interrupt
from ..domain.sessions.authorisation import refuse_unconfirmed
from ..domain.sessions.view import ACTIVE, status
from ..store import sessions, stations
from ..store.world_transaction import WorldTransaction, keeps_worlds
from .announced_failures import refuse_as_announced
from .displaced_plans import drop_displaced_plans
from .reservation_plans import serve_waiting
from .smart_charging import with_new_summary


@keeps_worlds
def stop(tx: WorldTransaction, channel: Channel, session_id: str) -> Session:
    """Ends a session of a channel now and saves it; planned sessions that this makes impossible are removed.

    A reservation that waits for the connector may get it. Raises UnknownSessionError, SessionEndedError or
    UnconfirmedError.
    """
    session = sessions.session(tx, channel.name, session_id)
    if session is None:
        raise UnknownSessionError(session_id)
    return _stopped(tx, session)


def stop_for_user(tx: WorldTransaction, channel: Channel, user_id: str, uuid: str) -> Session:
    """Ends the session of a user with that UUID, as `stop` does; raises UnexpectedFailureError if one is announced."""
    session = sessions.session_of_user(tx, user_id, uuid)
    if session is None:
        raise UnknownSessionError(uuid)
    if status(session, tx.now) == ACTIVE:
        refuse_as_announced(tx, channel, uuid)
    return _stopped(tx, session)


def _stopped(tx: WorldTransaction, session: Session) -> Session:
    stopped = interrupt.stop(session, at=tx.now)
    connector = stations.connector(tx, session.station, session.connector)
    if connector is not None:
        refuse_unconfirmed(connector, tx.now)
    stopped = with_new_summary(tx, stopped)
    sessions.save_session(tx, stopped)
    drop_displaced_plans(tx, [stopped])
    serve_waiting(tx, stopped.station, (stopped.unplugged_at, session.unplugged_at))
    return stopped
