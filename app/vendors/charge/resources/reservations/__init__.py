"""Reservations: listed, made, retrieved, updated, confirmed and cancelled."""

from collections.abc import Collection
from functools import partial
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from .....domain.errors import InvalidReservationError, ReservationStateError
from .....operations.reservations import ReservationOrder, cancel, confirm, reserve, update
from .....store import reservations
from .....store.world_transaction import WorldTransaction, one_statement
from .....web.refusals import Table
from .....web.routing import OperationRoute
from ...auth import ChargeWorld
from ...changes import answer_change
from ...errors import ChargeError
from ...expand import Expandable
from ...inputs import EmptyBody, Expand, OnlyExpand, WrittenQuery, body_of
from ...metadata import merged
from ...pagination import PageRequest
from ...reads import answer_list, answer_object
from .inputs import INVALID, ConfirmReservation, CreateReservation, ListReservations, UpdateReservation
from .shown import show

_KIND: Final = "reservation"
_PATH: Final = "/v1/reservations"
_FILTERS: Final = {"charging_station": "station", "driver": "driver", "vehicle": "vehicle"}
"""The column for each filter."""

router = APIRouter(route_class=OperationRoute)


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
    wanted = asked.query(_FILTERS, query.status)
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


@one_statement
def shown_by_id(tx: WorldTransaction, ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """The reservations with these ids, as Charge shows them."""
    return {each.id: show(each, tx.now) for each in reservations.reservations_by_id(tx, ids)}


def _create(tx: WorldTransaction, order: ReservationOrder) -> dict[str, Any]:
    return show(reserve(tx, order), tx.now)


def _update(tx: WorldTransaction, reservation: str, body: UpdateReservation) -> dict[str, Any]:
    with_metadata = partial(merged, given=body.metadata, code=INVALID)
    return show(update(tx, reservation, body.changes(), with_metadata), tx.now)


def _confirm(tx: WorldTransaction, reservation: str, payment_method: str | None) -> dict[str, Any]:
    return show(confirm(tx, reservation, payment_method), tx.now)


def _cancel(tx: WorldTransaction, reservation: str) -> dict[str, Any]:
    return show(cancel(tx, reservation), tx.now)


def _invalid(error: InvalidReservationError) -> ChargeError:
    return ChargeError(400, f"Invalid {error.param}: {error.sentence}.", code=INVALID, param=error.param)


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
