"""What is drawn of a reservation before it is known who books where, and the reservation that it becomes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Final

from ..domain import reservations
from ..domain.clock import DAY, HOUR, MILLISECOND, MINUTE, NEVER
from ..domain.ids import prefixed_id
from ..domain.models import Connector, Reservation, Station
from ..domain.sessions.start import Buyer
from ..domain.station_view import CONNECTOR_TYPES
from . import wishes
from .catalogue import drawn
from .day_inputs import DayInputs, is_weekend
from .wishes import Wish

SURE: Final = {reservations.COMPLETED: 7, reservations.EXPIRED: 3}
"""The outcomes of a reservation that is confirmed, by their weights."""
KEPT: Final = reservations.COMPLETED
"""The outcome of a reservation that comes to a session."""
UNSURE: Final = {
    reservations.COMPLETED: 1,
    reservations.EXPIRED: 1,
    reservations.CANCELLED: 2,
    reservations.FAILED: 1,
}
"""The outcomes of any other."""
_FAILURES: Final = ("no_available_connectors", "payment_failed", "other")
_KINDS: Final = ("hpc", "dc", "street")
_FLEXIBLE: Final = 0.4


@dataclass(frozen=True, slots=True)
class Booking:
    """A reservation as it is wished for, before it is known who books which connector.

    If it is kept, the vehicle comes at `comes_at`, and charges as wished.
    """

    key: str
    kinds: tuple[str, ...]
    wish: Wish
    comes_at: int
    created_at: int
    confirms_at: int
    ideal_start: int
    reserved_start: int
    reserved_end: int
    is_early: bool
    is_late: bool
    fee: int
    outcome: str
    failed_reason: str
    cancelled_at: int


def booking(inputs: DayInputs, day: int, hour: int, outcomes: Mapping[str, int]) -> Booking:
    """The reservation whose window begins in that hour of the day.

    With `SURE` outcomes it is confirmed for two hours and a half.
    """
    key = f"reservation/{day}/{hour}"
    rng = Random(f"{inputs.seed}/{key}")
    kind = rng.choice(_KINDS)
    wished = wishes.wish(rng, inputs.catalogue.habits, kind, weekend=is_weekend(day))
    ideal_start = inputs.dawn(day) + hour * HOUR + rng.randrange(30 * MINUTE // MILLISECOND) * MILLISECOND
    reserved_start = ideal_start + rng.randrange(30_000) * MILLISECOND
    created_at = ideal_start - rng.randrange(2 * HOUR // MILLISECOND, DAY // MILLISECOND) * MILLISECOND
    span = reserved_start - created_at
    return Booking(
        key=key,
        kinds=(kind, "street"),
        wish=wishes.without_failure(rng, wished),
        comes_at=reserved_start + rng.randrange(600_000) * MILLISECOND,
        created_at=created_at,
        confirms_at=ideal_start - 30 * MINUTE - rng.randrange(120_000) * MILLISECOND,
        ideal_start=ideal_start,
        reserved_start=reserved_start,
        reserved_end=reserved_start + 2 * HOUR + rng.randrange(30_000) * MILLISECOND,
        is_early=rng.random() < _FLEXIBLE,
        is_late=rng.random() < _FLEXIBLE,
        fee=rng.choice((0, 500, 1200)),
        outcome=drawn(rng, outcomes),
        failed_reason=rng.choice(_FAILURES),
        cancelled_at=created_at + int(span * rng.uniform(0.1, 0.9)) // MILLISECOND * MILLISECOND,
    )


def reservation(seed: int, booked: Booking, who: Buyer, station: Station, connector: Connector) -> Reservation:
    """The reservation of a connector for someone, who must be a driver with a card."""
    return _resolved(
        booked,
        Reservation(
            n=0,
            id=prefixed_id("res", seed, "reservation", booked.key),
            driver=str(who.driver),
            vehicle=who.vehicle.id,
            payment_method=str(who.payment_method),
            station=station.id,
            connector_type=CONNECTOR_TYPES[connector.standard],
            created_at=booked.created_at,
            confirms_at=booked.confirms_at,
            resolves_at=booked.reserved_end,
            touched_at=NEVER,
            outcome=booked.outcome,
            failed_reason=None,
            confirmed_at=booked.confirms_at,
            ideal_start=booked.ideal_start,
            ideal_end=booked.ideal_start + 2 * HOUR,
            reserved_start=booked.reserved_start,
            reserved_end=booked.reserved_end,
            earliest_start=booked.ideal_start - 15 * MINUTE if booked.is_early else None,
            latest_end=booked.reserved_end + HOUR if booked.is_late else None,
            latitude=round(float(station.latitude), 4),
            longitude=round(float(station.longitude), 4),
            radius=1500,
            currency=connector.tariff[:3],
            fee=booked.fee,
            free_until_before=1800,
            session=None,
        ),
    )


def _resolved(booked: Booking, made: Reservation) -> Reservation:
    """The reservation with the instants of its outcome."""
    if booked.outcome == reservations.FAILED:
        return replace(
            made,
            station=None,
            confirms_at=NEVER,
            confirmed_at=NEVER,
            resolves_at=booked.confirms_at,
            failed_reason=booked.failed_reason,
        )
    if booked.outcome == reservations.CANCELLED:
        confirmed_at = NEVER if booked.cancelled_at < booked.confirms_at else made.confirmed_at
        confirms_at = NEVER if booked.cancelled_at < booked.confirms_at else made.confirms_at
        return replace(made, resolves_at=booked.cancelled_at, confirms_at=confirms_at, confirmed_at=confirmed_at)
    return made
