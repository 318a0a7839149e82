"""Users of the organisation: listed, created, retrieved, updated and removed."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, Final
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Query
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError
from starlette.requests import Request
from starlette.responses import Response

from ....domain.clock import millis_if_any
from ....domain.errors import TakenError, UnknownObjectError
from ....domain.models import DELETED, User
from ....operations import members as operations
from ....store import members
from ....store.members import MemberRecord
from ....store.world_transaction import WorldTransaction, one_statement
from ....web.refusals import Table
from ....web.responses import json_answer
from ....web.routing import OperationRoute
from ..auth import PoderoWorld
from ..changes import answer_change
from ..errors import PoderoError
from ..inputs import IncludeDeleted, Input, Text, body_of, given, one_of
from ..members import Member, PoderoMember, names_of
from ..vendor import NAME

KIND: Final = "user"
_EMAIL: Final = re.compile(r"[!-?A-~]+@[!-?A-~]+")
_LONGEST_PART: Final = 64
_SHORT: Final = (
    *("street_and_number", "street_add_info", "zip_code", "town", "country", "latitude", "longitude"),
    "location_last_updated",
)
"""The members with which the answer to a create or an update ends."""

router = APIRouter(route_class=OperationRoute)


def _email(text: str) -> str:
    if not _EMAIL.fullmatch(text) or len(text.partition("@")[0]) > _LONGEST_PART:
        raise PydanticCustomError("value_error", "Value error, value is not a valid email address")
    return text


Role = Annotated[str, one_of("admin", "staff", "user", "guest")]
Email = Annotated[Text, Field(max_length=254), AfterValidator(_email)]
Short = Annotated[Text, Field(max_length=100)]


class _UserFields(Input):
    """What a create and an update have in common."""

    external_user_id: Annotated[Text, Field(min_length=1)] | None = None
    first_name: Short | None = None
    last_name: Short | None = None
    street_and_number: Short | None = None
    street_add_info: Short | None = None
    zip_code: Annotated[Text, Field(max_length=20)] | None = None
    town: Short | None = None
    country_iso2: Annotated[Text, Field(max_length=3)] | None = None
    country: Annotated[Text, Field(max_length=100)] | None = None
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None


class CreateUser(_UserFields):
    """The body that creates a user."""

    role: Role
    email: Email


class UpdateUser(_UserFields):
    """The body that changes a user; what it leaves out is kept."""

    role: Role = "user"
    email: Email = ""


@router.get("/org/{org_id}/users")
async def list_users(
    request: Request, world: PoderoWorld, org_id: UUID, query: Annotated[IncludeDeleted, Query()]
) -> Response:
    """All users of the organisation, newest first."""
    found = await world.ask(members.members, NAME, str(org_id), include_deleted=query.include_deleted)
    if not found:
        await world.ask(operations.check_organisation, str(org_id))
    return json_answer(request, [show(each) for each in found])


@router.post("/org/{org_id}/users")
async def create_user(
    request: Request, world: PoderoWorld, org_id: UUID, body: Annotated[CreateUser, Depends(body_of(CreateUser))]
) -> Response:
    """Creates a user."""
    return await answer_change(request, world, _create, str(org_id), body)


@router.get("/org/{org_id}/users/by-ext-id/{external_id}")
async def retrieve_user_by_external_id(
    request: Request,
    world: PoderoWorld,
    *,
    org_id: UUID,
    external_id: str,
    query: Annotated[IncludeDeleted, Query()],
) -> Response:
    """One user, by the id that the caller has given."""
    found = None
    if external_id.isprintable():
        found = await world.ask(
            members.member_by_external_id, NAME, str(org_id), external_id, include_deleted=query.include_deleted
        )
    if found is None:
        raise UnknownObjectError(KIND, external_id)
    return json_answer(request, show(found))


@router.get("/org/{org_id}/users/{user_id}")
async def retrieve_user(
    request: Request, world: PoderoWorld, member: PoderoMember, query: Annotated[IncludeDeleted, Query()]
) -> Response:
    """One user."""
    found = await world.ask(_known, member, include_deleted=query.include_deleted)
    return json_answer(request, show(found))


@router.put("/org/{org_id}/users/{user_id}")
async def update_user(
    request: Request,
    world: PoderoWorld,
    member: PoderoMember,
    body: Annotated[UpdateUser, Depends(body_of(UpdateUser))],
) -> Response:
    """Changes a user."""
    return await answer_change(request, world, _update, member, body)


@router.delete("/org/{org_id}/users/{user_id}")
async def delete_user(request: Request, world: PoderoWorld, member: PoderoMember) -> Response:
    """Removes a user."""
    return await answer_change(request, world, operations.delete_member, *member)


def show(record: MemberRecord) -> dict[str, Any]:
    """A user as Podero reads it."""
    user, counts = record
    details = orjson.loads(user.details)
    first_name, last_name = names_of(user, details)
    onboarded = details.get("is_onboarded")
    return {
        "id": user.id,
        "organization_id": user.org,
        "role": details.get("role", "user"),
        "email": user.email,
        "num_inverters": counts.inverters,
        "num_heat_pumps": counts.heat_pumps,
        "num_electric_vehicles": counts.electric_vehicles,
        "num_wallboxes": counts.wallboxes,
        "external_user_id": details.get("external_user_id"),
        "first_name": first_name,
        "last_name": last_name,
        "is_onboarded": any(counts) if onboarded is None else onboarded,
        **{name: details.get(name) for name in _SHORT[:-1]},
        "last_login": details.get("last_login"),
        "joined_at": millis_if_any(user.created_at),
    }


REFUSALS: Final[Table[PoderoError]] = {
    TakenError: lambda error: PoderoError(409, f"A user with this {error.thing} already exists in the organization.")
}
"""An e-mail address and an external id are unique in an organisation (PODERO-023)."""


def show_short(user: User) -> dict[str, Any]:
    """A user as Podero answers a create or an update."""
    details = orjson.loads(user.details)
    first_name, last_name = names_of(user, details)
    return {
        "id": user.id,
        "external_user_id": details.get("external_user_id"),
        "role": details.get("role", "user"),
        "email": user.email,
        "first_name": first_name,
        "last_name": last_name,
        **{name: details.get(name) for name in _SHORT},
    }


@one_statement
def _known(tx: WorldTransaction, member: Member, *, include_deleted: bool) -> MemberRecord:
    found = members.member_record(tx, NAME, *member)
    if found is None or (found.user.status == DELETED and not include_deleted):
        raise UnknownObjectError(KIND, member.user)
    return found


def _create(tx: WorldTransaction, org: str, body: CreateUser) -> dict[str, Any]:
    details = _details(tx, body, {"first_name": None, "last_name": None})
    name = _name(details, body.email)
    return show_short(
        operations.create_member(tx, org, name=name, email=body.email, details=orjson.dumps(details).decode())
    )


def _update(tx: WorldTransaction, member: Member, body: UpdateUser) -> dict[str, Any]:
    def changed(user: User) -> User:
        before = orjson.loads(user.details)
        first_name, last_name = names_of(user, before)
        details = _details(tx, body, {**before, "first_name": first_name, "last_name": last_name})
        email = body.email or user.email
        has_names = not given(body).keys().isdisjoint(("first_name", "last_name"))
        name = _name(details, email or user.name) if has_names else user.name
        return replace(user, name=name, email=email, details=orjson.dumps(details).decode())

    return show_short(operations.change_member(tx, *member, changed))


def _details(tx: WorldTransaction, body: CreateUser | UpdateUser, before: Mapping[str, Any]) -> dict[str, Any]:
    """The details of a user with what the body changes; `country_iso2` is another name of `country` (PODERO-024)."""
    sent = given(body)
    sent.pop("email", None)
    iso2 = sent.pop("country_iso2", None)
    if iso2 is not None:
        sent.setdefault("country", iso2)
    if "latitude" in sent or "longitude" in sent:
        sent["location_last_updated"] = millis_if_any(tx.now)
    return {**before, **sent}


def _name(details: Mapping[str, Any], otherwise: str) -> str:
    return " ".join(filter(None, (details.get("first_name"), details.get("last_name")))) or otherwise
