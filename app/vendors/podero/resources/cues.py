"""Cues: the pending actions of devices, started by their user and reported. The secret of a cue is its only key."""

from collections.abc import Callable
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from ....domain.errors import UnknownObjectError
from ....domain.models import DELETED, Document
from ....operations import cues as operations
from ....operations.device_links import lost_at
from ....store import documents, parties
from ....store.world_transaction import WorldTransaction
from ....web import file_links
from ....web.app_context import context_of
from ....web.responses import json_answer
from ....web.routing import OperationRoute
from ....web.world_access import UnknownKeyError, change_linked_world
from ..cues import Secret, check_secret, forbidden, id_of_cue, read_secret
from ..inputs import Input, Text, WebAddress, one_of, read_body
from ..vendor import NAME

KIND: Final = operations.CUE

router = APIRouter(route_class=OperationRoute)


class CueSecret(BaseModel):
    """The query of both operations."""

    model_config = ConfigDict(frozen=True)

    secret: str


class ResolveCue(Input):
    """The body that starts an action, in camel case (PODERO-033)."""

    success_url: WebAddress = Field(alias="successUrl")
    cancel_url: WebAddress = Field(alias="cancelUrl")
    language: Annotated[Text, Field(max_length=35)] | None = None
    location: dict[str, Any] | None = None
    client_info: dict[str, Any] | None = Field(default=None, alias="clientInfo")


class ReportCue(Input):
    """The body that reports the outcome of an action, in snake case."""

    state: Annotated[str, one_of("success", "fail")]
    payload: dict[str, Any] | None = None
    location: dict[str, Any] | None = None
    client_info: dict[str, Any] | None = None


@router.post("/cues/{cue_id}/resolve")
async def resolve_cue(request: Request, cue_id: UUID, query: Annotated[CueSecret, Query()]) -> Response:
    """Starts a pending action, and says where its user goes on: on a page of the sandbox."""
    secret = read_secret(query.secret)
    body = await read_body(request, ResolveCue, is_strict=False)

    def start(tx: WorldTransaction, cue: str, device: Document) -> Document:
        return _start(tx, cue, device, body)

    started = await _change(request, secret, query.secret, str(cue_id), start)
    pages = file_links.pages(context_of(request).links.origin(request), secret.link_key, NAME)
    return json_answer(request, {"redirect_url": f"{pages}/cues/{started.id}"})


@router.post("/cues/{cue_id}/state")
async def report_cue(request: Request, cue_id: UUID, query: Annotated[CueSecret, Query()]) -> Response:
    """Reports the outcome of an active action."""
    secret = read_secret(query.secret)
    body = await read_body(request, ReportCue, is_strict=False)
    is_success = body.state == "success"

    def report(tx: WorldTransaction, cue: str, device: Document) -> Document:
        return operations.report_cue(tx, cue, device, is_success=is_success)

    reported = await _change(request, secret, query.secret, str(cue_id), report)
    return json_answer(request, {"action_id": reported.id})


async def _change(
    request: Request,
    secret: Secret,
    text: str,
    named: str,
    action: Callable[[WorldTransaction, str, Document], Document],
) -> Document:
    """Runs an action about a cue in the world that has signed the secret."""

    def act(tx: WorldTransaction) -> Document:
        check_secret(tx.world, secret, text, tx.now)
        return action(tx, named, _device(tx, secret, named))

    try:
        return await change_linked_world(request, secret.link_key, act)
    except UnknownKeyError:
        raise forbidden("No world has signed the secret.") from None


def _device(tx: WorldTransaction, secret: Secret, named: str) -> Document:
    """The device that needs the action of that id now. Raises UnknownObjectError."""
    device = documents.document(tx, NAME, secret.kind, secret.device)
    lost = lost_at(device, tx.now)
    if device is None or lost is None or id_of_cue(tx.world, device.id, lost) != named:
        raise UnknownObjectError(KIND, named)
    owner = parties.user(tx, device.owner)
    if owner is None or owner.status == DELETED:
        raise UnknownObjectError(KIND, named)
    return device


def _start(tx: WorldTransaction, cue: str, device: Document, body: ResolveCue) -> Document:
    kept = {
        "device": device.id,
        "kind": device.kind,
        "success_url": body.success_url,
        "cancel_url": body.cancel_url,
        "language": body.language,
    }
    return operations.start_cue(tx, cue, device, kept)
