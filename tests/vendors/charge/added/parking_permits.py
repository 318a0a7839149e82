"""A resource that Charge does not have: parking permits, kept in memory for as long as the process lives."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from app.domain.clock import millis
from app.store.keyset_pages import Position
from app.store.world_transaction import WorldTransaction
from app.vendors.charge.auth import ChargeWorld
from app.vendors.charge.errors import ChargeError
from app.vendors.charge.inputs import (
    DEFAULT_LIMIT,
    Input,
    Limit,
    NoQuery,
    PageToken,
    QueryInput,
    Reference,
    WrittenQuery,
    body_of,
)
from app.vendors.charge.pagination import PageRequest
from app.web.responses import json_answer
from app.web.routing import OperationRoute

router = APIRouter(route_class=OperationRoute)


@dataclass(frozen=True, slots=True)
class Permit:
    """A permit to park a vehicle."""

    n: int
    created_at: int
    vehicle: str


_PERMITS: Final[defaultdict[int, list[Permit]]] = defaultdict(list)
"""By the number of the world, oldest first."""


class ListPermits(QueryInput):
    """The query of a list."""

    vehicle: Reference | None = None
    limit: Limit = DEFAULT_LIMIT
    page: PageToken | None = None


class CreatePermit(Input):
    """The body that creates a permit."""

    vehicle: Reference


@router.get("/parking_permits")
async def list_permits(
    request: Request, world: ChargeWorld, written: WrittenQuery, query: Annotated[ListPermits, Query()]
) -> Response:
    """Permits, newest first."""
    asked = PageRequest(world, "/v1/parking_permits", written, query.page, query.limit)
    page = asked.page(await world.ask(_permits, query.vehicle, asked.limit, asked.after))
    return asked.answer(request, page, [show(permit) for permit in page.rows])


@router.post("/parking_permits")
async def create_permit(
    request: Request, world: ChargeWorld, body: Annotated[CreatePermit, Depends(body_of(CreatePermit))]
) -> Response:
    """Creates a permit."""
    return json_answer(request, show(await world.change(_create, body.vehicle)))


@router.get("/parking_permits/{parking_permit}")
async def retrieve_permit(request: Request, world: ChargeWorld, _query: NoQuery, parking_permit: str) -> Response:
    """One permit."""
    found = [
        it
        for it in await world.ask(_permits, None, len(_PERMITS[world.world.n]), None)
        if show(it)["id"] == parking_permit
    ]
    if not found:
        raise ChargeError(404, "No such parking permit.", code="parking_permit_not_found", param="parking_permit")
    return json_answer(request, show(found[0]))


def show(permit: Permit) -> dict[str, Any]:
    """A permit as Charge would show it."""
    return {
        "id": f"permit_{permit.n:032}",
        "object": "parking_permit",
        "created": millis(permit.created_at),
        "vehicle": permit.vehicle,
    }


def _permits(tx: WorldTransaction, vehicle: str | None, limit: int, after: Position | None) -> list[Permit]:
    """Up to `limit` + 1 permits older than `after`, newest first."""
    kept = [permit for permit in _PERMITS[tx.world.n] if vehicle in {None, permit.vehicle}]
    older = [permit for permit in kept if after is None or permit.n < after.n]
    return older[::-1][: limit + 1]


def _create(tx: WorldTransaction, vehicle: str) -> Permit:
    permit = Permit(len(_PERMITS[tx.world.n]), tx.now, vehicle)
    _PERMITS[tx.world.n].append(permit)
    return permit
