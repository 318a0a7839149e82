"""Reservations: listed."""

from collections.abc import Collection
from functools import partial
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from ....domain import models
from ....domain import reservations as rules
from ....domain.clock import millis
from ....store import reservations
from ....store.keyset_pages import PageQuery
from ....store.world_transaction import WorldTransaction, one_statement
from ....web.routing import OperationRoute
from ..auth import ChargeWorld
from ..expand import Expandable
from ..inputs import DEFAULT_LIMIT, Expand, Limit, PageToken, QueryInput, Reference, WrittenQuery
from ..pagination import PageRequest
from ..reads import answer_list

_KIND: Final = "reservation"
_PATH: Final = "/v1/reservations"
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


def show(reservation: models.Reservation, now: int) -> dict[str, Any]:
    """A reservation as Charge shows it at `now`; station and window are shown once they are assigned."""
    is_assigned = rules.is_assigned(reservation, now)
    return {
        "id": reservation.id,
        "object": "reservation",
        "cancellation_policy": {"free_until_before": reservation.free_until_before, "type": "free_cancellation"},
        "charging_station": reservation.station if is_assigned else None,
        "confirmed_at": millis(reservation.confirmed_at) if is_assigned else None,
        "connector_type": [reservation.connector_type],
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
        "metadata": {},
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


EXPANDABLE: Final = Expandable(
    _KIND, shown_by_id, {name: name for name in ("charging_station", "driver", "payment_method", "vehicle")}
)
