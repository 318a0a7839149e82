"""Stopping a session through its vendor."""

from ..domain.errors import UnknownSessionError
from ..domain.models import Session
from ..domain.sessions import interrupt
from ..store import sessions, writes
from ..store.world_transaction import WorldTransaction
from .smart_charging import with_new_summary


def stop(tx: WorldTransaction, session_id: str) -> Session:
    """Ends a session now and saves it. Raises UnknownSessionError or SessionEndedError."""
    session = sessions.session(tx, session_id)
    if session is None:
        raise UnknownSessionError
    stopped = with_new_summary(tx, interrupt.stop(session, at=tx.now))
    writes.save_session(tx, stopped)
    return stopped
