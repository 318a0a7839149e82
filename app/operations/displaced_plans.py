"""Making way: plans that nobody has seen yet give way to what has happened."""

from ..domain.models import Reservation, Session
from ..domain.reservations import unfulfilled
from ..domain.sessions import view
from ..store import start_inputs, writes
from ..store.world_transaction import WorldTransaction


def clear_the_way(tx: WorldTransaction, session: Session) -> None:
    """Drops the planned sessions that a session makes impossible."""
    for planned in start_inputs.planned_around(tx, session):
        if planned.n != session.n and view.displaced(session, planned):
            drop(tx, planned)


def drop(tx: WorldTransaction, planned: Session) -> list[Reservation]:
    """Removes a session that nobody has seen yet; the reservations whose window passes unused."""
    writes.drop_planned(tx, planned)
    unused = [unfulfilled(each) for each in start_inputs.reservations_for(tx, planned.n)]
    for reservation in unused:
        writes.save(tx, reservation)
    return unused
