"""A resource that Charge does not have: parking permits, which are documents, and name one another and sessions."""

from collections.abc import Collection
from functools import partial
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Depends, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from app.domain.clock import millis
from app.domain.errors import Refusal
from app.domain.models import Document
from app.operations.documents import change_document, create_document, known_document
from app.store import documents
from app.store.sessions import take_number
from app.store.world_transaction import WorldTransaction, one_statement
from app.vendors.charge.auth import ChargeWorld
from app.vendors.charge.changes import answer_change
from app.vendors.charge.errors import ChargeError
from app.vendors.charge.expand import Expandable
from app.vendors.charge.inputs import (
    DEFAULT_LIMIT,
    Expand,
    Input,
    Limit,
    Metadata,
    NoQuery,
    OnlyExpand,
    PageToken,
    QueryInput,
    Reference,
    WrittenQuery,
    body_of,
)
from app.vendors.charge.metadata import merged
from app.vendors.charge.pagination import PageRequest
from app.vendors.charge.reads import answer_list, answer_object
from app.vendors.charge.vendor import NAME
from app.web.routing import OperationRoute

_KIND: Final = "parking_permit"

router = APIRouter(route_class=OperationRoute)


class TowedError(Refusal):
    """The vehicle is not there any more."""


REFUSALS: Final = {TowedError: ChargeError(409, "The vehicle was towed.", code="parking_permit_conflict")}


class ListPermits(QueryInput):
    """The query of a list."""

    vehicle: Reference | None = None
    limit: Limit = DEFAULT_LIMIT
    page: PageToken | None = None


class CreatePermit(Input):
    """The body that creates a permit."""

    error_code = "parking_permit_invalid_input"

    vehicle: Reference
    charging_session: Reference | None = None
    beside: tuple[Reference, ...] = ()
    under: Reference | None = None
    metadata: Metadata = Field(default={})


class UpdatePermit(Input):
    """The body that updates a permit."""

    error_code = "parking_permit_invalid_input"

    metadata: Metadata = Field(default={})


@router.get("/parking_permits")
async def list_permits(
    request: Request,
    world: ChargeWorld,
    written: WrittenQuery,
    expand: Expand,
    query: Annotated[ListPermits, Query()],
) -> Response:
    """Permits, newest first."""
    asked = PageRequest(world, "/v1/parking_permits", written, query.page, query.limit)
    wanted = asked.query({"vehicle": "owner"})
    rows = partial(documents.documents, vendor=NAME, kind=_KIND, query=wanted)
    return await answer_list(request, world, expand, _KIND, asked, rows, show)


@router.post("/parking_permits")
async def create_permit(
    request: Request, world: ChargeWorld, body: Annotated[CreatePermit, Depends(body_of(CreatePermit))]
) -> Response:
    """Creates a permit; one for the vehicle `veh_towed` is refused, after it was saved."""
    return await answer_change(request, world, _create, body)


@router.get("/parking_permits/{parking_permit}")
async def retrieve_permit(request: Request, world: ChargeWorld, expand: OnlyExpand, parking_permit: str) -> Response:
    """One permit."""
    return await answer_object(request, world, expand, _KIND, parking_permit)


@router.post("/parking_permits/{parking_permit}")
async def update_permit(
    request: Request,
    world: ChargeWorld,
    parking_permit: str,
    body: Annotated[UpdatePermit, Depends(body_of(UpdatePermit))],
) -> Response:
    """Changes the metadata of a permit."""
    return await answer_change(request, world, _update, parking_permit, body)


@router.delete("/parking_permits/{parking_permit}")
async def delete_permit(request: Request, world: ChargeWorld, _query: NoQuery, parking_permit: str) -> Response:
    """Deletes a permit."""
    return await answer_change(request, world, _delete, parking_permit)


def show(permit: Document, _now: int) -> dict[str, Any]:
    """A permit as Charge would show it."""
    return {"id": permit.id, "object": _KIND, **orjson.loads(permit.body), "created": millis(permit.created_at)}


@one_statement
def shown_by_id(tx: WorldTransaction, ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """The permits with these ids, as Charge would show them."""
    return {each.id: show(each, tx.now) for each in documents.documents_by_id(tx, NAME, _KIND, ids)}


def _create(tx: WorldTransaction, asked: CreatePermit) -> dict[str, Any]:
    body = {
        "beside": asked.beside,
        "charging_session": asked.charging_session,
        "metadata": merged({}, asked.metadata),
        "place": {"under": asked.under},
        "vehicle": asked.vehicle,
    }
    permit = create_document(tx, NAME, _KIND, "permit", take_number(tx), body, owner=asked.vehicle)
    if asked.vehicle == "veh_towed":
        raise TowedError("The vehicle was towed away.")
    return show(permit, tx.now)


def _update(tx: WorldTransaction, permit_id: str, asked: UpdatePermit) -> dict[str, Any]:
    permit = known_document(tx, NAME, _KIND, permit_id)
    body = orjson.loads(permit.body)
    body["metadata"] = merged(body["metadata"], asked.metadata, code=UpdatePermit.error_code)
    return show(change_document(tx, permit, body), tx.now)


def _delete(tx: WorldTransaction, permit_id: str) -> dict[str, Any]:
    documents.remove_document(tx, NAME, _KIND, known_document(tx, NAME, _KIND, permit_id).id)
    return {"id": permit_id, "object": _KIND, "deleted": True}


EXPANDABLE: Final = Expandable(
    _KIND,
    shown_by_id,
    {"beside": _KIND, "charging_session": "charging_session", "place.under": _KIND, "towed_by": "tow_truck"},
)
