"""Reservations: listed, made, retrieved, updated, confirmed and cancelled."""

from collections.abc import Collection
from functools import partial
from typing import Annotated, Any, Final, Literal

import orjson
from fastapi import APIRouter, Depends, Query
from pydantic import AfterValidator, Field, field_validator
from pydantic_core import PydanticCustomError
from starlette.requests import Request
from starlette.responses import Response

from ....domain import models
from ....domain import reservations as rules
from ....domain.clock import MILLISECOND, millis
from ....domain.errors import InvalidReservationError, ReservationStateError
from ....domain.reservation_plans import wanted_types
from ....operations.reservations import ReservationOrder, cancel, confirm, reserve, update
from ....store import reservations
from ....store.keyset_pages import PageQuery
from ....store.world_transaction import WorldTransaction, one_statement
from ....web.refusals import Table
from ....web.routing import OperationRoute
from ..auth import ChargeWorld
from ..changes import answer_change
from ..errors import ChargeError
from ..expand import Expandable
from ..inputs import (
    DEFAULT_LIMIT,
    EmptyBody,
    Expand,
    Input,
    Limit,
    Metadata,
    OnlyExpand,
    PageToken,
    QueryInput,
    Reference,
    Whole,
    WrittenInstant,
    WrittenQuery,
    body_of,
    given,
)
from ..metadata import merged
from ..pagination import PageRequest
from ..reads import answer_list, answer_object

_KIND: Final = "reservation"
_PATH: Final = "/v1/reservations"
_INVALID: Final = "reservation_invalid_input"
_NONE: Final = "{}"
_WIDEST: Final = 100_000
"""The widest radius in metres (CHARGE-602)."""
_FILTERS: Final = {"charging_station": "station", "driver": "driver", "vehicle": "vehicle"}
"""The column for each filter."""

router = APIRouter(route_class=OperationRoute)


class ListReservations(QueryInput):
    """The query of a list."""

    charging_station: Reference | None = None
    driver: Reference | None = None
    vehicle: Reference | None = None
    status: Literal["pending", "confirmed", "completed", "cancelled", "failed", "expired"] | None = None
    limit: Limit = DEFAULT_LIMIT
    page: PageToken | None = None


def _types_once(types: list[str]) -> list[str]:
    if len(set(types)) < len(types):
        raise PydanticCustomError("connector_type", "must name each type once")
    return types


def _cut(at: int) -> int:
    """The instant in whole milliseconds, as it is shown."""
    return at // MILLISECOND * MILLISECOND


BodyInstant = Annotated[WrittenInstant, AfterValidator(_cut)]
ConnectorTypes = Annotated[list[Literal["CHAdeMO", "CCS", "Type2"]], Field(min_length=1), AfterValidator(_types_once)]


class Location(Input):
    """Where a station is wanted: around a point in degrees, within a radius in metres."""

    latitude: Annotated[float, Field(strict=True, ge=-90, le=90)]
    longitude: Annotated[float, Field(strict=True, ge=-180, le=180)]
    radius: Annotated[Whole, Field(ge=1, le=_WIDEST)]


class CreateReservation(Input):
    """The body that makes a reservation."""

    error_code = _INVALID

    connector_type: ConnectorTypes
    driver: Reference
    ideal_end: BodyInstant
    ideal_start: BodyInstant
    location: Location
    vehicle: Reference
    earliest_start: BodyInstant | None = None
    latest_end: BodyInstant | None = None
    metadata: Metadata = Field(default_factory=dict)
    payment_method: Reference | None = None

    def order(self) -> ReservationOrder:
        return ReservationOrder(
            driver=self.driver,
            vehicle=self.vehicle,
            connector_types=tuple(self.connector_type),
            ideal_start=self.ideal_start,
            ideal_end=self.ideal_end,
            latitude=self.location.latitude,
            longitude=self.location.longitude,
            radius=self.location.radius,
            earliest_start=self.earliest_start,
            latest_end=self.latest_end,
            payment_method=self.payment_method,
            metadata=merged({}, self.metadata, code=_INVALID),
        )


class UpdateReservation(Input):
    """The body that changes a pending reservation; what it leaves out stays."""

    error_code = _INVALID

    connector_type: ConnectorTypes = Field(default_factory=list)
    earliest_start: BodyInstant | None = None
    ideal_end: BodyInstant = 0
    ideal_start: BodyInstant = 0
    latest_end: BodyInstant | None = None
    location: Location | None = None
    metadata: Metadata = Field(default_factory=dict)

    @field_validator("location")
    @classmethod
    def _is_given(cls, location: Location | None) -> Location:
        if location is None:
            raise PydanticCustomError("location", "must be an object")
        return location

    def changes(self) -> dict[str, Any]:
        """The fields of ReservationOrder that were sent, but for the metadata."""
        sent = given(self)
        sent.pop("metadata", None)
        if "connector_type" in sent:
            sent["connector_types"] = sent.pop("connector_type")
        if sent.pop("location", None) is not None and self.location is not None:
            sent |= dict(self.location)
        return sent


