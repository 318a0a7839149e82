"""Making way: plans that nobody has seen yet give way to what has happened."""

from ..store import changes, scenes
from ..store.moment import Moment
from ..world import timeline
from ..world.entities import Reservation, Session
from ..world.reservations import unfulfilled


def clear_the_way(moment: Moment, session: Session) -> None:
    """Drops the planned sessions that a session makes impossible."""
    for planned in scenes.planned_around(moment, session):
        if planned.n != session.n and timeline.displaced(session, planned):
            drop(moment, planned)


def drop(moment: Moment, planned: Session) -> list[Reservation]:
    """Removes a session that nobody has seen yet; the reservations whose window passes unused."""
    changes.drop_planned(moment, planned)
    unused = [unfulfilled(each) for each in scenes.reservations_for(moment, planned.n)]
    for reservation in unused:
        changes.save(moment, reservation)
    return unused
