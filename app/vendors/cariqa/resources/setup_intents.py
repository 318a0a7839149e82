"""Setup intents of a user: the one that is open, by which a card can be added."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from ....operations.setup_intents import open_secret
from ....web.responses import json_answer
from ....web.routing import OperationRoute
from ..auth import CariqaWorld
from ..inputs import AsWord, QueryInput
from ..users import CariqaUser
from ..vendor import NAME

router = APIRouter(route_class=OperationRoute)


class SetupIntentQuery(QueryInput):
    """The query: what is to be added."""

    pm_type: Annotated[Literal["card"], AsWord] = "card"


@router.get("/users/{user_id}/setup-intents/")  # noqa: FAST003 - CariqaUser takes the id
async def retrieve_setup_intent(
    request: Request, world: CariqaWorld, user: CariqaUser, _query: Annotated[SetupIntentQuery, Query()]
) -> Response:
    """The user's open setup intent, which stays the same until it is confirmed (CARIQA-035)."""
    secret = await world.ask(open_secret, NAME, user)
    return json_answer(request, {"setup_intent_client_secret": secret})
