"""Events in the world that no vendor's API causes: an unplugging, an outage, a payment that fails, a refund."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import Final, Protocol, TypeVar

from ..domain import reservation_plans
from ..domain.channels import Channel
from ..domain.clock import HOUR, LATEST, MILLISECOND, MINUTE, NEVER, millis
from ..domain.errors import ClockEndsError, ImpossibleError, UnknownThingError
from ..domain.models import Card, Session, Station
from ..domain.sessions import interrupt
from ..domain.sessions.lifecycle import SessionBoundaries
from ..domain.transactions import Kind
from ..domain.transitions import LAST
from ..store import availability, parties, reservations, sessions, stations
from ..store.world_transaction import WorldTransaction
from .corrections import correct
from .displaced_plans import drop_displaced_plans
from .events import MOST, Changes, Event, EventOutcome, EventRequest
from .reservation_plans import avoid_outage, make_way_for, pay_otherwise, serve_waiting
from .smart_charging import with_new_summary
from .time_travel import in_order

Thing = TypeVar("Thing")

_OUTAGE: Final = 30 * MINUTE
_LATE: Final = 6 * HOUR


def simulate(  # noqa: PLR0917 - what a caller asks for
    tx: WorldTransaction,
    event: str,
    thing_id: str,
    when: Callable[[int], int],
    lasts: int | None,
    amount: int | None = None,
) -> EventOutcome:
    """Makes an event happen at the instant that `when` gives for now, and saves what it changes.

    Raises UnknownThingError, ImpossibleError, or ClockEndsError if no clock goes so far; then nothing is saved.
    """
    request = EventRequest(thing_id, when(tx.now) // MILLISECOND * MILLISECOND, lasts, amount)
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


class _Interruption(Protocol):
    """A function that changes a session, or refuses to."""

    def __call__(self, session: Session, channel: Channel, *, at: int) -> Session: ...


def _of_session(interruption: _Interruption) -> Callable[[WorldTransaction, EventRequest], Changes]:
    """An event that happens to one session."""

    def happen(tx: WorldTransaction, request: EventRequest) -> Changes:
        session = _found(sessions.session_shown_as(tx, request.id), request.id)
        changed = interruption(session, tx.channels[session.channel], at=request.at)
        if session.unplugged_at > request.at:
            # Later its smart charging has been shown, and stays as it is.
            changed = with_new_summary(tx, changed)
        station = _found(stations.station(tx, changed.station), changed.station)
        return Changes([_as_heard(changed, station, request.at)])

    return happen


def _charge_record_late(tx: WorldTransaction, request: EventRequest) -> Changes:
    return _of_session(partial(interrupt.late_record, delay=request.lasts or _LATE))(tx, request)


def _connector_fault(tx: WorldTransaction, request: EventRequest) -> Changes:
    at = request.at
    session = sessions.session_shown_as(tx, request.id)
    if session is not None:
        interrupt.fault(session, tx.channels[session.channel], at=at)
        connector = _found(stations.connector(tx, session.station, session.connector), session.connector)
    else:
        connector = _found(stations.connector_of_evse(tx, request.id), request.id)
    until = at + (request.lasts or _OUTAGE)
    _refuse_during(connector.evse_id, "out of order", (connector.broken_from, connector.broken_until), tx.now)
    stations.save_connector(tx, replace(connector, broken_from=at, broken_until=until))
    visits = availability.sessions_at(tx, connector.station, at, until)
    station = _found(stations.station(tx, connector.station), connector.station)

    def failed(session: Session) -> Session:
        if session.ended_at <= at:
            return session
        return _as_heard(interrupt.fault(session, tx.channels[session.channel], at=at), station, at)

    changes = _outage(tx, at, (visit for visit in visits if visit.connector == connector.id), failed)
    changes.reservations.extend(avoid_outage(tx, connector.station, (at, until), connector.id))
    return changes


def _station_silent(tx: WorldTransaction, request: EventRequest) -> Changes:
    station = _found(stations.station(tx, request.id), request.id)
    until = request.at + (request.lasts or _OUTAGE)
    if not station.online:
        raise ImpossibleError(f"{station.id} is offline, so it is silent all the time.")
    _refuse_during(station.id, "silent", (station.silent_from, station.silent_until), tx.now)
    stations.save_station(tx, replace(station, silent_from=request.at, silent_until=until))

    def silenced(session: Session) -> Session:
        return interrupt.silence(session, since=request.at, until=until)

    changes = _outage(tx, request.at, availability.sessions_at(tx, station.id, request.at, until), silenced)
    changes.reservations.extend(avoid_outage(tx, station.id, (request.at, until)))
    return changes


def _card_declined(tx: WorldTransaction, request: EventRequest) -> Changes:
    method = _found(parties.payment_method(tx, request.id), request.id)
    if method.card is Card.DECLINED or method.declined_from <= request.at:
        raise ImpossibleError(f"{method.id} is declined already.")
    declined = replace(method, declined_from=request.at)
    parties.save_payment_method(tx, declined)
    return Changes(reservations=pay_otherwise(tx, declined))


def _payment_fails(tx: WorldTransaction, request: EventRequest) -> Changes:
    booked = reservations.reservation(tx, request.id)
    if booked is None:
        return _of_session(interrupt.fail_payment)(tx, request)
    changed = reservation_plans.without_payment(booked, request.at, tx.now)
    reservations.save_reservation(tx, changed)
    return Changes(reservations=[changed])


def _correction(kind: Kind) -> Callable[[WorldTransaction, EventRequest], Changes]:
    """An event that gives back, or adjusts, what was charged."""

    def happen(tx: WorldTransaction, request: EventRequest) -> Changes:
        return Changes(transaction=correct(tx, kind, request.id, request.amount, request.at))

    return happen


def _as_heard(session: Session, station: Station, at: int) -> Session:
    """The session as it is seen: what happens from `at` on while its station is silent becomes known after that.

    What the vendor was told before `at`, such as an end through its API, was known then.
    """
    return interrupt.silence(session, since=station.silent_from, until=station.silent_until, known=at)


def _outage(
    tx: WorldTransaction, since: int, visits: Iterable[Session], interrupted: Callable[[Session], Session]
) -> Changes:
    """Interrupts the sessions of vehicles that are plugged in; those planned to begin during the outage are removed."""
    changes = Changes()
    for session in visits:
        if session.created_at > since:
            changes.removed.append(session)
        elif (after := interrupted(session)) is not session:
            changes.sessions.append(with_new_summary(tx, after))
    return changes


def _refuse_during(name: str, state: str, outage: tuple[int, int], now: int) -> None:
    """Refuses a second outage of a station or connector that has one, or will have one."""
    since, until = outage
    if since < NEVER and now < until:
        raise ImpossibleError(f"{name} is {state} from {millis(since)} until {millis(until)} already.")


def _found(thing: Thing | None, named: str) -> Thing:
    if thing is None:
        raise UnknownThingError(named)
    return thing


EVENTS: Final = {
    "unplug": Event(
        of="a charging session whose vehicle is plugged in, by the id that a vendor shows",
        does="The driver unplugs. While energy flows, the session is completed; later, the vehicle leaves its "
        "connector.",
        refused="The vehicle was unplugged before, or is not plugged in yet.",
        happen=_of_session(interrupt.unplug),
    ),
    "vehicle_full": Event(
        of="a charging session that takes power, or will",
        does="The vehicle is full and takes no more power. The session is completed then, or at the unplugging, "
        "as its vendor does it.",
        refused="Power has stopped before.",
        happen=_of_session(interrupt.vehicle_full),
    ),
    "connector_fault": Event(
        of="a charging session, or the EVSE id of a connector",
        does="The connector fails, and with it the session there, before or while energy flows. No session can start "
        "on it until it is repaired, which takes half an hour unless `for` says otherwise.",
        refused="The session has ended, or the connector is out of order already.",
        happen=_connector_fault,
        lasts=True,
    ),
    "station_silent": Event(
        of="a charging station, chst_…",
        does="The station sends no data: energy and `updated` stand still, no session can start, and what ends "
        "is seen to end when it returns, after half an hour unless `for` says otherwise.",
        refused="The station is silent already, or offline.",
        happen=_station_silent,
        lasts=True,
    ),
    "payment_fails": Event(
        of="a charging session that is to be paid, or a reservation",
        does="The payment fails when it is due, and leaves a debt. A reservation that is still pending fails when it "
        "would be confirmed; the fee of a later one is not collected.",
        refused="The session is settled, or there is nothing to pay.",
        happen=_payment_fails,
    ),
    "debt_paid": Event(
        of="a charging session whose payment has failed",
        does="The debt is paid, and the session settled.",
        refused="There is no debt, or not yet.",
        happen=_of_session(interrupt.pay_debt),
    ),
    "card_declined": Event(
        of="a payment method, pm_…",
        does="The card is declined from now on. What was authorised before is paid.",
        refused="It is declined already.",
        happen=_card_declined,
    ),
    "charge_record_late": Event(
        of="a charging session that is to be paid, sold by a vendor that bills by charge records",
        does="The charge record, and with it the invoice, arrives late: six hours after the session's end unless `for` "
        "says otherwise.",
        refused="The session is settled, its payment fails, or the record would have come before.",
        happen=_charge_record_late,
        lasts=True,
    ),
    "refund": Event(
        of="a charging session that is paid, or a transaction, txn_…",
        does="The `amount` is given back, or all that is left of the charge. The answer names the transaction.",
        refused="It is not paid, or less than that is left of it.",
        happen=_correction(Kind.REFUND),
        least=1,
    ),
    "adjustment": Event(
        of="a charging session that is paid, or a transaction, txn_…",
        does="The `amount`, which is negative where the customer gets it back, is added to what was charged. The "
        "answer names the transaction.",
        refused="It is not paid, or less than that is left of it.",
        happen=_correction(Kind.ADJUSTMENT),
        least=-MOST,
        needs_amount=True,
    ),
}
"""The events, by name."""
