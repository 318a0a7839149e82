"""Reservations of a day, with the sessions that they are for."""

from collections.abc import Mapping
from dataclasses import replace
from random import Random
from typing import Final

from ..domain import reservations
from ..domain.channels import Channel
from ..domain.clock import DAY, HOUR, MILLISECOND, MINUTE, NEVER
from ..domain.ids import prefixed_id
from ..domain.models import Connector, Reservation, Session, Station
from ..domain.sessions.start import Buyer, begin
from . import session_draws
from .catalogue import drawn
from .day_inputs import DayInputs, buyer, fitting_connector, session_ids, with_smart

SURE: Final = {reservations.COMPLETED: 7, reservations.EXPIRED: 3}
"""The outcomes of a reservation that is confirmed, by their weights."""
UNSURE: Final = {
    reservations.COMPLETED: 1,
    reservations.EXPIRED: 1,
    reservations.CANCELLED: 2,
    reservations.FAILED: 1,
}
"""The outcomes of any other."""
_FAILURES: Final = ("no_available_connectors", "payment_failed", "other")
_FLEXIBLE: Final = 0.4
_TYPES: Final = {"IEC_62196_T2_COMBO": "CCS", "CHADEMO": "CHAdeMO", "IEC_62196_T2": "Type2"}
"""The connector types of reservations, by OCPI's connector standards."""


def reservation(
    inputs: DayInputs, channel: Channel, day: int, hour: int, outcomes: Mapping[str, int]
) -> tuple[Reservation, Session | None] | None:
    """The reservation whose window begins in that hour of the day, with its session if it has one.

    With `SURE` outcomes it is confirmed for two hours and a half. None if no connector fits the vehicle.
    """
    key = f"reservation/{day}/{hour}"
    rng = Random(f"{inputs.seed}/{key}")
    who = buyer(inputs.town, rng, day, channel)
    where = fitting_connector(inputs.town, rng, day, rng.choice(("hpc", "dc", "street")), who.vehicle)
    where = where or fitting_connector(inputs.town, rng, day, "street", who.vehicle)
    if where is None or who.driver is None or who.payment_method is None:
        return None
    station, connector = where
    ideal_start = inputs.monday + day * DAY + hour * HOUR + rng.randrange(30 * MINUTE // MILLISECOND) * MILLISECOND
    reserved_start = ideal_start + rng.randrange(30_000) * MILLISECOND
    reserved_end = reserved_start + 2 * HOUR + rng.randrange(30_000) * MILLISECOND
    created_at = ideal_start - rng.randrange(2 * HOUR // MILLISECOND, DAY // MILLISECOND) * MILLISECOND
    confirms_at = ideal_start - 30 * MINUTE - rng.randrange(120_000) * MILLISECOND
    outcome = drawn(rng, outcomes)
    booked = Reservation(
        n=0,
        id=prefixed_id("res", inputs.seed, "reservation", key),
        driver=who.driver,
        vehicle=who.vehicle.id,
        payment_method=who.payment_method,
        station=station.id,
        connector_type=_TYPES[connector.standard],
        created_at=created_at,
        confirms_at=confirms_at,
        resolves_at=reserved_end,
        touched_at=NEVER,
        outcome=outcome,
        failed_reason=None,
        confirmed_at=confirms_at,
        ideal_start=ideal_start,
        ideal_end=ideal_start + 2 * HOUR,
        reserved_start=reserved_start,
        reserved_end=reserved_end,
        earliest_start=ideal_start - 15 * MINUTE if rng.random() < _FLEXIBLE else None,
        latest_end=reserved_end + HOUR if rng.random() < _FLEXIBLE else None,
        latitude=round(float(station.latitude), 4),
        longitude=round(float(station.longitude), 4),
        radius=1500,
        currency=connector.tariff[:3],
        fee=rng.choice((0, 500, 1200)),
        free_until_before=1800,
        session=None,
    )
    if outcome == reservations.COMPLETED:
        return booked, _session(inputs, rng, key, booked, who=who, where=where)
    return _resolved(rng, booked), None


def _resolved(rng: Random, booked: Reservation) -> Reservation:
    """The reservation, which comes to no session, with the instants of its outcome."""
    if booked.outcome == reservations.FAILED:
        return replace(
            booked,
            station=None,
            confirms_at=NEVER,
            confirmed_at=NEVER,
            resolves_at=booked.confirms_at,
            failed_reason=rng.choice(_FAILURES),
        )
    if booked.outcome == reservations.CANCELLED:
        span = booked.reserved_start - booked.created_at
        cancelled_at = booked.created_at + int(span * rng.uniform(0.1, 0.9)) // MILLISECOND * MILLISECOND
        confirmed_at = NEVER if cancelled_at < booked.confirms_at else booked.confirmed_at
        return replace(booked, resolves_at=cancelled_at, confirms_at=confirmed_at, confirmed_at=confirmed_at)
    return booked


def _session(
    inputs: DayInputs, rng: Random, key: str, booked: Reservation, *, who: Buyer, where: tuple[Station, Connector]
) -> Session:
    """The session for which the connector was reserved; it ends with the reserved window at the latest."""
    station, connector = where
    created_at = booked.reserved_start + rng.randrange(600_000) * MILLISECOND
    habit = inputs.catalogue.habits["classes"][station.kind]
    draft = session_draws.public(rng, habit, who.vehicle, connector, channel=who.channel, created_at=created_at)
    settles_after = rng.randrange(5_000, 90_000) * MILLISECOND
    leaves = min(draft.unplugs_at or NEVER, booked.reserved_end)
    draft = draft._replace(unplugs_at=leaves, settles_after=settles_after)
    session = begin(session_ids(inputs.seed, key), who, station, connector, draft)
    return with_smart(inputs, session, who.vehicle, station)
