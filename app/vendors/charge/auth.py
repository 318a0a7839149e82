"""Charge's keys: `Authorization: Bearer ch_sk_test_…` on every call."""

from typing import Annotated, Final

from fastapi import Depends
from starlette.requests import Request

from ...web.headers import bearer_token, header
from ...web.key_reasons import no_key
from ...web.log_text import masked
from ...web.reasons import explain
from ...web.world_access import UnknownKeyError, WorldAccess, open_world
from .errors import ChargeError
from .vendor import KEY

VERSION: Final = "2026-03-01"
"""The version that Charge documents, and the only one (CHARGE-024)."""
_LIVE: Final = "ch_sk_live_"
_TEST: Final = "ch_sk_test_"


async def charge_world(request: Request) -> WorldAccess:
    """The world that the request's key opens. Refuses every other key with 401, and another version with 400."""
    key = bearer_token(request)
    if not key:
        explain(request, no_key(request))
        raise ChargeError(401, "No API key provided. Send it as Authorization: Bearer ch_sk_test_...")
    try:
        world = await open_world(request, KEY, key)
    except UnknownKeyError:
        if key.startswith(_LIVE):
            explain(request, f"A live key ({masked(key)}) never opens a sandbox world; use one that begins {_TEST}.")
            raise ChargeError(401, "A live mode key was used. This sandbox takes test mode keys only.") from None
        raise ChargeError(401, "Invalid API key provided.") from None
    version = header(request, b"charge-version")
    if version is not None and version != VERSION:
        raise ChargeError(400, f"There is no such version; there is {VERSION}.", param="Charge-Version")
    return world


ChargeWorld = Annotated[WorldAccess, Depends(charge_world)]
