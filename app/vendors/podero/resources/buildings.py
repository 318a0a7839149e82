"""Buildings of a user: created, retrieved and updated."""

from collections.abc import Mapping
from typing import Annotated, Any, Final
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends
from pydantic import BeforeValidator, Field, ValidationInfo
from starlette.requests import Request
from starlette.responses import Response

from ....domain.errors import UnknownObjectError
from ....domain.models import Document
from ....operations.documents import change_document, create_document, known_document
from ....operations.members import known_member
from ....store import sessions
from ....store.world_transaction import WorldTransaction
from ....web.responses import json_answer
from ....web.routing import OperationRoute
from ..auth import PoderoWorld
from ..changes import answer_change
from ..inputs import Input, Text, Whole, body_of, given, one_of
from ..members import Member, PoderoMember
from ..vendor import NAME

KIND: Final = "building"
_MEMBERS: Final[Mapping[str, Any]] = {
    "name": "",
    "property_type": None,
    "property_size_m2": None,
    "property_age": None,
    "num_occupants": None,
    "occupant_type": None,
    "space_heating": None,
    "water_heating": None,
    "photovoltaic": False,
    "street_and_number": None,
    "street_add_info": None,
    "zip_code": None,
    "town": None,
    "country": None,
}
"""What a building shows, in its order, with what it has by default."""

router = APIRouter(route_class=OperationRoute)


def _age(value: object, info: ValidationInfo) -> object:
    """A text such as `1990-2000`, as a guide sends it, is no number of years (PODERO-026)."""
    is_span = isinstance(value, str) and not value.strip().lstrip("-").isdigit()
    return None if is_span and not (info.context or {}).get("is_strict") else value


Count = Annotated[Whole, Field(ge=0)]
Line = Annotated[Text, Field(max_length=100)]
Word = Annotated[Text, Field(max_length=50)]
PropertyType = Annotated[
    Word,
    one_of("Detached", "Semi-detached", "Bungalow", "Terraced", "End-terrace", "Flat", only_if_strict=True),
]
OccupantType = Annotated[Word, one_of("Students", only_if_strict=True)]
Heating = Annotated[Word, one_of("Gas boiler", only_if_strict=True)]
"""Of these enumerations the first word is all that is visible (PODERO-025)."""


class WriteBuilding(Input):
    """The body that creates a building, or that changes one; what it leaves out is kept, but the name is required."""

    name: Annotated[Line, Field(min_length=1)]
    property_type: PropertyType | None = None
    occupant_type: OccupantType | None = None
    space_heating: Heating | None = None
    water_heating: Heating | None = None
    property_size_m2: Count | None = None
    property_age: Annotated[Count | None, BeforeValidator(_age)] = None
    num_occupants: Count | None = None
    photovoltaic: bool | None = False
    street_and_number: Line | None = None
    street_add_info: Line | None = None
    zip_code: Annotated[Text, Field(max_length=20)] | None = None
    town: Line | None = None
    country: Line | None = None
    country_iso2: Annotated[Text, Field(max_length=3)] | None = None


@router.post("/org/{org_id}/users/{user_id}/buildings")
async def create_building(
    request: Request,
    world: PoderoWorld,
    member: PoderoMember,
    body: Annotated[WriteBuilding, Depends(body_of(WriteBuilding))],
) -> Response:
    """Creates a building."""
    return await answer_change(request, world, _create, member, body)


@router.get("/org/{org_id}/users/{user_id}/buildings/{building_id}")
async def retrieve_building(request: Request, world: PoderoWorld, member: PoderoMember, building_id: UUID) -> Response:
    """One building."""
    return json_answer(request, show(await world.ask(known_building, member, str(building_id))))


@router.put("/org/{org_id}/users/{user_id}/buildings/{building_id}")
async def update_building(
    request: Request,
    world: PoderoWorld,
    *,
    member: PoderoMember,
    building_id: UUID,
    body: Annotated[WriteBuilding, Depends(body_of(WriteBuilding))],
) -> Response:
    """Changes a building."""
    return await answer_change(request, world, _update, member, str(building_id), body)


def show(document: Document) -> dict[str, Any]:
    """A building as Podero shows it."""
    return {**_MEMBERS, **orjson.loads(document.body), "id": document.id}


def known_building(tx: WorldTransaction, member: Member, building_id: str) -> Document:
    """The building of a user. Raises UnknownObjectError if the user has no such building."""
    owner = known_member(tx, *member)
    found = known_document(tx, NAME, KIND, building_id)
    if found.owner != owner.id:
        raise UnknownObjectError(KIND, building_id)
    return found


def _create(tx: WorldTransaction, member: Member, body: WriteBuilding) -> dict[str, Any]:
    owner = known_member(tx, *member)
    content = {**_MEMBERS, **_sent(body)}
    return show(create_document(tx, NAME, KIND, None, sessions.take_number(tx), content, owner=owner.id))


def _update(tx: WorldTransaction, member: Member, building_id: str, body: WriteBuilding) -> dict[str, Any]:
    before = known_building(tx, member, building_id)
    return show(change_document(tx, before, {**orjson.loads(before.body), **_sent(body)}))


def _sent(body: WriteBuilding) -> dict[str, Any]:
    """What a body changes; `country_iso2` is another name of `country` (PODERO-024)."""
    sent = given(body)
    iso2 = sent.pop("country_iso2", None)
    if iso2 is not None:
        sent.setdefault("country", iso2)
    return sent
