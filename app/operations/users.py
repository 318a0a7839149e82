"""Finds, creates, changes and deletes the users of a vendor without organisations."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from ..domain.channels import Channel
from ..domain.errors import InUseError, UnknownObjectError
from ..domain.exclusivity import USER
from ..domain.ids import uuid_text
from ..domain.models import DELETED, User
from ..domain.parties import is_there
from ..domain.start_refusals import UnpaidDebtError
from ..store import parties, sessions, users
from ..store.customers import customer_state
from ..store.world_transaction import WorldTransaction
from .planned_sessions import drop_plans_of

CREATED: Final = "created_user"
"""The word from which the ids of users follow that callers create."""


def known_user(tx: WorldTransaction, user_id: str) -> User:
    """The user with that id. Raises UnknownObjectError if there is none, or if the user was deleted."""
    found = parties.user(tx, user_id)
    if found is None or found.org is not None or not is_there(found, tx.now):
        raise UnknownObjectError(USER, user_id)
    return found


def create_user(tx: WorldTransaction, *, email: str | None, details: str) -> User:
    """Creates a user, who has no billing data and no payment method yet. `details` is JSON."""
    n = sessions.take_number(tx)
    made = User(
        id=uuid_text(tx.world.seed, CREATED, n),
        name="",
        email=email,
        driver=None,
        has_billing_data=False,
        n=n,
        created_at=tx.now,
        touched_at=tx.now,
        details=details,
    )
    users.insert_user(tx, made)
    return made


def change_user(tx: WorldTransaction, user_id: str, changed: Callable[[User], User]) -> User:
    """Saves what `changed` makes of a user. Raises UnknownObjectError."""
    after = replace(changed(known_user(tx, user_id)), touched_at=tx.now)
    users.save_user(tx, after)
    return after


def delete_user(tx: WorldTransaction, user_id: str, channel: Channel) -> None:
    """Deletes a user, who has no plans any more.

    Raises UnknownObjectError, UnpaidDebtError while the user has a debt, or InUseError during an active session.
    """
    user = known_user(tx, user_id)
    state = customer_state(tx, channel.name, user_id)
    if state.unpaid is not None:
        raise UnpaidDebtError(user_id, state.unpaid)
    if state.active is not None:
        raise InUseError(USER, user_id)
    drop_plans_of(tx, USER, user_id, channel)
    users.save_user(tx, replace(user, status=DELETED, touched_at=tx.now))
