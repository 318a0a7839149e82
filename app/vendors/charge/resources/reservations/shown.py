"""A reservation in Charge's words."""

from typing import Any, Final

from .....domain import models
from .....domain import reservations as rules
from .....domain.clock import millis
from .....domain.json_values import member
from .....domain.reservation_plans import wanted_types

_NO_DETAILS: Final = "{}"


def show(reservation: models.Reservation, now: int) -> dict[str, Any]:
    """A reservation as Charge shows it at `now`; station and window are shown once they are assigned."""
    is_assigned = rules.is_assigned(reservation, now)
    return {
        "id": reservation.id,
        "object": "reservation",
        "cancellation_policy": {"free_until_before": reservation.free_until_before, "type": "free_cancellation"},
        "charging_station": reservation.station if is_assigned else None,
        "confirmed_at": millis(reservation.confirmed_at) if is_assigned else None,
        "connector_type": wanted_types(reservation),
        "created": millis(reservation.created_at),
        "currency": reservation.currency,
        "driver": reservation.driver,
        "earliest_start": None if reservation.earliest_start is None else millis(reservation.earliest_start),
        "failed_reason": reservation.failed_reason if reservation.resolves_at <= now else None,
        "ideal_end": millis(reservation.ideal_end),
        "ideal_start": millis(reservation.ideal_start),
        "latest_end": None if reservation.latest_end is None else millis(reservation.latest_end),
        "location": {
            "latitude": reservation.latitude,
            "longitude": reservation.longitude,
            "radius": reservation.radius,
        },
        "metadata": {} if reservation.details == _NO_DETAILS else member(reservation.details, "metadata") or {},
        "payment_method": reservation.payment_method,
        "reservation_fee": reservation.fee,
        "reserved_end": millis(reservation.reserved_end) if is_assigned else None,
        "reserved_start": millis(reservation.reserved_start) if is_assigned else None,
        "status": rules.status(reservation, now),
        "updated": millis(rules.updated(reservation, now)),
        "vehicle": reservation.vehicle,
    }
