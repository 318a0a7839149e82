"""Time travel: sets the speed of a world's clock, and moves it on to an instant."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Final, TypeAlias

from ..domain import reservations
from ..domain.clock import LATEST
from ..domain.errors import ClockBackwardsError, ClockEndsError, UnknownPlanError
from ..domain.models import Reservation
from ..domain.sessions import lifecycle
from ..domain.sessions.lifecycle import SessionBoundaries
from ..domain.transitions import Transition
from ..store import due_transitions, sessions, worlds
from ..store import reservations as reservation_store
from ..store.world import World
from ..store.world_transaction import WorldTransaction

MOST_TRANSITIONS: Final = 100
"""The number of transitions that an advance reports."""

Destination: TypeAlias = Callable[[WorldTransaction], int]
"""The instant to which a clock is to be moved, given the world as it is."""


class DaysMissingError(Exception):
    """The world, whose clock stands still, has to be planned up to `to` before its clock can be moved there."""

    def __init__(self, to: int) -> None:
        super().__init__(to)
        self.to = to


@dataclass(frozen=True, slots=True)
class Advance:
    """A world whose clock was moved on, the first transitions on the way, and whether there are more."""

    world: World
    transitions: list[Transition]
    truncated: bool


def set_speed(tx: WorldTransaction, speed: float) -> World:
    """Lets the world's clock run `speed` times as fast as the wall clock."""
    world = replace(tx.world, clock=tx.world.clock.paced(speed, tx.wall))
    worlds.save_world(tx.db, world)
    return world


def advance(tx: WorldTransaction, destination: Destination) -> Advance:
    """Moves the world's clock on.

    Raises ClockBackwardsError, ClockEndsError, DaysMissingError, or what `destination` raises.
    """
    to = destination(tx)
    if to > LATEST:
        raise ClockEndsError
    if to < tx.now:
        raise ClockBackwardsError
    if tx.world.clock.speed == 0 and tx.world.missing_days(to):
        raise DaysMissingError(to)
    world = replace(tx.world, clock=tx.world.clock.moved(to, tx.wall))
    worlds.save_world(tx.db, world)
    due = due_transitions.due_transitions(tx, tx.now, world.clock.anchor, MOST_TRANSITIONS + 1)
    found = in_order(due.sessions, due.reservations, tx.now, due.until)
    return Advance(world, found[:MOST_TRANSITIONS], len(found) > MOST_TRANSITIONS)


def until_status(shown_id: str, status: str) -> Destination:
    """The instant at which the session or the reservation that is shown under that id has that status.

    Raises UnknownPlanError, UnknownStatusError, or NeverError where it never has it.
    """

    def instant(tx: WorldTransaction) -> int:
        session = sessions.session_shown_as(tx, shown_id)
        if session is not None:
            facts = SessionBoundaries.of(session, tx.channels[session.channel])
            return lifecycle.instant_of(facts, status, tx.now)
        reservation = reservation_store.reservation(tx, shown_id)
        if reservation is None:
            raise UnknownPlanError(shown_id)
        return reservations.instant_of(reservation, status, tx.now)

    return instant


def in_order(
    boundaries: Iterable[SessionBoundaries], booked: Iterable[Reservation], after: int, to: int
) -> list[Transition]:
    """The transitions of sessions and reservations after an instant, up to another one, in time order."""
    every = [
        *(each for facts in boundaries for each in lifecycle.transitions(facts, after, to)),
        *(each for reservation in booked for each in reservations.transitions(reservation, after, to)),
    ]
    # The transitions of one thing are in order already, and the sort keeps the order of equals.
    return sorted(every, key=attrgetter("at", "kind", "id"))
