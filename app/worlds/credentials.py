"""The keys that open a world: issued by the vendors, unless its scenario prescribes them."""

from collections.abc import Mapping

from ..domain.clock import NEVER
from ..store import credentials as credential_store
from ..store import worlds
from ..store.database.lock import lock_database
from ..store.database.protocol import Transaction
from ..store.world import Credential
from .vendor import Vendors

Prescribed = Mapping[str, str | tuple[str, str]]
"""Keys by their names in scenario files; a client id comes with its secret."""


def issue(vendors: Vendors, world: str, prescribed: Prescribed | None = None) -> list[Credential]:
    """All keys of a world of that name, in the order of the vendors; they never expire."""
    found: list[Credential] = []
    for term in (key for vendor in vendors for key in vendor.keys):
        key = (prescribed or {}).get(term.name) or term.issue(world)
        text, secret = (key, None) if isinstance(key, str) else key
        found.append(Credential(vendor=term.kind, key=text, secret=secret, expires_at=NEVER))
    return found


def missing_kinds(db: Transaction, vendors: Vendors, number: int) -> set[str]:
    """The kinds of keys that the world of that number does not have."""
    known = {credential.vendor for credential in credential_store.credentials(db, number)}
    return {key.kind for vendor in vendors for key in vendor.keys} - known


def issue_missing(db: Transaction, vendors: Vendors) -> None:
    """Gives each open world the keys of vendors that its database did not know."""
    lock_database(db)
    for world in worlds.in_state(db, worlds.OPEN):
        missing = missing_kinds(db, vendors, world.n)
        new = [each for each in issue(vendors, world.name) if each.vendor in missing] if missing else []
        credential_store.insert_credentials(db, world.n, new)
