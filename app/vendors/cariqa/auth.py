"""Cariqa's keys: a JSON Web Token in `Authorization: Bearer …`; missing is 401, unknown is 403 (CARIQA-003)."""

from typing import Final

from starlette.requests import Request

from ...web.world_access import UnknownKeyError, WorldAccess, enter
from .errors import CariqaError

VENDOR: Final = "cariqa"


async def visiting(request: Request) -> WorldAccess:
    """The visit that the request's token opens."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        challenge = {"WWW-Authenticate": 'Bearer realm="api"'}
        raise CariqaError(401, "Authentication credentials were not provided.", challenge)
    try:
        return await enter(request, VENDOR, token)
    except UnknownKeyError:
        raise CariqaError(403, "Incorrect authentication credentials.") from None