class ConfirmReservation(Input):
    """The body that confirms a reservation."""

    payment_method: Reference | None = None


@router.get("/reservations")
async def list_reservations(
    request: Request,
    world: ChargeWorld,
    written: WrittenQuery,
    expand: Expand,
    query: Annotated[ListReservations, Query()],
) -> Response:
    """Reservations, newest first."""
    asked = PageRequest(world, _PATH, written, query.page, query.limit)
    filters = {column: written[name] for name, column in _FILTERS.items() if name in written}
    wanted = PageQuery(filters, query.status, asked.limit, asked.after, asked.newer)
    rows = partial(reservations.reservations, query=wanted)
    return await answer_list(request, world, expand, _KIND, asked, rows, show)


@router.post("/reservations")
async def create_reservation(
    request: Request, world: ChargeWorld, body: Annotated[CreateReservation, Depends(body_of(CreateReservation))]
) -> Response:
    """Makes a reservation."""
    return await answer_change(request, world, _create, body.order())


@router.get("/reservations/{reservation}")
async def retrieve_reservation(request: Request, world: ChargeWorld, expand: OnlyExpand, reservation: str) -> Response:
    """One reservation."""
    return await answer_object(request, world, expand, _KIND, reservation)


@router.post("/reservations/{reservation}")
async def update_reservation(
    request: Request,
    world: ChargeWorld,
    body: Annotated[UpdateReservation, Depends(body_of(UpdateReservation))],
    reservation: str,
) -> Response:
    """Changes a pending reservation."""
    return await answer_change(request, world, _update, reservation, body)


@router.post("/reservations/{reservation}/confirm")
async def confirm_reservation(
    request: Request,
    world: ChargeWorld,
    body: Annotated[ConfirmReservation, Depends(body_of(ConfirmReservation, optional=True))],
    reservation: str,
) -> Response:
    """Confirms a pending reservation now."""
    return await answer_change(request, world, _confirm, reservation, body.payment_method)


@router.post("/reservations/{reservation}/cancel")
async def cancel_reservation(request: Request, world: ChargeWorld, _body: EmptyBody, reservation: str) -> Response:
    """Cancels a reservation."""
    return await answer_change(request, world, _cancel, reservation)


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
        "metadata": {} if reservation.details == _NONE else orjson.loads(reservation.details).get("metadata", {}),
        "payment_method": reservation.payment_method,
        "reservation_fee": reservation.fee,
        "reserved_end": millis(reservation.reserved_end) if is_assigned else None,
        "reserved_start": millis(reservation.reserved_start) if is_assigned else None,
        "status": rules.status(reservation, now),
        "updated": millis(rules.updated(reservation, now)),
        "vehicle": reservation.vehicle,
    }


@one_statement
def shown_by_id(tx: WorldTransaction, ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """The reservations with these ids, as Charge shows them."""
    return {each.id: show(each, tx.now) for each in reservations.reservations_by_id(tx, ids)}


def _create(tx: WorldTransaction, order: ReservationOrder) -> dict[str, Any]:
    return show(reserve(tx, order), tx.now)


def _update(tx: WorldTransaction, reservation: str, body: UpdateReservation) -> dict[str, Any]:
    with_metadata = partial(merged, given=body.metadata, code=_INVALID)
    return show(update(tx, reservation, body.changes(), with_metadata), tx.now)


def _confirm(tx: WorldTransaction, reservation: str, payment_method: str | None) -> dict[str, Any]:
    return show(confirm(tx, reservation, payment_method), tx.now)


def _cancel(tx: WorldTransaction, reservation: str) -> dict[str, Any]:
    return show(cancel(tx, reservation), tx.now)


def _invalid(error: InvalidReservationError) -> ChargeError:
    return ChargeError(400, f"Invalid {error.param}: {error.sentence}.", code=_INVALID, param=error.param)


def _state(error: ReservationStateError) -> ChargeError:
    return ChargeError(409, _STATES[error.act].format(status=error.status), code=_CODES[error.act], param=_KIND)


_CODES: Final = {
    "update": "reservation_update_invalid_state",
    "confirm": "reservation_invalid_state",
    "cancel": "reservation_cancel_invalid_state",
}
_STATES: Final = {
    "update": "Only pending reservations can be updated; this one is {status}.",
    "confirm": "Only pending reservations can be confirmed; this one is {status}.",
    "cancel": "Only pending and confirmed reservations can be cancelled; this one is {status}.",
}
REFUSALS: Final[Table[ChargeError]] = {InvalidReservationError: _invalid, ReservationStateError: _state}
EXPANDABLE: Final = Expandable(
    _KIND, shown_by_id, {name: name for name in ("charging_station", "driver", "payment_method", "vehicle")}
)
