"""Onboarding sessions of devices: created and retrieved. The user goes through them on a page of the sandbox."""

from typing import Annotated, Any, Final
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from ....domain.errors import UnknownObjectError
from ....domain.models import Document
from ....operations.documents import create_document, known_document
from ....operations.members import known_member
from ....store import parties, sessions
from ....store.world_transaction import WorldTransaction
from ....web import file_links
from ....web.app_context import context_of
from ....web.responses import json_answer
from ....web.routing import OperationRoute
from ..auth import PoderoWorld
from ..changes import answer_change
from ..inputs import PRICE_ZONES, Id, Input, Text, WebAddress, body_of, one_of
from ..members import Member
from ..onboarding import KIND, expiration_date
from ..vendor import NAME
from .buildings import known_building

_LANGUAGES: Final = ("sv", "de", "en", "hu", "it", "et", "pl", "ro")

router = APIRouter(route_class=OperationRoute)


class CreateOnboardingSession(Input):
    """The body that creates a session. The guides have other languages and zones than the reference (PODERO-030)."""

    language: Annotated[Text, Field(max_length=10), one_of(*_LANGUAGES, only_if_strict=True)]
    price_zone_default: Annotated[Text, Field(max_length=20), one_of(*PRICE_ZONES, only_if_strict=True)]
    is_smart_optimization_active_default: bool | None = None
    success_url: WebAddress
    cancel_url: WebAddress
    user_id: Id
    building_id: Id | None = None
    device_type: Annotated[str, one_of("ev", "iv", "wb", "hp")] | None = None


@router.post("/device-onboarding")
async def create_onboarding_session(
    request: Request,
    world: PoderoWorld,
    body: Annotated[CreateOnboardingSession, Depends(body_of(CreateOnboardingSession))],
) -> Response:
    """Creates a session, whose page links a device of a user."""
    pages = _pages(request, world)
    return await answer_change(request, world, _create, body, pages)


@router.get("/device-onboarding/{onboarding_session_id}")
async def retrieve_onboarding_session(request: Request, world: PoderoWorld, onboarding_session_id: UUID) -> Response:
    """One session; its `object_id` is the device once one is linked."""
    found = await world.ask(known_document, NAME, KIND, str(onboarding_session_id))
    return json_answer(request, show(found, _pages(request, world)))


def show(session: Document, pages: str) -> dict[str, Any]:
    """A session as Podero shows it; `pages` is what the links to its page begin with, unless a scenario names one."""
    body = orjson.loads(session.body)
    return {
        "authentication_url": body.get("authentication_url", f"{pages}/onboarding/{session.id}"),
        "id": session.id,
        "user": session.owner,
        "success_url": body["success_url"],
        "cancel_url": body["cancel_url"],
        "expiration_date": expiration_date(session),
        "object_id": body.get("object_id"),
        "external_metadata": body.get("external_metadata", {}),
    }


def _pages(request: Request, world: PoderoWorld) -> str:
    return file_links.pages(context_of(request).links.origin(request), world.world.link_key, NAME)


def _create(tx: WorldTransaction, body: CreateOnboardingSession, pages: str) -> dict[str, Any]:
    user = parties.user(tx, str(body.user_id))
    if user is None or user.org is None:
        raise UnknownObjectError("user", str(body.user_id))
    member = Member(user.org, user.id)
    owner = known_member(tx, *member)
    if body.building_id is not None:
        known_building(tx, member, str(body.building_id))
    content = body.model_dump(mode="json", exclude={"user_id"}) | {"object_id": None, "external_metadata": {}}
    made = create_document(tx, NAME, KIND, None, sessions.take_number(tx), content, owner=owner.id)
    return show(made, pages)
