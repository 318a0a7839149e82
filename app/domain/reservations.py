"""A reservation at an instant, and its transitions. All functions are pure."""

from dataclasses import replace
from typing import Final

from .clock import DAY, MINUTE, NEVER, SECOND
from .errors import UnknownStatusError
from .models import Reservation
from .transitions import FIRST, LAST, Period, Step, Transition, instant_of_status, with_previous

LONGEST: Final = 30 * DAY
"""A reservation is resolved within this time, so a search for unresolved ones need not look further back."""
HELD_BEFORE: Final = 15 * MINUTE
"""How long before its window a reserved connector is kept free."""
RESERVATION: Final = "reservation"
PENDING: Final = "pending"
CONFIRMED: Final = "confirmed"
COMPLETED: Final = "completed"
CANCELLED: Final = "cancelled"
FAILED: Final = "failed"
EXPIRED: Final = "expired"
STATUSES: Final = (PENDING, CONFIRMED, COMPLETED, CANCELLED, FAILED, EXPIRED)


def status(reservation: Reservation, now: int) -> str:
    """One of the six statuses."""
    if reservation.resolves_at <= now:
        return reservation.outcome
    return CONFIRMED if reservation.confirms_at <= now else PENDING


def updated(reservation: Reservation, now: int) -> int:
    """When the reservation last changed: at its last boundary or at the last action of a person."""
    boundaries = (reservation.created_at, reservation.confirms_at, reservation.resolves_at, reservation.touched_at)
    return max(boundary for boundary in boundaries if boundary <= now)


def is_assigned(reservation: Reservation, now: int) -> bool:
    """Whether its station and reserved window are shown yet."""
    return reservation.confirmed_at <= now


def fee(reservation: Reservation) -> int:
    """The fee in minor units of its currency, be it charged or not."""
    return reservation.fee


def fee_due_at(reservation: Reservation) -> int:
    """When the fee falls due: as the reservation is completed, expires, or is cancelled late; NEVER if it does not.

    It is cancelled late if it was confirmed, and the time in which cancelling is free was over. One without a payment
    method owes nothing (CHARGE-095).
    """
    if not reservation.fee or reservation.payment_method is None or reservation.outcome == FAILED:
        return NEVER
    is_late = reservation.resolves_at > reservation.reserved_start - reservation.free_until_before * SECOND
    if reservation.outcome == CANCELLED and not (is_late and reservation.confirms_at < reservation.resolves_at):
        return NEVER
    return reservation.resolves_at


def fee_charged_at(reservation: Reservation) -> int:
    """When the fee is collected; NEVER if it does not fall due, or its payment fails."""
    due_at = fee_due_at(reservation)
    return due_at if due_at < reservation.fee_fails_from else NEVER


def held_from(reservation: Reservation) -> int:
    """The instant from which the connector is kept free for its driver: a little before the window (CHARGE-093)."""
    return max(reservation.confirms_at, reservation.reserved_start - HELD_BEFORE)


def unfulfilled(reservation: Reservation) -> Reservation:
    """The same reservation when its session cannot take place: it expires at the end of its window."""
    return replace(reservation, outcome=EXPIRED, resolves_at=reservation.reserved_end, session=None)


def fulfilled(reservation: Reservation, session: int, at: int) -> Reservation:
    """The same reservation when the session of that number has begun: it is completed at the end of its window."""
    return replace(reservation, session=session, outcome=COMPLETED, touched_at=at)


def cancelled(reservation: Reservation, at: int) -> Reservation:
    """The same reservation, cancelled; what it shows of a station and a window stays."""
    is_confirmed = reservation.confirms_at <= at
    return replace(
        reservation,
        outcome=CANCELLED,
        resolves_at=at,
        touched_at=at,
        confirms_at=reservation.confirms_at if is_confirmed else NEVER,
        confirmed_at=reservation.confirmed_at if is_assigned(reservation, at) else NEVER,
        failed_reason=None,
        session=None,
    )


def transitions(it: Reservation, after: int = FIRST, until: int = LAST) -> list[Transition]:
    """The reservation's transitions after an instant, up to another one, in time order; planned ones are included."""
    steps = [Step(it.created_at, PENDING, "booked")]
    if it.confirms_at < it.resolves_at:
        steps.append(Step(it.confirms_at, CONFIRMED, "assigned"))
    steps.append(Step(it.resolves_at, it.outcome, it.failed_reason or it.outcome))
    return [
        Transition(step.at, RESERVATION, it.id, it, came_from, step.status, step.reason)
        for step, came_from in with_previous(steps, after, until)
    ]


def instant_of(it: Reservation, status: str, now: int) -> int:
    """The instant, in whole milliseconds and not before now, at which the reservation has that status.

    Raises UnknownStatusError or NeverError.
    """
    if status not in STATUSES:
        raise UnknownStatusError(STATUSES)
    periods = {PENDING: Period(it.created_at, min(it.confirms_at, it.resolves_at))}
    if it.confirms_at < it.resolves_at:
        periods[CONFIRMED] = Period(it.confirms_at, it.resolves_at)
    if it.resolves_at < NEVER:
        periods[it.outcome] = Period(it.resolves_at)
    return instant_of_status(it.id, periods, status, now, otherwise=list(periods)[-1])
