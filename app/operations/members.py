"""Finds users of an organisation."""

from typing import Final

from ..domain.errors import UnknownObjectError
from ..domain.models import DELETED, User
from ..store import parties
from ..store.world_transaction import WorldTransaction

_USER: Final = "user"


def known_member(tx: WorldTransaction, org: str, user_id: str, *, include_deleted: bool = False) -> User:
    """The user of an organisation. Raises UnknownObjectError if there is none, or if the user was deleted."""
    found = parties.user(tx, user_id)
    if found is None or found.org != org or found.created_at > tx.now:
        raise UnknownObjectError(_USER, user_id)
    if found.status == DELETED and not include_deleted:
        raise UnknownObjectError(_USER, user_id)
    return found
