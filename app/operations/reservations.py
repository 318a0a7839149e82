"""Reservations of callers: made, changed, confirmed and cancelled."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeAlias, TypeVar

import orjson

from ..domain import reservations as rules
from ..domain.clock import NEVER
from ..domain.errors import InvalidReservationError, PaymentScopeError, ReservationStateError, UnknownObjectError
from ..domain.ids import prefixed_id
from ..domain.json_values import member
from ..domain.models import ACTIVE, Driver, Reservation, Vehicle
from ..domain.reservation_plans import (
    SHORTEST_PENDING,
    confirmation_at,
    joined_types,
    refusal,
)
from ..store import parties, reservations, sessions
from ..store.start_inputs import StartInputs
from ..store.world_transaction import WorldTransaction
from .reservation_plans import parties_of, payment_of, serve_after, with_future

Thing = TypeVar("Thing", Driver, Vehicle)
Metadata: TypeAlias = Mapping[str, str]

FEE: Final = 1200
"""The fee of a reservation, in minor units (CHARGE-095)."""
FREE_UNTIL_BEFORE_S: Final = 1800
_ANY_CURRENCY: Final = "eur"
_CURRENCY: Final = re.compile("[a-z]{3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservationOrder:
    """What a caller asks for. Driver, vehicle and payment method are ids; without one the driver's usual one pays."""

    driver: str
    vehicle: str
    connector_types: tuple[str, ...]
    ideal_start: int
    ideal_end: int
    latitude: float
    longitude: float
    radius: int
    earliest_start: int | None = None
    latest_end: int | None = None
    payment_method: str | None = None
    metadata: Metadata = field(default_factory=dict)


def reserve(tx: WorldTransaction, order: ReservationOrder) -> Reservation:
    """Makes a reservation, plans its future and saves it.

    Raises UnknownObjectError, InvalidReservationError or PaymentScopeError; then nothing is saved.
    """
    found = parties_of(tx, order.driver, order.vehicle, order.payment_method)
    driver = _usable(found.buyer if isinstance(found.buyer, Driver) else None, "driver", order.driver)
    vehicle = _usable(found.vehicle, "vehicle", order.vehicle)
    if order.payment_method is None:
        found = replace(found, payment_method=parties.payment_method(tx, _usual_payment_method(driver)))
    elif found.payment_method is None:
        raise UnknownObjectError("payment_method", order.payment_method)
    else:
        _refuse_foreign_payment(found, tx.now)
    method = found.payment_method
    n = sessions.take_number(tx)
    made = Reservation(
        n=n,
        id=prefixed_id("res", tx.world.seed, "reserved", n),
        driver=driver.id,
        vehicle=vehicle.id,
        payment_method=None if method is None else method.id,
        station=None,
        connector_type=joined_types(order.connector_types),
        created_at=tx.now,
        confirms_at=NEVER,
        resolves_at=NEVER,
        touched_at=tx.now,
        outcome=rules.FAILED,
        failed_reason=None,
        confirmed_at=NEVER,
        ideal_start=order.ideal_start,
        ideal_end=order.ideal_end,
        reserved_start=order.ideal_start,
        reserved_end=order.ideal_end,
        earliest_start=order.earliest_start,
        latest_end=order.latest_end,
        latitude=order.latitude,
        longitude=order.longitude,
        radius=order.radius,
        currency=_currency(driver),
        fee=FEE,
        free_until_before=FREE_UNTIL_BEFORE_S,
        session=None,
        details=_written({"metadata": order.metadata}),
    )
    _check_window(made, tx.now)
    made = _with_plan(tx, made, found)
    reservations.insert_reservations(tx.db, tx.world.n, [made])
    return made


def update(
    tx: WorldTransaction, reservation_id: str, changes: Mapping[str, Any], with_metadata: Callable[[Metadata], Metadata]
) -> Reservation:
    """Changes a pending reservation and plans its future anew, unless only its metadata are changed.

    `changes` are fields of `ReservationOrder` by name, but for the metadata, which `with_metadata` makes of those that
    are there. Raises UnknownObjectError, ReservationStateError or InvalidReservationError; then nothing is saved.
    """
    before = _known(tx, reservation_id)
    _check_state(tx, before, "update", rules.PENDING)
    details = orjson.loads(before.details)
    held = details.get("metadata")
    metadata = with_metadata(held if isinstance(held, dict) else {})
    made = replace(before, details=_written({**details, "metadata": metadata}), touched_at=tx.now)
    if changes:
        columns = dict(changes)
        if "connector_types" in columns:
            columns["connector_type"] = joined_types(columns.pop("connector_types"))
        made = replace(made, **columns)
        _check_window(made, tx.now)
        made = _with_plan(tx, made, parties_of(tx, made.driver, made.vehicle, made.payment_method))
    reservations.save_reservation(tx, made)
    if changes:
        serve_after(tx, before)
    return made


