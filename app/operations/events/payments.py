"""Events of payments: those that fail, are made up for, are late, or are given back."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import Final

from ...domain import reservation_plans
from ...domain.clock import HOUR
from ...domain.errors import ImpossibleError
from ...domain.models import Card, Session
from ...domain.sessions import interrupt
from ...domain.transactions import Kind
from ...store import parties, payment_methods, reservations
from ...store.debt_notes import note_debt
from ...store.world_transaction import WorldTransaction
from ..corrections import correct
from ..reservation_plans import pay_otherwise
from .event import MOST, Changes, Event, EventRequest
from .sessions import found, of_session

_LATE: Final = 6 * HOUR


def _charge_record_late(tx: WorldTransaction, request: EventRequest) -> Changes:
    return of_session(partial(interrupt.late_record, delay=request.lasts or _LATE))(tx, request)


def _card_declined(tx: WorldTransaction, request: EventRequest) -> Changes:
    method = found(parties.payment_method(tx, request.id), request.id)
    if method.card is Card.DECLINED or method.declined_from <= request.at:
        raise ImpossibleError(f"{method.id} is declined already.")
    declined = replace(method, declined_from=request.at)
    payment_methods.save_payment_method(tx, declined)
    return Changes(reservations=pay_otherwise(tx, declined))


def _payment_fails(tx: WorldTransaction, request: EventRequest) -> Changes:
    booked = reservations.reservation(tx, request.id)
    if booked is None:
        changes = of_session(interrupt.fail_payment)(tx, request)
        _note_debts(tx, changes.sessions, since=request.at)
        return changes
    changed = reservation_plans.without_payment(booked, request.at, tx.now)
    reservations.save_reservation(tx, changed)
    return Changes(reservations=[changed])


def _debt_paid(tx: WorldTransaction, request: EventRequest) -> Changes:
    changes = of_session(interrupt.pay_debt)(tx, request)
    _note_debts(tx, changes.sessions, since=None)
    return changes


def _note_debts(tx: WorldTransaction, changed: Iterable[Session], *, since: int | None) -> None:
    """Saves from when until when sessions of users are debts, which their sessions alone do not say any more."""
    for session in changed:
        if session.user is not None:
            note_debt(tx, session, since=since, until=session.settled_at)


def _correction(kind: Kind) -> Callable[[WorldTransaction, EventRequest], Changes]:
    """An event that gives back, or adjusts, what was charged."""

    def happen(tx: WorldTransaction, request: EventRequest) -> Changes:
        return Changes(transaction=correct(tx, kind, request.id, request.amount, request.at))

    return happen


EVENTS: Final = {
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
        happen=_debt_paid,
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
