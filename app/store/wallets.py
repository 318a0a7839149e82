"""What wallets hold: payment methods that pay from a balance, which follows from what they have paid (CHARGE-110).

A wallet holds what it held when it was created, less the charges and invoices that it has paid, plus what came back to
it. That may be less than nothing, because the price of a session is known only at its end.
"""

from collections.abc import Collection
from typing import Any, Final

import orjson
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    select,
)

from ..domain.invoices import DOCUMENT as INVOICE
from ..domain.invoices import PAID
from .database.compiled_statements import CompiledStatement
from .database.id_lists import is_in
from .database.json_values import member
from .keyset_pages import is_created
from .schema.entity_table import EntityTable
from .schema.partial_indexes import OWNED_BY_NONE
from .schema.tables import DOCUMENT, PAYMENT_METHOD
from .transaction_sources import SESSIONS, SOURCES, Source
from .world_transaction import WorldTransaction, one_statement

WALLET: Final = "wallet"
"""The kind of payment methods that are wallets."""
_NOTHING: Final = literal_column("0", BigInteger)


@one_statement
def wallet_balances(tx: WorldTransaction, channel: str, ids: Collection[str]) -> dict[str, int]:
    """Returns what each wallet holds, by their ids; payment methods of other kinds are left out."""
    listed = orjson.dumps(list(ids)).decode()
    return {str(name): int(held) for name, held in _BY_IDS.rows(tx.db, _named(tx, channel) | {"ids": listed})}


def held_by_account() -> ColumnElement[int]:
    """A column of any statement: what the wallets hold that belong to neither a driver nor a fleet nor a user.

    The statement has the parameters `world`, `now` and `channel`.
    """
    held = select(_total(_balance())).where(PAYMENT_METHOD.in_world, OWNED_BY_NONE, is_created(PAYMENT_METHOD))
    return held.correlate(None).scalar_subquery()


def held_if_wallet() -> ColumnElement[int]:
    """A column of a statement that reads payment methods: what each holds, if it is a wallet, or else null.

    The statement has the parameters `world`, `now` and `channel`.
    """
    return case((PAYMENT_METHOD.c.kind == _word(WALLET), _balance()))


def held_by(owners: EntityTable[Any]) -> ColumnElement[int]:
    """A column of a statement that reads drivers or fleets: what the wallets of each hold.

    The statement has the parameters `world`, `now` and `channel`.
    """
    owner = PAYMENT_METHOD.c[owners.table.name]
    held = select(_total(_balance())).where(PAYMENT_METHOD.c.world == owners.c.world, owner == owners.c.id, _IS_WALLET)
    return held.correlate(owners.table).scalar_subquery()


def _named(tx: WorldTransaction, channel: str) -> dict[str, Any]:
    return {"world": tx.world.n, "now": tx.now, "channel": channel}


def _balance() -> ColumnElement[int]:
    """What a wallet holds."""
    opening = cast(func.coalesce(member(PAYMENT_METHOD.c.details, "wallet.balance", int), _NOTHING), BigInteger)
    in_sessions, in_fees, back = (_charged(source) for source in SOURCES)
    return opening - in_sessions - in_fees - back - _invoiced()


def _charged(source: Source) -> ColumnElement[int]:
    """What a wallet has paid of one source; what came back counts as negative.

    It is looked up among what is not older than the wallet, because the owner may have been another then.
    """
    c = PAYMENT_METHOD.c
    of = source.table.c
    found = source.rows(
        func.coalesce(source.columns["payment_method"], "") == c.id,
        source.columns["settles_at"] <= bindparam("now"),
        of.created_at >= c.created_at,
    )
    if source is SESSIONS:
        found = found.where(of.channel == bindparam("channel"))
    return _sum(source.amount, found)


def _invoiced() -> ColumnElement[int]:
    """What a wallet has paid of invoices, whose bodies hold it as `amount_paid`."""
    c = DOCUMENT.c
    found = select().where(
        DOCUMENT.in_world,
        c.vendor == bindparam("channel"),
        c.kind == _word(INVOICE),
        c.second == _word(PAID),
        c.second_at <= bindparam("now"),
        member(c.body, "payment_method") == PAYMENT_METHOD.c.id,
    )
    return _sum(member(c.body, "amount_paid", int), found)


def _sum(amount: ColumnElement[int], of: Select[Any]) -> ColumnElement[int]:
    return of.with_only_columns(_total(amount)).correlate(PAYMENT_METHOD.table).scalar_subquery()


def _word(text: str) -> ColumnElement[str]:
    return literal_column(f"'{text}'", String)


def _total(amount: ColumnElement[int]) -> ColumnElement[int]:
    return cast(func.coalesce(func.sum(amount), _NOTHING), BigInteger)


_IS_WALLET: Final = and_(PAYMENT_METHOD.c.kind == _word(WALLET), is_created(PAYMENT_METHOD))
_BY_IDS: Final = CompiledStatement(
    select(PAYMENT_METHOD.c.id, _balance()).where(
        PAYMENT_METHOD.in_world, _IS_WALLET, is_in(PAYMENT_METHOD.c.id, "ids")
    )
)
