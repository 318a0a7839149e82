"""The world in Charge's words: keys `id`, `object`, then alphabetical, as its pages show them."""

from typing import Any, Final

from ...domain import models, reservations, settlement
from ...domain.clock import millis
from ...domain.pricing import currency
from ...domain.sessions import view

SESSIONS: Final = "/v1/charging_sessions"
RESERVATIONS: Final = "/v1/reservations"


def session(it: models.Session, now: int) -> dict[str, Any]:
    """A charging session; `session_limit` is always there."""
    ended, delivered_wh = now >= it.ended_at, view.energy_wh(it, now)
    return {
        "id": it.id,
        "object": "charging_session",
        "amount_due": view.amount_due(it, now, delivered_wh),
        "amount_paid": settlement.amount_paid(it, now),
        "charging_station": it.station,
        "connector": it.connector,
        "country": it.country,
        "created": millis(it.created_at),
        "currency": currency(it.tariff),
        "driver": it.driver,
        "energy_consumed": delivered_wh,
        "fleet": it.fleet,
        "payment_method": it.payment_method,
        "session_ended": millis(it.ended_at) if ended else None,
        "session_limit": it.limit_wh,
        "session_started": millis(it.started_at),
        "status": it.outcome if ended else view.ACTIVE,
        "updated": millis(view.updated(it, now)),
        "vehicle": it.vehicle,
    }


def session_row(it: models.Session, now: int) -> dict[str, Any]:
    """A charging session in a list, which carries `session_limit` only when one was set (CHARGE-002)."""
    row = session(it, now)
    if it.limit_wh is None:
        del row["session_limit"]
    return row


def reservation(it: models.Reservation, now: int) -> dict[str, Any]:
    """A reservation; station and window are shown once they are assigned."""
    assigned = reservations.is_assigned(it, now)
    return {
        "id": it.id,
        "object": "reservation",
        "cancellation_policy": {"free_until_before": it.free_until_before, "type": "free_cancellation"},
        "charging_station": it.station if assigned else None,
        "confirmed_at": millis(it.confirmed_at) if assigned else None,
        "connector_type": [it.connector_type],
        "created": millis(it.created_at),
        "currency": it.currency,
        "driver": it.driver,
        "earliest_start": None if it.earliest_start is None else millis(it.earliest_start),
        "failed_reason": it.failed_reason if it.resolves_at <= now else None,
        "ideal_end": millis(it.ideal_end),
        "ideal_start": millis(it.ideal_start),
        "latest_end": None if it.latest_end is None else millis(it.latest_end),
        "location": {"latitude": it.latitude, "longitude": it.longitude, "radius": it.radius},
        "metadata": {},
        "payment_method": it.payment_method,
        "reservation_fee": it.fee,
        "reserved_end": millis(it.reserved_end) if assigned else None,
        "reserved_start": millis(it.reserved_start) if assigned else None,
        "status": reservations.status(it, now),
        "updated": millis(reservations.updated(it, now)),
        "vehicle": it.vehicle,
    }
