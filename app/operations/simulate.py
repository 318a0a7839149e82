"""Events in the world that no vendor's API causes: an unplugging, an outage, a payment that fails, a refund."""

from collections.abc import Callable
from typing import Final

from ..domain.clock import LATEST, MILLISECOND, NEVER, millis
from ..domain.errors import ClockEndsError, ImpossibleError
from ..domain.sessions.lifecycle import SessionBoundaries
from ..domain.transitions import LAST
from ..store import sessions
from ..store.world_transaction import WorldTransaction
from .displaced_plans import drop_displaced_plans
from .events import devices, payments, starts, stations, vehicles
from .events import sessions as session_events
from .events.event import Event, EventOutcome, EventRequest
from .reservation_plans import make_way_for, serve_waiting
from .time_travel import in_order

EVENTS: Final[dict[str, Event]] = {
    **session_events.EVENTS,
    **stations.EVENTS,
    **payments.EVENTS,
    **devices.EVENTS,
    **vehicles.EVENTS,
    **starts.EVENTS,
}
"""The events, by name."""


def simulate(  # noqa: PLR0917 - what a caller asks for
    tx: WorldTransaction,
    event: str,
    thing_id: str,
    when: Callable[[int], int],
    lasts: int | None,
    amount: int | None = None,
    km: float | None = None,
    battery_level: float | None = None,
) -> EventOutcome:
    """Makes an event happen at the instant that `when` gives for now, and saves what it changes.

    Raises UnknownThingError, ImpossibleError, or ClockEndsError if no clock goes so far; then nothing is saved.
    """
    request = EventRequest(thing_id, when(tx.now) // MILLISECOND * MILLISECOND, lasts, amount, km, battery_level)
    if request.at < tx.now:
        raise ImpossibleError(f"An event happens now or later, and it is {millis(tx.now)} already.")
    if request.at + (request.lasts or 0) > LATEST:
        raise ClockEndsError
    changes = EVENTS[event].happen(tx, request)
    for session in changes.sessions:
        sessions.save_session(tx, session)
    booked = [*changes.reservations, *make_way_for(tx, changes.sessions)]
    booked += drop_displaced_plans(tx, changes.sessions, changes.removed)
    for session in changes.sessions:
        booked += serve_waiting(tx, session.station, (session.unplugged_at, NEVER))
    facts = (SessionBoundaries.of(session, tx.channels[session.channel]) for session in changes.sessions)
    return EventOutcome(request.at, in_order(facts, booked, request.at - 1, LAST), changes.transaction)
