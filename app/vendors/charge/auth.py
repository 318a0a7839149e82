"""Charge's keys: `Authorization: Bearer ch_sk_test_…` on every call."""

from typing import Final

from starlette.requests import Request

from ...web.world_access import UnknownKeyError, WorldAccess, enter
from .errors import ChargeError

VENDOR: Final = "charge"
_LIVE: Final = "ch_sk_live_"


async def visiting(request: Request) -> WorldAccess:
    """The visit that the request's key opens; 401 for every other key."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key:
        raise ChargeError(401, "No API key provided. Send it as Authorization: Bearer ch_sk_test_...")
    try:
        return await enter(request, VENDOR, key)
    except UnknownKeyError:
        if key.startswith(_LIVE):
            raise ChargeError(401, "A live mode key was used. This sandbox takes test mode keys only.") from None
        raise ChargeError(401, "Invalid API key provided.") from None
