"""Accounts of a vendor, which are documents, with what their wallets hold."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, NamedTuple

import orjson
from sqlalchemy import BigInteger, ColumnElement, and_, bindparam, case, func, literal_column, select

from ..domain.models import Document
from . import keyset_pages
from .database.id_lists import is_in
from .schema.entity_mapping import EntityMapping, JoinedQuery
from .schema.tables import DOCUMENT
from .wallets import held_by_account
from .world_transaction import WorldTransaction, one_statement


class _Totals(NamedTuple):
    """What the wallets of an account hold."""

    in_wallets: int


@dataclass(frozen=True, slots=True)
class AccountRecord:
    """An account with its totals."""

    account: Document
    totals: _Totals


@one_statement
def accounts_by_id(tx: WorldTransaction, vendor: str, kind: str, ids: Collection[str]) -> list[AccountRecord]:
    """Returns the accounts with these ids that have been created, in no order; they are documents of that kind.

    The wallets of the vendor's channel that belong to neither a driver nor a fleet nor a user are those of the account
    with the lowest number.
    """
    listed = orjson.dumps(list(ids)).decode()
    named = {"world": tx.world.n, "vendor": vendor, "channel": vendor, "kind": kind, "ids": listed, "now": tx.now}
    return _BY_IDS.all(tx.db, named)


def _in_wallets() -> ColumnElement[int]:
    """What the wallets of an account hold."""
    first = DOCUMENT.table.alias("first")
    lowest = select(func.min(first.c.n)).where(
        first.c.world == bindparam("world"),
        first.c.vendor == bindparam("vendor"),
        first.c.kind == bindparam("kind"),
        first.c.created_at <= bindparam("now"),
    )
    return case((DOCUMENT.c.n == lowest.scalar_subquery(), held_by_account()), else_=literal_column("0", BigInteger))


_BY_IDS: Final = JoinedQuery(
    AccountRecord,
    {"account": DOCUMENT.mapping, "totals": EntityMapping(_Totals, {"in_wallets": _in_wallets()})},
    select().where(
        DOCUMENT.in_world,
        and_(DOCUMENT.c.vendor == bindparam("vendor"), DOCUMENT.c.kind == bindparam("kind")),
        keyset_pages.is_created(DOCUMENT),
        is_in(DOCUMENT.c.id, "ids"),
    ),
)
