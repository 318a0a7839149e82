"""Client secrets: by which the front end of a payment provider confirms an intent for its customer."""

from hashlib import blake2b
from typing import Final

_SEPARATOR: Final = "_secret_"


def client_secret(seed: int, intent: str) -> str:
    """The secret of the setup intent or payment intent with that id."""
    return f"{intent}{_SEPARATOR}{blake2b(f'{seed}/{intent}'.encode(), digest_size=12).hexdigest()}"


def id_and_secret(named: str) -> tuple[str, str | None]:
    """The id of an intent that is named by its id or by its client secret, and that secret, if it is given."""
    intent, has_secret, _ = named.partition(_SEPARATOR)
    return intent, named if has_secret else None
