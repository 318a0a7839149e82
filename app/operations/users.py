"""Finds, creates, changes and deletes the users of a vendor that knows users."""

from typing import Final

from ..domain.errors import UnknownObjectError
from ..domain.models import User
from ..store import parties
from ..store.world_transaction import WorldTransaction

USER: Final = "user"


def known_user(tx: WorldTransaction, user_id: str) -> User:
    """The user with that id. Raises UnknownObjectError if there is none."""
    found = parties.user(tx, user_id)
    if found is None:
        raise UnknownObjectError(USER, user_id)
    return found
