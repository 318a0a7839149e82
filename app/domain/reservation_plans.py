"""What will become of a reservation, by what is known when it is made or changed. All functions are pure.

A pending reservation has a future already: the instant at which it is confirmed, and the connector and the window that
it gets then, or the reason why it fails. When something takes its connector, its future is planned anew.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from .clock import MINUTE, NEVER, millis
from .errors import Holder, ImpossibleError, Refusal
from .models import Card, Connector, Driver, Fleet, PaymentMethod, Reservation, Session
from .planned_days import Span
from .reservations import EXPIRED, FAILED, HELD_BEFORE, fee_charged_at, held_from
from .sessions.authorisation import authorise_payment
from .station_view import CONNECTOR_TYPES

NO_CONNECTOR: Final = "no_available_connectors"
PAYMENT_FAILED: Final = "payment_failed"
CONFIRMED_BEFORE: Final = 30 * MINUTE
"""How long before its ideal start a reservation is confirmed (CHARGE-091)."""
SHORTEST_PENDING: Final = MINUTE
"""How long a reservation stays pending if its ideal start is nearer."""


@dataclass(frozen=True, slots=True)
class Place:
    """A connector that suits a reservation, and the spans of time in which it is taken."""

    connector: Connector
    taken: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Payment:
    """What pays the fee, the driver, and the fleet that a session of the driver with the vehicle is for, if any."""

    method: PaymentMethod
    driver: Driver | None
    fleet: Fleet | None


def wanted_types(reservation: Reservation) -> list[str]:
    """The types of connectors that it takes."""
    return reservation.connector_type.split(",")


def joined_types(types: Iterable[str]) -> str:
    """These types of connectors as a reservation stores them, in the order of `CONNECTOR_TYPES`."""
    return ",".join(sorted(types, key=list(CONNECTOR_TYPES.values()).index))


def suits(connector: Connector, types: Sequence[str]) -> bool:
    """Whether the connector is of one of these types."""
    return CONNECTOR_TYPES.get(connector.standard) in types


def confirmation_at(ideal_start: int, now: int) -> int:
    """When a reservation that is made or changed now will be confirmed."""
    return max(ideal_start - CONFIRMED_BEFORE, now + SHORTEST_PENDING)


def planned_confirmation(reservation: Reservation) -> int:
    """When a pending reservation is confirmed, or fails instead."""
    return min(reservation.confirms_at, reservation.resolves_at)


def refusal(payment: Payment | None, at: int) -> Refusal | None:
    """Why the payment is not authorised at that instant; None if it is. Without one there is nothing to authorise."""
    if payment is None:
        return None
    try:
        authorise_payment(payment.method, driver=payment.driver, fleet=payment.fleet, now=at)
    except Refusal as refused:
        return refused
    return None


def planned(
    reservation: Reservation,
    places: Iterable[Sequence[Place]],
    payment: Payment | None,
    *,
    confirms_at: int,
    since: int,
) -> Reservation:
    """The reservation with its future, if it is confirmed at that instant, or before.

    `places` are the connectors that suit it, those of the nearest station first; they come in several parts, of which
    no more are read than are needed. The first connector that is free in the ideal window is assigned; if there is
    none, the one that is free at the nearest time that `earliest_start` and `latest_end` allow. No window begins
    before `since`; one that begins before the ideal window is confirmed that much earlier, but not before `since`.
    """
    if refusal(payment, confirms_at) is not None:
        return failing(reservation, confirms_at, PAYMENT_FAILED)
    begin = max(reservation.ideal_start, since)
    best: tuple[int, Connector, Span] | None = None
    for part in places:
        for place in part:
            window = _window(reservation, begin, since, place.taken)
            if window is not None and (best is None or abs(window[0] - begin) < best[0]):
                best = abs(window[0] - begin), place.connector, window
        if best is not None and best[0] == 0:
            break
    if best is None:
        return failing(reservation, confirms_at, NO_CONNECTOR)
    _, connector, window = best
    confirms_at = min(confirms_at, max(since, window[0] - CONFIRMED_BEFORE))
    fails = payment is not None and payment.method.card is Card.FAILS_AT_SETTLEMENT
    return replace(
        reservation,
        station=connector.station,
        connector=connector.id,
        confirms_at=confirms_at,
        confirmed_at=confirms_at,
        reserved_start=window[0],
        reserved_end=window[1],
        resolves_at=window[1],
        outcome=EXPIRED,
        failed_reason=None,
        session=None,
        fee_fails_from=confirms_at if fails else NEVER,
    )


def failing(reservation: Reservation, at: int, reason: str) -> Reservation:
    """The pending reservation that fails at that instant instead of being confirmed, and never shows a station."""
    return replace(
        lost(reservation, at, reason),
        station=None,
        confirms_at=NEVER,
        confirmed_at=NEVER,
        reserved_start=reservation.ideal_start,
        reserved_end=reservation.ideal_end,
    )


def lost(reservation: Reservation, at: int, reason: str) -> Reservation:
    """The confirmed reservation that fails at that instant, and keeps what it shows of a station and a window."""
    return replace(reservation, connector=None, resolves_at=at, outcome=FAILED, failed_reason=reason, session=None)


def without_payment(reservation: Reservation, at: int, now: int) -> Reservation:
    """The reservation whose payment fails from an instant on, now or later.

    If it is pending until then it fails when it would be confirmed; else its fee is not collected. Raises
    ImpossibleError if it does not come to either.
    """
    if now < reservation.created_at:
        raise ImpossibleError(f"{reservation.id} is not made before {millis(reservation.created_at)}.")
    if reservation.outcome == FAILED:
        raise ImpossibleError(f"{reservation.id} fails at {millis(reservation.resolves_at)}, so that nothing is paid.")
    if now < reservation.confirms_at < reservation.resolves_at and at <= reservation.confirms_at:
        return failing(reservation, reservation.confirms_at, PAYMENT_FAILED)
    due_at = fee_charged_at(reservation)
    if due_at == NEVER or due_at < at or due_at <= now:
        raise ImpossibleError(f"There is no fee of {reservation.id} to be collected then.")
    return replace(reservation, fee_fails_from=at)


def holds(reservation: Reservation, since: int, until: int) -> bool:
    """Whether the reservation keeps its connector free, or will keep it free, at some instant of a span of time."""
    return (
        reservation.connector is not None
        and reservation.session is None
        and held_from(reservation) < until
        and since < reservation.resolves_at
    )


def holder(reservations: Iterable[Reservation], connector: str, now: int) -> Holder | None:
    """The reservation that keeps the connector free now, among those at its station."""
    for each in reservations:
        if each.connector == connector and holds(each, now, now + 1):
            return Holder(each.id, each.resolves_at)
    return None


def fulfilled_by(reservations: Iterable[Reservation], driver: str | None, vehicle: str, now: int) -> Reservation | None:
    """The reservation that a session of that driver and vehicle fulfils which begins now, among those at its station.

    It need not begin at the connector that was reserved (CHARGE-094).
    """
    for each in reservations:
        if each.driver == driver and each.vehicle == vehicle and holds(each, now, now + 1):
            return each
    return None


def displaced_by(reservations: Iterable[Reservation], session: Session, now: int) -> list[Reservation]:
    """The reservations at a station whose connector the session takes, at an instant at which they would hold it."""
    return [
        each
        for each in reservations
        if each.connector == session.connector
        and each.session != session.n
        and holds(each, max(now, session.created_at), session.unplugged_at)
    ]


def _window(reservation: Reservation, begin: int, since: int, taken: Sequence[Span]) -> Span | None:
    """The window nearest to the ideal one, which begins at `begin`, in which the connector is free; None if none is.

    The connector is free from `HELD_BEFORE` before it on, or from `since`.
    """
    length = reservation.ideal_end - begin
    earliest = begin if reservation.earliest_start is None else max(reservation.earliest_start, since)
    latest = begin if reservation.latest_end is None else reservation.latest_end - length

    def is_free(start: int) -> bool:
        held = max(since, start - HELD_BEFORE)
        return all(until <= held or start + length <= begun for begun, until in taken)

    starts = [begin]
    for begun, until in taken:
        starts += [until + HELD_BEFORE, max(until, since), begun - length]
    possible = [start for start in starts if min(begin, earliest) <= start <= max(begin, latest) and is_free(start)]
    if not possible:
        return None
    start = min(possible, key=lambda each: (abs(each - begin), each))
    return start, start + length
