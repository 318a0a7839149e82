"""Cariqa's keys: a JSON Web Token in `Authorization: Bearer …`; missing is 401, unknown is 403 (CARIQA-003)."""

from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from ...web.headers import bearer_token
from ...web.key_reasons import no_key
from ...web.reasons import explain
from ...web.world_access import UnknownKeyError, WorldAccess, open_world
from .errors import INCORRECT_CREDENTIALS, CariqaError
from .vendor import KEY


async def cariqa_world(request: Request) -> WorldAccess:
    """The world that the request's token opens."""
    token = bearer_token(request)
    if not token:
        explain(request, no_key(request))
        challenge = {"WWW-Authenticate": 'Bearer realm="api"'}
        raise CariqaError(401, "Authentication credentials were not provided.", headers=challenge)
    try:
        return await open_world(request, KEY, token)
    except UnknownKeyError:
        raise CariqaError(403, INCORRECT_CREDENTIALS) from None


CariqaWorld = Annotated[WorldAccess, Depends(cariqa_world)]
