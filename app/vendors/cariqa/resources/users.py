"""Users: listed, created, retrieved, updated and deleted."""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Annotated, Any, Final, Literal

import orjson
from fastapi import APIRouter, Depends, Query
from pydantic import AfterValidator
from starlette.requests import Request
from starlette.responses import Response

from ....domain.errors import InUseError
from ....domain.exclusivity import USER
from ....domain.models import User
from ....domain.start_refusals import UnpaidDebtError
from ....operations import users as operations
from ....store.users import user_page
from ....store.world_transaction import WorldTransaction, one_statement
from ....web.refusals import Table
from ....web.responses import json_answer
from ....web.routing import OperationRoute
from ..auth import CariqaWorld
from ..changes import answer_change
from ..errors import CariqaError, invalid, unpaid
from ..inputs import AsWord, FilledOrNull, Input, at_most, body_of, given
from ..pagination import PageQuery, answer_page
from ..users import CariqaUser
from ..validation import refused
from ..vendor import CHANNEL

_EMAIL: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@([A-Za-z0-9-]+\.)+[A-Za-z0-9-]{2,63}")
_MOST_WORDS: Final = 10
_SEPARATORS: Final = re.compile(r"[\s,\0]+")

router = APIRouter(route_class=OperationRoute)


def _address(text: str | None) -> str | None:
    if text is not None and not _EMAIL.fullmatch(text):
        raise refused("Enter a valid email address.")
    return text


class SearchQuery(PageQuery):
    """The query of a list of users."""

    search: str = ""


class CustomProperties(Input):
    """What the caller keeps of a user."""

    external_id: Annotated[FilledOrNull, at_most(250)] = None


class WrittenUser(Input):
    """The body that creates or changes a user; a change keeps what it leaves out (CARIQA-028)."""

    email: Annotated[FilledOrNull, at_most(254), AfterValidator(_address)] = None
    locale: Annotated[Literal["en", "de"], AsWord] = "en"
    custom_properties: CustomProperties | None = None


Body = Annotated[WrittenUser, Depends(body_of(WrittenUser))]


@router.get("/users/")
async def list_users(request: Request, world: CariqaWorld, query: Annotated[SearchQuery, Query()]) -> Response:
    """Users, newest first; each word of the search is a part of one of their ids (CARIQA-029)."""
    words = tuple(filter(None, _SEPARATORS.split(query.search)))[:_MOST_WORDS]
    return await answer_page(request, world, query, partial(user_page, words=words), lambda user, _: show(user))


@router.post("/users/")
async def create_user(request: Request, world: CariqaWorld, body: Body) -> Response:
    """Creates a user."""
    return await answer_change(request, world, _create, body, status=201)


@router.get("/users/{user_id}/")  # noqa: FAST003 - CariqaUser takes the id
async def retrieve_user(request: Request, world: CariqaWorld, user: CariqaUser) -> Response:
    """One user."""
    return json_answer(request, await world.ask(_shown, user))


@router.patch("/users/{user_id}/")  # noqa: FAST003 - CariqaUser takes the id
async def update_user(request: Request, world: CariqaWorld, user: CariqaUser, body: Body) -> Response:
    """Changes a user."""
    return await answer_change(request, world, _update, user, body)


@router.delete("/users/{user_id}/")  # noqa: FAST003 - CariqaUser takes the id
async def delete_user(request: Request, world: CariqaWorld, user: CariqaUser) -> Response:
    """Deletes a user, who is not found from then on; an active session or a debt prevents it (CARIQA-030)."""
    return await answer_change(request, world, _delete, user)


def show(user: User) -> dict[str, Any]:
    """A user as Cariqa shows it."""
    details = orjson.loads(user.details)
    known = details.get("custom_properties")
    return {
        "id": user.id,
        "email": user.email,
        "locale": details.get("locale", "en"),
        "custom_properties": {"external_id": known.get("external_id")} if isinstance(known, dict) else None,
    }


def _in_use(error: InUseError) -> CariqaError:
    if error.kind == USER:
        return invalid(f"{error}")
    return CariqaError(400, "Payment Method Error", "payment_method_error", str(error))


REFUSALS: Final[Table[CariqaError]] = {InUseError: _in_use}


@one_statement
def _shown(tx: WorldTransaction, user_id: str) -> dict[str, Any]:
    return show(operations.known_user(tx, user_id))


def _create(tx: WorldTransaction, body: WrittenUser) -> dict[str, Any]:
    return show(operations.create_user(tx, email=body.email, details=_details({"locale": body.locale}, body)))


def _update(tx: WorldTransaction, user_id: str, body: WrittenUser) -> dict[str, Any]:
    def changed(user: User) -> User:
        email = body.email if "email" in body.model_fields_set else user.email
        return replace(user, email=email, details=_details(orjson.loads(user.details), body))

    return show(operations.change_user(tx, user_id, changed))


def _details(before: Mapping[str, Any], body: WrittenUser) -> str:
    sent = given(body)
    details = {**before, **{name: sent[name] for name in ("locale",) if name in sent}}
    if "custom_properties" in sent:
        details["custom_properties"] = None if body.custom_properties is None else body.custom_properties.model_dump()
    return orjson.dumps(details).decode()


def _delete(tx: WorldTransaction, user_id: str) -> None:
    try:
        operations.delete_user(tx, user_id, CHANNEL)
    except UnpaidDebtError as error:
        raise unpaid(error) from None
