"""Setup intents of users: the one that is open, and its confirmation, which adds a payment method."""

from dataclasses import replace
from typing import NamedTuple

import orjson

from ..domain.client_secrets import client_secret, id_and_secret
from ..domain.errors import ImpossibleError, UnknownObjectError, UnknownThingError
from ..domain.models import Document, PaymentMethod, User
from ..domain.setup_intents import CONFIRMED, DOCUMENT, OPEN, intent_id, user_and_number
from ..store import documents
from ..store.keyset_pages import PageQuery
from ..store.world_transaction import WorldTransaction, keeps_worlds
from .documents import change_document
from .user_payment_methods import add_card
from .users import known_user


class _Intent(NamedTuple):
    """An intent of a user, its number, and its document, if it is stored."""

    id: str
    user: str
    number: int
    document: Document | None


def open_secret(tx: WorldTransaction, vendor: str, user_id: str) -> str:
    """The client secret of the user's open setup intent. Raises UnknownObjectError."""
    known_user(tx, user_id)
    return _secret(tx, _next(tx, vendor, user_id))


@keeps_worlds
def confirm_setup_intent(tx: WorldTransaction, named: str, number: str, wallet: str | None) -> PaymentMethod:
    """Confirms an intent, named by its id or its client secret, with the card of that number: the user gets the card.

    Raises UnknownThingError, ImpossibleError if it was confirmed before, or WorldFullError.
    """
    intent_named, secret = id_and_secret(named)
    for channel in tx.channels.values():
        intent = _known(tx, channel.name, intent_named) if channel.buyer == "user" else None
        if intent is not None and secret in {None, _secret(tx, intent)}:
            method = add_card(tx, _user(tx, intent), number, wallet)
            _save(tx, channel.name, intent, method)
            return method
    raise UnknownThingError(intent_named)


def _known(tx: WorldTransaction, vendor: str, named: str) -> _Intent | None:
    """The open intent with that id. Raises ImpossibleError if it was confirmed."""
    stored = documents.document(tx, vendor, DOCUMENT, named)
    if stored is not None:
        if stored.first != OPEN:
            raise ImpossibleError(f"The setup intent {named} was confirmed before.")
        return _Intent(stored.id, stored.owner or "", _number(stored), stored)
    said = user_and_number(named)
    if said is None:
        return None
    following = _next(tx, vendor, said[0])
    return following if following.id == named else None


def _next(tx: WorldTransaction, vendor: str, user: str) -> _Intent:
    """The user's open intent: one that is stored, or the one that follows those that were confirmed."""
    last = next(iter(documents.documents(tx, vendor, DOCUMENT, PageQuery({"owner": user}, None, 1))), None)
    if last is None:
        return _Intent(intent_id(user, 0), user, 0, None)
    if last.first == OPEN:
        return _Intent(last.id, user, _number(last), last)
    number = _number(last) + 1
    return _Intent(intent_id(user, number), user, number, None)


def _secret(tx: WorldTransaction, intent: _Intent) -> str:
    """The client secret of an intent; a scenario may have written that of a stored one."""
    written = None if intent.document is None else orjson.loads(intent.document.body).get("client_secret")
    return written if isinstance(written, str) else client_secret(tx.world.seed, intent.id)


def _number(stored: Document) -> int:
    found = orjson.loads(stored.body).get("number")
    return found if isinstance(found, int) else 0


def _user(tx: WorldTransaction, intent: _Intent) -> User:
    try:
        return known_user(tx, intent.user)
    except UnknownObjectError:
        raise UnknownThingError(intent.id) from None


def _save(tx: WorldTransaction, vendor: str, intent: _Intent, method: PaymentMethod) -> None:
    body = {"number": intent.number, "payment_method": method.id}
    if intent.document is not None:
        change_document(tx, replace(intent.document, first=CONFIRMED), {**orjson.loads(intent.document.body), **body})
        return
    stored = Document(
        vendor=vendor,
        kind=DOCUMENT,
        id=intent.id,
        n=method.n,
        created_at=tx.now,
        body=orjson.dumps(body).decode(),
        touched_at=tx.now,
        owner=intent.user,
        first=CONFIRMED,
    )
    documents.insert_document(tx, stored)
