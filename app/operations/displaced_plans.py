"""The removal of planned sessions that have become impossible. No caller has seen a planned session."""

from ..domain.exclusivity import collide
from ..domain.models import Reservation, Session
from ..domain.reservations import unfulfilled
from ..store import availability, reservations, sessions
from ..store.world_transaction import WorldTransaction


def drop_displaced_plans(tx: WorldTransaction, session: Session) -> None:
    """Removes the planned sessions that a session makes impossible."""
    for planned in availability.planned_around(tx, session):
        if planned.n != session.n and collide(session, planned):
            drop_plan(tx, planned)


def drop_plan(tx: WorldTransaction, planned: Session) -> list[Reservation]:
    """Removes a planned session; returns its reservations, whose windows now pass unused."""
    sessions.remove_session(tx, planned)
    unused = [unfulfilled(each) for each in reservations.reservations_for(tx, planned.n)]
    for reservation in unused:
        reservations.save_reservation(tx, reservation)
    return unused
