"""Payment intents of users: to authenticate a payment method before a start, and to pay a debt.

One for a start is a document, whose owner is the user. One for a debt follows from its session (`domain.debts`), so
that a debt that time brings has one too.
"""

from dataclasses import replace
from typing import Final, NamedTuple

import orjson

from ..domain.client_secrets import client_secret, id_and_secret
from ..domain.clock import NEVER
from ..domain.debts import INTENT, session_of
from ..domain.errors import ImpossibleError, UnknownThingError
from ..domain.ids import prefixed_id
from ..domain.models import Document, Session
from ..store import documents, sessions
from ..store.keyset_pages import PageQuery
from ..store.sessions import take_number
from ..store.world_transaction import WorldTransaction, keeps_worlds
from .documents import change_document
from .simulate import simulate

DOCUMENT: Final = "payment_intent"
OPEN: Final = "open"
CONFIRMED: Final = "confirmed"
USED: Final = "used"
"""The statuses of a document. A start uses an intent that has been confirmed."""
_MOST: Final = 100


class ConfirmedIntent(NamedTuple):
    """An intent that is confirmed now: its user, its payment method, and the UUID of the session that it has paid for.

    `session` is None where it is for the next start.
    """

    id: str
    user: str | None
    payment_method: str | None
    session: str | None


def open_intent(tx: WorldTransaction, vendor: str, user: str, method: str) -> str:
    """Opens an intent by which a user authenticates a payment method for the next start; returns its client secret.

    One that is open stays the same. Raises WorldFullError.
    """
    known = _of_method(tx, vendor, user, method, OPEN)
    if known is None:
        n = take_number(tx)
        known = Document(
            vendor=vendor,
            kind=DOCUMENT,
            id=prefixed_id("pi", tx.world.seed, DOCUMENT, n),
            n=n,
            created_at=tx.now,
            body=orjson.dumps({"payment_method": method}).decode(),
            touched_at=tx.now,
            owner=user,
            first=OPEN,
        )
        documents.insert_document(tx, known)
    return client_secret(tx.world.seed, known.id)


def confirmed_intent(tx: WorldTransaction, vendor: str, user: str, method: str) -> Document | None:
    """The intent by which a user has authenticated a payment method and that no start has used yet, if there is one."""
    return _of_method(tx, vendor, user, method, CONFIRMED)


def use_intent(tx: WorldTransaction, intent: Document, session: Session) -> None:
    """Saves that a session has been started by an intent, which authenticates no other start."""
    used = replace(intent, third=USED, third_at=tx.now)
    change_document(tx, used, {**orjson.loads(intent.body), "session": session.uuid})


@keeps_worlds
def confirm_intent(tx: WorldTransaction, named: str, refusal: str | None = None) -> ConfirmedIntent:
    """Confirms an intent, named by its id or its client secret; a debt is paid by that.

    `refusal` is what the issuer of the card says if it does not pay. Raises UnknownThingError, or ImpossibleError if
    the card is refused, if the intent was confirmed before, or if there is no debt.
    """
    intent, secret = id_and_secret(named)
    if secret is not None and secret != client_secret(tx.world.seed, intent):
        raise UnknownThingError(intent)
    for channel in tx.channels.values():
        if channel.buyer != "user":
            continue
        stored = documents.document(tx, channel.name, DOCUMENT, intent)
        if stored is not None:
            return _confirmed(tx, stored, refusal)
        owed = sessions.session(tx, channel.name, session_of(intent)) if intent.startswith(INTENT) else None
        if owed is not None:
            return _paid(tx, intent, owed, refusal)
    raise UnknownThingError(intent)


def _confirmed(tx: WorldTransaction, stored: Document, refusal: str | None) -> ConfirmedIntent:
    if stored.status(tx.now) != OPEN:
        raise ImpossibleError(f"The payment intent {stored.id} was confirmed before.")
    body = orjson.loads(stored.body)
    _refuse(stored.id, refusal)
    change_document(tx, replace(stored, second=CONFIRMED, second_at=tx.now), body)
    return ConfirmedIntent(stored.id, stored.owner, body.get("payment_method"), None)


def _paid(tx: WorldTransaction, intent: str, owed: Session, refusal: str | None) -> ConfirmedIntent:
    if owed.settled_at == NEVER and owed.ended_at <= tx.now:
        _refuse(intent, refusal)
    simulate(tx, "debt_paid", owed.uuid, lambda now: now, None)
    return ConfirmedIntent(intent, owed.user, owed.payment_method, owed.uuid)


def _refuse(intent: str, refusal: str | None) -> None:
    if refusal is not None:
        raise ImpossibleError(f"{refusal} The payment intent {intent} stays open.")


def _of_method(tx: WorldTransaction, vendor: str, user: str, method: str, status: str) -> Document | None:
    found = documents.documents(tx, vendor, DOCUMENT, PageQuery({"owner": user}, status, _MOST))
    return next((each for each in found if orjson.loads(each.body).get("payment_method") == method), None)
