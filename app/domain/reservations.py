"""A reservation at an instant: pure functions of (facts, now)."""

from dataclasses import replace
from typing import Final

from .clock import DAY
from .models import Reservation

LONGEST: Final = 30 * DAY
"""No reservation is unresolved for longer, so whoever looks for those need not look further back."""
PENDING: Final = "pending"
CONFIRMED: Final = "confirmed"
COMPLETED: Final = "completed"
CANCELLED: Final = "cancelled"
FAILED: Final = "failed"
EXPIRED: Final = "expired"


def status(reservation: Reservation, now: int) -> str:
    """One of the six statuses."""
    if reservation.resolves_at <= now:
        return reservation.outcome
    return CONFIRMED if reservation.confirms_at <= now else PENDING


def updated(reservation: Reservation, now: int) -> int:
    """When the reservation last changed: its last boundary or the last thing a person did."""
    boundaries = (reservation.created_at, reservation.confirms_at, reservation.resolves_at, reservation.touched_at)
    return max(boundary for boundary in boundaries if boundary <= now)


def is_assigned(reservation: Reservation, now: int) -> bool:
    """Whether its station and reserved window are shown yet."""
    return reservation.confirmed_at <= now


def unfulfilled(reservation: Reservation) -> Reservation:
    """The same reservation when the session it was for cannot take place: its window passes unused."""
    return replace(reservation, outcome=EXPIRED, resolves_at=reservation.reserved_end, session=None)
