"""Podero's keys: a token in `Authorization: Bearer …`, which `/oauth2/token/` issues for client credentials."""

from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from ...web.headers import bearer_token
from ...web.key_reasons import no_key
from ...web.reasons import explain
from ...web.world_access import UnknownKeyError, WorldAccess, open_world
from .errors import PoderoError
from .vendor import TOKEN


async def podero_world(request: Request) -> WorldAccess:
    """The world that the request's token opens; missing, unknown and expired are refused alike."""
    token = bearer_token(request)
    if not token:
        explain(request, no_key(request))
        raise PoderoError(401, "Unauthorized")
    try:
        return await open_world(request, TOKEN, token)
    except UnknownKeyError:
        raise PoderoError(401, "Unauthorized") from None


PoderoWorld = Annotated[WorldAccess, Depends(podero_world)]
