"""Time travel: a world's clock set going, and moved on to an instant with word of what happens on the way."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Final, TypeAlias

from ..domain.clock import LATEST
from ..domain.errors import ClockBackwardsError, ClockEndsError, UnknownThingError
from ..domain.models import Reservation
from ..domain.sessions import lifecycle
from ..domain.sessions.lifecycle import SessionBoundaries, Transition
from ..store import due_transitions, reservations, worlds
from ..store.world import World
from ..store.world_transaction import WorldTransaction

TOLD: Final = 100
"""So many transitions are told of one journey."""

Leap: TypeAlias = Callable[[WorldTransaction], int]
"""Where a clock is to be moved to, from a moment in its world."""


@dataclass(frozen=True, slots=True)
class Journey:
    """A world whose clock was moved on, what happened on the way, and whether that is not all."""

    world: World
    transitions: list[Transition]
    truncated: bool


def set_speed(tx: WorldTransaction, speed: float) -> World:
    """Lets the world's clock run `speed` times as fast as the wall's."""
    world = replace(tx.world, clock=tx.world.clock.paced(speed, tx.wall))
    worlds.save_world(tx.db, world)
    return world


def advance(tx: WorldTransaction, leap: Leap) -> Journey:
    """Moves the world's clock on. Refuses with ClockBackwardsError, ClockEndsError, or as `leap` does."""
    to = leap(tx)
    if to > LATEST:
        raise ClockEndsError
    if to < tx.now:
        raise ClockBackwardsError
    world = replace(tx.world, clock=tx.world.clock.moved(to, tx.wall))
    worlds.save_world(tx.db, world)
    told = between(tx, tx.now, world.clock.anchor, TOLD + 1)
    return Journey(world, told[:TOLD], len(told) > TOLD)


def until(shown_id: str, status: str) -> Leap:
    """To the instant at which a session or a reservation has that status.

    Refuses with UnknownThingError, UnknownStatusError, or NeverError where that will not be.
    """

    def leap(tx: WorldTransaction) -> int:
        session = due_transitions.boundaries_shown_as(tx, shown_id)
        if session is not None:
            return lifecycle.when(session, status, tx.now)
        reservation = reservations.reservation(tx, shown_id)
        if reservation is None:
            raise UnknownThingError(shown_id)
        return lifecycle.when_reserved(reservation, status, tx.now)

    return leap


def between(tx: WorldTransaction, after: int, to: int, most: int) -> list[Transition]:
    """The first things that happen after an instant, up to another one, in the order in which they do."""
    due = due_transitions.due_transitions(tx, after, to, most)
    return in_order(due.sessions, due.reservations, after, due.until)[:most]


def in_order(
    sessions: Iterable[SessionBoundaries], reservations: Iterable[Reservation], after: int, to: int
) -> list[Transition]:
    """What happens to them after an instant, up to another one, in the order in which it does."""
    every = [
        *(each for facts in sessions for each in lifecycle.of_session(facts, after, to)),
        *(each for booked in reservations for each in lifecycle.of_reservation(booked, after, to)),
    ]
    # Each comes with its own transitions in their order, which the sort leaves as it is.
    return sorted(every, key=attrgetter("at", "kind", "id"))
