"""Stops a session through its vendor."""

from ..domain.channels import Channel
from ..domain.errors import UnknownSessionError
from ..domain.models import Session
from ..domain.sessions import interrupt
from ..store import sessions
from ..store.world_transaction import WorldTransaction, keeps_worlds
from .displaced_plans import drop_displaced_plans
from .reservation_plans import serve_waiting
from .smart_charging import with_new_summary


@keeps_worlds
def stop(tx: WorldTransaction, channel: Channel, session_id: str) -> Session:
    """Ends a session of a channel now and saves it; planned sessions that this makes impossible are removed.

    A reservation that waits for the connector may get it. Raises UnknownSessionError or SessionEndedError.
    """
    session = sessions.session(tx, channel.name, session_id)
    if session is None:
        raise UnknownSessionError(session_id)
    stopped = with_new_summary(tx, interrupt.stop(session, at=tx.now))
    sessions.save_session(tx, stopped)
    drop_displaced_plans(tx, [stopped])
    serve_waiting(tx, stopped.station, (stopped.unplugged_at, session.unplugged_at))
    return stopped
