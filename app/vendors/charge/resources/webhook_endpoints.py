"""Webhook endpoints: listed, created, retrieved and updated. Nothing is sent to them (CHARGE-120)."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Annotated, Any, Final, Literal

import orjson
from fastapi import APIRouter, Depends, Query
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError
from starlette.requests import Request
from starlette.responses import Response

from ....domain.clock import millis
from ....domain.ids import prefixed_id
from ....domain.json_values import filled
from ....domain.models import Document
from ....operations.documents import change_document, create_document, known_document
from ....store import documents
from ....store.sessions import take_number
from ....store.world_transaction import WorldTransaction, one_statement
from ....web.routing import OperationRoute
from ..auth import ChargeWorld
from ..changes import answer_change
from ..expand import Expandable
from ..inputs import (
    DEFAULT_LIMIT,
    Expand,
    Input,
    Limit,
    Metadata,
    OnlyExpand,
    PageToken,
    QueryInput,
    Text,
    WrittenQuery,
    body_of,
    given,
)
from ..metadata import merged
from ..pagination import PageRequest
from ..reads import answer_list, answer_object
from ..vendor import NAME

_PATH: Final = "/v1/webhook_endpoints"
_KIND: Final = "webhook_endpoint"
_VERSION: Final = "2026-03-01"
_MOST_EVENTS: Final = 100
_LONGEST_URL: Final = 2048
_ENABLED: Final = "enabled"
_DEFAULTS: Final[Mapping[str, Any]] = {
    "api_version": _VERSION,
    "application": None,
    "description": None,
    "enabled_events": [],
    "livemode": False,
    "metadata": {},
    "secret": "",
    "url": "https://example.com",
}
"""What the endpoint of a scenario shows that says nothing else."""
_URL: Final = re.compile(
    r"https?://([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[::1\])"
    r"(:([0-9]{1,4}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?"
    r"([/?]([A-Za-z0-9._~:/?@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)?"
)


def _url(value: str) -> str:
    if len(value) > _LONGEST_URL or not _URL.fullmatch(value):
        raise PydanticCustomError("url", "must be an http or https URL with a host, of at most 2048 characters")
    return value


def _some(events: list[str]) -> list[str]:
    if not events:
        raise PydanticCustomError("events", "must name at least one event")
    return events


EventType = Literal["charge.succeeded", "report.succeeded", "reservation.confirmed", "vehicle.updated"]
"""The events that the documentation names (CHARGE-122)."""
Events = Annotated[list[EventType], Field(max_length=_MOST_EVENTS)]

router = APIRouter(route_class=OperationRoute)


class ListWebhookEndpoints(QueryInput):
    """The query of a list."""

    limit: Limit = DEFAULT_LIMIT
    page: PageToken | None = None


class CreateWebhookEndpoint(Input):
    """The body that creates an endpoint; `http` is taken too (CHARGE-121), and one version (CHARGE-125)."""

    enabled_events: Annotated[Events, AfterValidator(_some)]
    url: Annotated[str, Field(strict=True), AfterValidator(_url)]
    api_version: Literal["2026-03-01"] | None = None
    description: Text | None = None
    metadata: Metadata = Field(default_factory=dict)


class UpdateWebhookEndpoint(Input):
    """The body that updates an endpoint; what is left out stays. An empty list of events is taken (CHARGE-123)."""

    enabled_events: Events = Field(default_factory=list)
    status: Literal["enabled", "disabled"] = "enabled"
    description: Text | None = None
    metadata: Metadata = Field(default_factory=dict)


@router.get("/webhook_endpoints")
async def list_webhook_endpoints(
    request: Request,
    world: ChargeWorld,
    written: WrittenQuery,
    expand: Expand,
    query: Annotated[ListWebhookEndpoints, Query()],
) -> Response:
    """Webhook endpoints, newest first."""
    asked = PageRequest(world, _PATH, written, query.page, query.limit)
    wanted = asked.query()
    query_rows = partial(documents.documents, vendor=NAME, kind=_KIND, query=wanted)
    return await answer_list(request, world, expand, _KIND, asked, query_rows, show)


@router.post("/webhook_endpoints")
async def create_webhook_endpoint(
    request: Request,
    world: ChargeWorld,
    body: Annotated[CreateWebhookEndpoint, Depends(body_of(CreateWebhookEndpoint))],
) -> Response:
    """Creates an endpoint."""
    return await answer_change(request, world, _create, body)


@router.get("/webhook_endpoints/{webhook_endpoint}")
async def retrieve_webhook_endpoint(
    request: Request, world: ChargeWorld, expand: OnlyExpand, webhook_endpoint: str
) -> Response:
    """One endpoint."""
    return await answer_object(request, world, expand, _KIND, webhook_endpoint)


@router.post("/webhook_endpoints/{webhook_endpoint}")
async def update_webhook_endpoint(
    request: Request,
    world: ChargeWorld,
    body: Annotated[UpdateWebhookEndpoint, Depends(body_of(UpdateWebhookEndpoint))],
    webhook_endpoint: str,
) -> Response:
    """Updates an endpoint."""
    return await answer_change(request, world, _update, webhook_endpoint, body)


def show(endpoint: Document, _now: int) -> dict[str, Any]:
    """An endpoint as Charge shows it, with its secret, in lists too."""
    body = _said(endpoint)
    return {
        "id": endpoint.id,
        "object": _KIND,
        "api_version": body["api_version"],
        "application": body["application"],
        "created": millis(endpoint.created_at),
        "description": body["description"],
        "enabled_events": body["enabled_events"],
        "livemode": body["livemode"],
        "metadata": body["metadata"],
        "secret": body["secret"],
        "status": endpoint.first or _ENABLED,
        "url": body["url"],
    }


def _said(endpoint: Document) -> dict[str, Any]:
    """What an endpoint says of itself; its secret follows from its id if it says none."""
    said = filled(orjson.loads(endpoint.body), _DEFAULTS)
    return said | {"secret": said["secret"] or f"whsec_{endpoint.id.partition('_')[2]}"}


def _create(tx: WorldTransaction, new: CreateWebhookEndpoint) -> dict[str, Any]:
    n = take_number(tx)
    body = {
        **_DEFAULTS,
        "api_version": new.api_version or _VERSION,
        "description": new.description,
        "enabled_events": _once(new.enabled_events),
        "metadata": merged({}, new.metadata),
        "secret": prefixed_id("whsec", tx.world.seed, "webhook_secret", n),
        "url": new.url,
    }
    endpoint = create_document(tx, NAME, _KIND, "wh", n, body, status=_ENABLED)
    return show(endpoint, tx.now)


def _update(tx: WorldTransaction, endpoint_id: str, update: UpdateWebhookEndpoint) -> dict[str, Any]:
    endpoint = known_document(tx, NAME, _KIND, endpoint_id)
    body, changed = _said(endpoint), given(update)
    if "enabled_events" in changed:
        changed["enabled_events"] = _once(update.enabled_events)
    if "metadata" in changed:
        changed["metadata"] = merged(body["metadata"], update.metadata)
    status = changed.pop("status", endpoint.first)
    return show(change_document(tx, replace(endpoint, first=status), body | changed), tx.now)


def _once(events: Sequence[str]) -> list[str]:
    """The events in their order, each once."""
    return list(dict.fromkeys(events))


@one_statement
def _shown_by_id(tx: WorldTransaction, ids: Collection[str]) -> Mapping[str, dict[str, Any]]:
    return {it.id: show(it, tx.now) for it in documents.documents_by_id(tx, NAME, _KIND, ids)}


EXPANDABLE: Final = Expandable(_KIND, _shown_by_id, {})
