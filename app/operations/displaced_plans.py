"""Planned sessions that give way to what has happened; no caller has seen one yet."""

from ..domain.exclusivity import collide
from ..domain.models import Reservation, Session
from ..domain.reservations import unfulfilled
from ..store import start_inputs, writes
from ..store.world_transaction import WorldTransaction


def drop_displaced_plans(tx: WorldTransaction, session: Session) -> None:
    """Removes the planned sessions that a session makes impossible."""
    for planned in start_inputs.planned_around(tx, session):
        if planned.n != session.n and collide(session, planned):
            drop_plan(tx, planned)


def drop_plan(tx: WorldTransaction, planned: Session) -> list[Reservation]:
    """Removes a planned session; returns its reservations, whose windows now pass unused."""
    writes.drop_planned(tx, planned)
    unused = [unfulfilled(each) for each in start_inputs.reservations_for(tx, planned.n)]
    for reservation in unused:
        writes.save(tx, reservation)
    return unused
