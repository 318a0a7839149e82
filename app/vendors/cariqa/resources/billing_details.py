"""Billing details of a user: retrieved, and written anew."""

from dataclasses import replace
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from ....domain import billing_details
from ....domain.billing_details import MEMBER
from ....domain.models import User
from ....operations.users import change_user, known_user
from ....store.world_transaction import WorldTransaction, one_statement
from ....web.responses import json_answer
from ....web.routing import OperationRoute
from ..auth import CariqaWorld
from ..changes import answer_change
from ..inputs import AsWord, Filled, Input, TextOrNull, at_most, body_of
from ..users import CariqaUser

router = APIRouter(route_class=OperationRoute)


class WrittenBillingDetails(Input):
    """The body of an update; what it leaves out becomes null (CARIQA-031)."""

    country: Annotated[TextOrNull, at_most(150)] = None
    city: Annotated[TextOrNull, at_most(50)] = None
    tax_id: Annotated[TextOrNull, at_most(30)] = None
    account_type: Annotated[Literal["personal", "business"], AsWord] = "personal"
    company_name: Annotated[TextOrNull, at_most(255)] = None
    vat_id: Annotated[TextOrNull, at_most(255)] = None
    line1: Annotated[Filled, at_most(255)]
    postal_code: Annotated[Filled, at_most(255)]
    first_name: Annotated[TextOrNull, at_most(150)] = None
    last_name: Annotated[TextOrNull, at_most(150)] = None


@router.get("/users/{user_id}/billing-details/")  # noqa: FAST003 - CariqaUser takes the id
async def retrieve_billing_details(request: Request, world: CariqaWorld, user: CariqaUser) -> Response:
    """The billing details of a user."""
    return json_answer(request, await world.ask(_shown, user))


@router.put("/users/{user_id}/billing-details/")
async def update_billing_details(
    request: Request,
    world: CariqaWorld,
    user: CariqaUser,
    body: Annotated[WrittenBillingDetails, Depends(body_of(WrittenBillingDetails))],
) -> Response:
    """Writes the billing details of a user anew. What an invoice needs besides is asked at a start (CARIQA-032)."""
    return await answer_change(request, world, _update, user, body)


@one_statement
def _shown(tx: WorldTransaction, user_id: str) -> dict[str, Any]:
    return billing_details.of_user(known_user(tx, user_id))


def _update(tx: WorldTransaction, user_id: str, body: WrittenBillingDetails) -> dict[str, Any]:
    written = body.model_dump()

    def changed(user: User) -> User:
        details = orjson.dumps({**orjson.loads(user.details), MEMBER: written}).decode()
        return replace(user, has_billing_data=True, details=details)

    change_user(tx, user_id, changed)
    return written
