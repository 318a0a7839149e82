"""Charge's keys: `Authorization: Bearer ch_sk_test_…` on every call."""

from typing import Annotated, Final

from fastapi import Depends
from starlette.requests import Request

from ...web.headers import bearer_token
from ...web.key_reasons import no_key
from ...web.log_text import masked
from ...web.reasons import explain
from ...web.world_access import UnknownKeyError, WorldAccess, open_world
from .errors import ChargeError
from .vendor import KEY

_LIVE: Final = "ch_sk_live_"
_TEST: Final = "ch_sk_test_"


async def charge_world(request: Request) -> WorldAccess:
    """The world that the request's key opens. Refuses every other key with 401."""
    key = bearer_token(request)
    if not key:
        explain(request, no_key(request))
        raise ChargeError(401, "No API key provided. Send it as Authorization: Bearer ch_sk_test_...")
    try:
        return await open_world(request, KEY, key)
    except UnknownKeyError:
        if key.startswith(_LIVE):
            explain(request, f"A live key ({masked(key)}) never opens a sandbox world; use one that begins {_TEST}.")
            raise ChargeError(401, "A live mode key was used. This sandbox takes test mode keys only.") from None
        raise ChargeError(401, "Invalid API key provided.") from None


ChargeWorld = Annotated[WorldAccess, Depends(charge_world)]
