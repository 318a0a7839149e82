"""Refunds and adjustments of what was charged, which no operation of a vendor makes."""

from typing import Final

import orjson

from ..domain.clock import millis
from ..domain.errors import ImpossibleError, UnknownThingError
from ..domain.ids import prefixed_id
from ..domain.models import Document
from ..domain.transactions import DOCUMENT, FAILED, PENDING, Kind, Transaction, charge_of
from ..store import documents, sessions, transactions
from ..store.world_transaction import WorldTransaction

_SHOWN_AGAIN: Final = ("session", "reservation", "driver", "vehicle", "payment_method", "currency")
"""What a correction has in common with the charge."""

_SHOWN_AS: Final = {Kind.REFUND: "refunds", Kind.ADJUSTMENT: "transactions"}
"""What a vendor has to show for such a correction."""


def correct(tx: WorldTransaction, kind: Kind, thing_id: str, amount: int | None, at: int) -> str:
    """Makes a refund or an adjustment at an instant, now or later, and returns its id.

    `thing_id` is the id of a session or of a charge. `amount` is in minor units; that of a refund is positive, and all
    that is left if it is None. What is left of a charge never falls below zero. Raises UnknownThingError or
    ImpossibleError.
    """
    channel, charge, owner = _charge(tx, kind, thing_id)
    left = charge.amount + transactions.corrected_by(tx, channel, charge.id)
    change = amount if kind is Kind.ADJUSTMENT else -(left if amount is None else amount)
    if not change:
        raise ImpossibleError(f"Nothing is left of {charge.id} to give back.")
    if left + change < 0:
        raise ImpossibleError(
            f"No more than {left} of {charge.id}, in the smallest unit of {charge.currency}, is left to give back."
        )
    n = sessions.take_number(tx)
    entry_id = prefixed_id("txn", tx.world.seed, DOCUMENT, n)
    body = {name: getattr(charge, name) for name in _SHOWN_AGAIN} | {"of": charge.id, "kind": kind, "amount": change}
    entry = Document(channel, DOCUMENT, entry_id, n, at, orjson.dumps(body).decode(), owner=owner)
    documents.insert_document(tx, entry)
    return entry_id


def _charge(tx: WorldTransaction, kind: Kind, thing_id: str) -> tuple[str, Transaction, str | None]:
    """The name of the channel, its charge, and the charge's owner: the fleet, or the user, who sees the correction.

    It is the charge of the session, or the one with that id. It must have succeeded.
    """
    session = sessions.session_shown_as(tx, thing_id)
    if session is not None and session.created_at > tx.now:
        raise UnknownThingError(thing_id)
    sold = [channel.name for channel in tx.channels.values() if channel.has_transactions]
    if session is not None:
        channel = tx.channels[session.channel]
        if not channel.has_transactions and not (kind is Kind.REFUND and channel.has_charge_record):
            raise ImpossibleError(f"{thing_id} was not sold by a vendor that shows {_SHOWN_AS[kind]}.")
        sold = [channel.name]
    wanted = thing_id if session is None else charge_of(session)
    found = [(name, it) for name in sold for it in transactions.transactions_by_id(tx, name, (wanted,))]
    if not found and session is None:
        raise UnknownThingError(thing_id)
    if not found:
        raise ImpossibleError(f"Nothing has been charged for {thing_id}: it goes on, or costs nothing.")
    name, charge = found[0]
    if charge.kind != Kind.CHARGE:
        raise ImpossibleError(f"{charge.id} is not a charge: its type is {charge.kind}.")
    if charge.status(tx.now) == FAILED:
        raise ImpossibleError(f"The payment of {charge.id} has failed.")
    if charge.status(tx.now) == PENDING:
        raise ImpossibleError(f"{charge.id} is paid at {millis(charge.settles_at)}, and is not given back before.")
    return name, charge, charge.fleet if session is None or session.user is None else session.user