def confirm(tx: WorldTransaction, reservation_id: str, payment_method: str | None) -> Reservation:
    """Confirms a pending reservation now, paid by that method if one is given. Without a free connector it fails.

    Raises UnknownObjectError, ReservationStateError or what `authorise_payment` raises; then nothing is saved.
    """
    made = _known(tx, reservation_id)
    _check_state(tx, made, "confirm", rules.PENDING)
    found = parties_of(tx, made.driver, made.vehicle, payment_method or made.payment_method)
    if payment_method is not None and found.payment_method is None:
        raise UnknownObjectError("payment_method", payment_method)
    refused = refusal(payment_of(found), tx.now)
    if refused is not None:
        raise refused
    made = replace(made, payment_method=payment_method or made.payment_method, touched_at=tx.now)
    if made.session is None:
        made = with_future(tx, made, found, confirms_at=tx.now, since=tx.now)
    else:
        # Its session is planned already, at a station that was drawn with it.
        made = replace(made, confirms_at=tx.now, confirmed_at=min(made.confirmed_at, tx.now))
    reservations.save_reservation(tx, made)
    return made


def cancel(tx: WorldTransaction, reservation_id: str) -> Reservation:
    """Cancels a pending or confirmed reservation; one that waits for its connector may get it.

    Raises UnknownObjectError or ReservationStateError.
    """
    before = _known(tx, reservation_id)
    _check_state(tx, before, "cancel", rules.PENDING, rules.CONFIRMED)
    made = rules.cancelled(before, tx.now)
    reservations.save_reservation(tx, made)
    serve_after(tx, before)
    return made


def _with_plan(tx: WorldTransaction, made: Reservation, found: StartInputs) -> Reservation:
    """The reservation with the future that it has if it is confirmed by itself."""
    confirms_at = confirmation_at(made.ideal_start, tx.now)
    return with_future(tx, made, found, confirms_at=confirms_at, since=tx.now + SHORTEST_PENDING)


def _known(tx: WorldTransaction, reservation_id: str) -> Reservation:
    found = reservations.reservation(tx, reservation_id)
    if found is None or found.created_at > tx.now:
        raise UnknownObjectError("reservation", reservation_id)
    return found


def _check_state(tx: WorldTransaction, it: Reservation, act: str, *allowed: str) -> None:
    now_is = rules.status(it, tx.now)
    if now_is not in allowed:
        raise ReservationStateError(act, now_is)


def _check_window(it: Reservation, now: int) -> None:
    """Raises InvalidReservationError for a window that is impossible, over, or too far away (CHARGE-092)."""
    if it.ideal_end <= it.ideal_start:
        raise InvalidReservationError("ideal_end", "must be after ideal_start")
    for param in ("ideal_start", "earliest_start"):
        begin = getattr(it, param)
        if begin is not None and begin < it.created_at - rules.LONGEST:
            raise InvalidReservationError(param, "must not be more than thirty days before the reservation's creation")
    if it.ideal_end <= now + SHORTEST_PENDING:
        raise InvalidReservationError("ideal_end", "must be more than a minute from now")
    if it.earliest_start is not None and it.earliest_start > it.ideal_start:
        raise InvalidReservationError("earliest_start", "must not be after ideal_start")
    if it.latest_end is not None and it.latest_end < it.ideal_end:
        raise InvalidReservationError("latest_end", "must not be before ideal_end")
    last, param = (it.ideal_end, "ideal_end") if it.latest_end is None else (it.latest_end, "latest_end")
    if last > it.created_at + rules.LONGEST:
        raise InvalidReservationError(param, "must not be more than thirty days after the reservation's creation")


def _usable(found: Thing | None, kind: str, named: str) -> Thing:
    """A driver or vehicle that may reserve."""
    if found is None:
        raise UnknownObjectError(kind, named)
    if found.status != ACTIVE:
        raise InvalidReservationError(kind, f"is {found.status}")
    return found


def _refuse_foreign_payment(found: StartInputs, now: int) -> None:
    """Raises PaymentScopeError for a payment method of others; one that is declined fails at the confirmation."""
    refused = refusal(payment_of(found), now)
    if isinstance(refused, PaymentScopeError):
        raise refused


def _usual_payment_method(driver: Driver) -> str | None:
    """The id of the driver's default payment method."""
    usual = member(driver.details, "preferences", "default_payment_method")
    return usual if isinstance(usual, str) else None


def _currency(driver: Driver) -> str:
    """The currency that the driver prefers."""
    currency = member(driver.details, "preferences", "currency")
    return currency if isinstance(currency, str) and _CURRENCY.fullmatch(currency) else _ANY_CURRENCY


def _written(details: dict[str, Any]) -> str:
    """The details in JSON, with the metadata by the alphabet; `{}` if there are none."""
    metadata = dict(sorted(details.pop("metadata").items()))
    return orjson.dumps({**details, "metadata": metadata} if metadata else details).decode()
