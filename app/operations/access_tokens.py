"""Access tokens that a vendor issues to its callers."""

from typing import Final

from ..store import credentials
from ..store.credentials import Credential
from ..store.world_transaction import WorldTransaction

_MOST_TOKENS: Final = 1_000


def issue_token(tx: WorldTransaction, vendor: str, token: str, lifetime: int) -> None:
    """Lets a token of the vendor open the world for `lifetime` microseconds of the world's time.

    Of more than a thousand tokens in a world the oldest are removed.
    """
    credentials.make_room(tx.db, tx.world.n, tx.now, _MOST_TOKENS - 1)
    credentials.add_credentials(tx.db, tx.world.n, [Credential(vendor, token, None, tx.now + lifetime)])
