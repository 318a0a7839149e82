"""The future of reservations: planned when they are made or changed, and anew when something takes their connectors."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from ..domain.areas import Circle
from ..domain.models import Driver, PaymentMethod, Reservation, Session
from ..domain.planned_days import Span
from ..domain.reservation_plans import (
    NO_CONNECTOR,
    Payment,
    Place,
    displaced_by,
    holds,
    lost,
    planned,
    planned_confirmation,
    suits,
    wanted_types,
)
from ..domain.reservations import HELD_BEFORE, PENDING, cancelled, held_from, status
from ..domain.sessions.start import fits
from ..store import reservations, stations
from ..store.reservable_connectors import places_near
from ..store.start_inputs import StartInputs, start_inputs
from ..store.world_transaction import WorldTransaction

_MOST_SERVED: Final = 16
"""How many waiting reservations are looked at when a connector becomes free, so that the call stays short."""


def with_future(
    tx: WorldTransaction,
    reservation: Reservation,
    parties: StartInputs,
    *,
    confirms_at: int,
    since: int,
) -> Reservation:
    """Returns the reservation with its future (see `planned`); it is not saved."""
    types, vehicle = wanted_types(reservation), parties.vehicle

    def is_suitable(place: Place) -> bool:
        return suits(place.connector, types) and vehicle is not None and fits(vehicle, place.connector)

    parts = places_near(tx, _area(reservation), _around(reservation), but_for=reservation.n)
    suitable = ([place for place in part if is_suitable(place)] for part in parts)
    return planned(reservation, suitable, payment_of(parties), confirms_at=confirms_at, since=since)


def parties_of(tx: WorldTransaction, driver: str, vehicle: str, payment_method: str | None) -> StartInputs:
    """Returns the driver, the vehicle, their fleet and the payment method with these ids, in one read."""
    return start_inputs(
        tx, station="", connector="", driver=driver, user=None, vehicle=vehicle, payment_method=payment_method or ""
    )


def payment_of(parties: StartInputs) -> Payment | None:
    """How these parties pay; None if there is no payment method."""
    driver = parties.buyer if isinstance(parties.buyer, Driver) else None
    method = parties.payment_method
    return None if method is None else Payment(method, driver, parties.fleet)


def make_way(tx: WorldTransaction, session: Session, among: Iterable[Reservation]) -> list[Reservation]:
    """Plans the reservations at its station anew whose connector the session takes; saves and returns them."""
    return [_moved(tx, each) for each in displaced_by(among, session, tx.now)]


def make_way_for(tx: WorldTransaction, sessions: Iterable[Session]) -> list[Reservation]:
    """Plans the reservations anew whose connectors these sessions take, saved before; saves and returns them."""
    return [
        moved
        for session in sessions
        if session.unplugged_at > tx.now
        for moved in make_way(tx, session, reservations.reservations_at(tx, session.station))
    ]


def avoid_outage(tx: WorldTransaction, station: str, outage: Span, connector: str | None = None) -> list[Reservation]:
    """Plans the reservations anew that hold a connector of the station, or that one, during an outage saved before.

    Returns them, saved.
    """
    return [
        _moved(tx, each)
        for each in reservations.reservations_at(tx, station)
        if connector in (None, each.connector) and holds(each, *outage)
    ]


def pay_otherwise(tx: WorldTransaction, method: PaymentMethod) -> list[Reservation]:
    """Plans the pending reservations anew that are to be paid by a method, saved before; saves and returns them."""
    return [
        _moved(tx, each)
        for each in reservations.unresolved(tx, "payment_method", method.id)
        if each.connector is not None and status(each, tx.now) == PENDING
    ]


def cancel_all_of(tx: WorldTransaction, kind: str, named: str) -> None:
    """Cancels the unresolved reservations of a driver or a vehicle that is deleted (CHARGE-100)."""
    for each in reservations.unresolved(tx, kind, named):
        reservations.save_reservation(tx, cancelled(each, tx.now))
        serve_after(tx, each)


def serve_after(tx: WorldTransaction, before: Reservation) -> None:
    """Plans reservations anew that wait for what another one, as it was before, has held."""
    if before.station is not None and before.connector is not None and before.session is None:
        serve_waiting(tx, before.station, (held_from(before), before.resolves_at))


def serve_waiting(tx: WorldTransaction, station_id: str, freed: Span) -> list[Reservation]:
    """Plans the pending reservations anew that would fail, and may use a connector of a station that becomes free.

    Those that were made first come first, and only those that get a connector now are saved and returned.
    """
    waiting = reservations.waiting(tx)
    station = stations.station(tx, station_id) if waiting else None
    if station is None:
        return []
    place = float(station.latitude), float(station.longitude)
    served = []
    for each in [each for each in waiting if _may_use(each, place, freed)][:_MOST_SERVED]:
        parties = parties_of(tx, each.driver, each.vehicle, each.payment_method)
        planned_anew = with_future(tx, each, parties, confirms_at=planned_confirmation(each), since=tx.now)
        if planned_anew.connector is not None:
            reservations.save_reservation(tx, planned_anew)
            served.append(planned_anew)
    return served


def _may_use(waiting: Reservation, place: tuple[float, float], freed: Span) -> bool:
    """Whether the reservation wants a connector there, at some instant of the span of time that has become free."""
    since, until = _around(waiting)
    return since < freed[1] and freed[0] < until and _area(waiting).place_mm(*place) is not None


def _moved(tx: WorldTransaction, reservation: Reservation) -> Reservation:
    """The reservation with another future, saved. One that was confirmed before and finds no connector fails now."""
    is_pending = status(reservation, tx.now) == PENDING
    confirms_at = planned_confirmation(reservation) if is_pending else reservation.confirms_at
    paid_by = reservation.payment_method if is_pending else None
    parties = parties_of(tx, reservation.driver, reservation.vehicle, paid_by)
    moved = with_future(tx, reservation, parties, confirms_at=confirms_at, since=tx.now)
    if not is_pending:
        fails = moved.failed_reason is not None
        moved = lost(reservation, tx.now, NO_CONNECTOR) if fails else replace(moved, touched_at=tx.now)
        moved = replace(moved, fee_fails_from=reservation.fee_fails_from)
    reservations.save_reservation(tx, moved)
    return moved


def _area(reservation: Reservation) -> Circle:
    return Circle(reservation.latitude, reservation.longitude, reservation.radius)


def _around(reservation: Reservation) -> Span:
    """All of the time in which the window may lie, and in which a connector is kept free before it."""
    since = reservation.ideal_start if reservation.earliest_start is None else reservation.earliest_start
    until = reservation.ideal_end if reservation.latest_end is None else reservation.latest_end
    return since - HELD_BEFORE, until
