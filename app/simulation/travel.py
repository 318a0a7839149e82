"""Time travel: a world's clock set going, and moved on to an instant with word of what happens on the way."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Final, TypeAlias

from ..store import boundaries, worlds
from ..store.moment import Moment, World
from ..world import transitions
from ..world.clock import LATEST
from ..world.entities import Reservation
from ..world.errors import ClockBackwardsError, ClockEndsError, UnknownThingError
from ..world.transitions import Facts, Transition

TOLD: Final = 100
"""So many transitions are told of one journey."""

Leap: TypeAlias = Callable[[Moment], int]
"""Where a clock is to be moved to, from a moment in its world."""


@dataclass(frozen=True, slots=True)
class Journey:
    """A world whose clock was moved on, what happened on the way, and whether that is not all."""

    world: World
    transitions: list[Transition]
    truncated: bool


def set_speed(moment: Moment, speed: float) -> World:
    """Lets the world's clock run `speed` times as fast as the wall's."""
    world = replace(moment.world, clock=moment.world.clock.paced(speed, moment.wall))
    worlds.save(moment.db, world)
    return world


def advance(moment: Moment, leap: Leap) -> Journey:
    """Moves the world's clock on. Refuses with ClockBackwardsError, ClockEndsError, or as `leap` does."""
    to = leap(moment)
    if to > LATEST:
        raise ClockEndsError
    if to < moment.now:
        raise ClockBackwardsError
    world = replace(moment.world, clock=moment.world.clock.moved(to, moment.wall))
    worlds.save(moment.db, world)
    told = between(moment, moment.now, world.clock.anchor, TOLD + 1)
    return Journey(world, told[:TOLD], len(told) > TOLD)


def until(shown_id: str, status: str) -> Leap:
    """To the instant at which a session or a reservation has that status.

    Refuses with UnknownThingError, UnknownStatusError, or NeverError where that will not be.
    """

    def leap(moment: Moment) -> int:
        session = boundaries.facts(moment, shown_id)
        if session is not None:
            return transitions.when(session, status, moment.now)
        reservation = boundaries.reservation(moment, shown_id)
        if reservation is None:
            raise UnknownThingError(shown_id)
        return transitions.when_reserved(reservation, status, moment.now)

    return leap


def between(moment: Moment, after: int, to: int, most: int) -> list[Transition]:
    """The first things that happen after an instant, up to another one, in the order in which they do."""
    span = boundaries.in_span(moment, after, to, most)
    return in_order(span.sessions, span.reservations, after, span.until)[:most]


def in_order(sessions: Iterable[Facts], reservations: Iterable[Reservation], after: int, to: int) -> list[Transition]:
    """What happens to them after an instant, up to another one, in the order in which it does."""
    every = [
        *(each for facts in sessions for each in transitions.of_session(facts, after, to)),
        *(each for booked in reservations for each in transitions.of_reservation(booked, after, to)),
    ]
    # Each comes with its own transitions in their order, which the sort leaves as it is.
    return sorted(every, key=attrgetter("at", "kind", "id"))
