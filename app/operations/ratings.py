"""Rates a session of a user."""

from dataclasses import replace

from ..domain.errors import UnknownObjectError
from ..domain.models import Session
from ..store import sessions
from ..store.world_transaction import WorldTransaction


def rate(tx: WorldTransaction, user: str, uuid: str, stars: int | None) -> Session:
    """Saves a user's stars for a session, 1 to 5, or takes them back. Raises UnknownObjectError."""
    session = sessions.session_of_user(tx, user, uuid)
    if session is None:
        raise UnknownObjectError("session", uuid)
    rated = replace(session, rating=stars)
    sessions.save_session(tx, rated)
    return rated
