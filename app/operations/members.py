"""Creates, changes and deletes users of an organisation."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import orjson

from ..domain.errors import TakenError, UnknownObjectError
from ..domain.ids import uuid_text
from ..domain.models import DELETED, User
from ..store import members, parties, sessions
from ..store.world_transaction import WorldTransaction

_USER: Final = "user"
_ORGANISATION: Final = "organisation"


def known_member(tx: WorldTransaction, org: str, user_id: str, *, include_deleted: bool = False) -> User:
    """The user of an organisation. Raises UnknownObjectError if there is none, or if the user was deleted."""
    found = parties.user(tx, user_id)
    if found is None or found.org != org or found.created_at > tx.now:
        raise UnknownObjectError(_USER, user_id)
    if found.status == DELETED and not include_deleted:
        raise UnknownObjectError(_USER, user_id)
    return found


def check_organisation(tx: WorldTransaction, org: str) -> None:
    """Raises UnknownObjectError for an organisation that has never had a user."""
    if not members.has_members(tx, org):
        raise UnknownObjectError(_ORGANISATION, org)


def create_member(tx: WorldTransaction, org: str, *, name: str, email: str, details: str) -> User:
    """Creates a user of an organisation. `details` is JSON. Raises UnknownObjectError or TakenError."""
    check_organisation(tx, org)
    n = sessions.take_number(tx)
    made = User(
        id=uuid_text(tx.world.seed, "created_member", n),
        name=name,
        email=email,
        driver=None,
        org=org,
        n=n,
        created_at=tx.now,
        touched_at=tx.now,
        details=details,
    )
    _check_unique(tx, made, None)
    members.insert_member(tx, made)
    return made


def change_member(tx: WorldTransaction, org: str, user_id: str, changed: Callable[[User], User]) -> User:
    """Saves what `changed` makes of a user. Raises UnknownObjectError or TakenError."""
    before = known_member(tx, org, user_id)
    after = replace(changed(before), touched_at=tx.now)
    _check_unique(tx, after, before)
    members.save_member(tx, after)
    return after


def delete_member(tx: WorldTransaction, org: str, user_id: str) -> None:
    """Deletes a user, whose devices stay where they are. Raises UnknownObjectError."""
    members.save_member(tx, replace(known_member(tx, org, user_id), status=DELETED, touched_at=tx.now))


def _check_unique(tx: WorldTransaction, user: User, before: User | None) -> None:
    """Two users of an organisation have neither the same address nor the same id of a caller's.

    What a change leaves as it was is not looked for.
    """
    org, email, external_id = user.org or "", user.email, _external_id(user)
    is_new = before is None or email != before.email
    if email is not None and is_new and members.email_is_taken(tx, org, email, user.id):
        raise TakenError("e-mail address", email)
    is_new = before is None or external_id != _external_id(before)
    if external_id is not None and is_new and members.external_id_is_taken(tx, org, external_id, user.id):
        raise TakenError("external id", external_id)


def _external_id(user: User) -> str | None:
    found = orjson.loads(user.details).get("external_user_id")
    return found if isinstance(found, str) else None
