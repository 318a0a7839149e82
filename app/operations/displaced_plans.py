"""Making way: plans that nobody has seen yet give way to what has happened."""

from ..domain.models import Reservation, Session
from ..domain.reservations import unfulfilled
from ..domain.sessions import view
from ..store import availability, reservations, sessions
from ..store.world_transaction import WorldTransaction


def clear_the_way(tx: WorldTransaction, session: Session) -> None:
    """Drops the planned sessions that a session makes impossible."""
    for planned in availability.planned_around(tx, session):
        if planned.n != session.n and view.displaced(session, planned):
            drop(tx, planned)


def drop(tx: WorldTransaction, planned: Session) -> list[Reservation]:
    """Removes a session that nobody has seen yet; the reservations whose window passes unused."""
    sessions.remove_session(tx, planned)
    unused = [unfulfilled(each) for each in reservations.reservations_for(tx, planned.n)]
    for reservation in unused:
        reservations.save_reservation(tx, reservation)
    return unused
