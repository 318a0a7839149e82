"""Keys that open a world, issued at random unless its scenario prescribes them."""

from typing import Final

from ..domain.clock import NEVER
from ..scenario.scenarios import Keys
from ..store.world import Credential
from ..wall_clock import random_token

TOKEN_LENGTH: Final = 30
_CHARGE_LENGTH: Final = 24


def issued(keys: Keys, world: str) -> list[Credential]:
    """A ready-made key for each vendor, and a client that may ask Podero for more."""
    return [
        Credential("charge", keys.charge or f"ch_sk_test_{random_token(_CHARGE_LENGTH)}", None, NEVER),
        Credential("cariqa", keys.cariqa or _signed(world), None, NEVER),
        Credential("podero", keys.podero or random_token(TOKEN_LENGTH), None, NEVER),
        Credential("podero-client", *(keys.podero_client or (random_token(40), random_token(64))), NEVER),
    ]


def _signed(world: str) -> str:
    """A JSON Web Token without an expiry, as Cariqa hands them out; that it is signed is all that anybody can tell."""
    import jwt  # noqa: PLC0415 - 30 ms that only the making of a world needs

    return jwt.encode({"iss": "wattif", "sub": world, "jti": random_token(22)}, random_token(43), algorithm="HS256")
