"""What wallets hold, of drivers and fleets, or of the account: the balances at an instant."""

from collections.abc import Collection, Iterable
from typing import Any, Final

import orjson
from sqlalchemy import BigInteger, ColumnElement, Select, bindparam, cast, func, literal_column, select, union_all

from ..domain import wallets
from ..domain.wallets import WALLET, Wallet
from .database.id_lists import is_in
from .database.json_values import member
from .schema.entity_mapping import EntityMapping, EntityQuery
from .schema.tables import DOCUMENT, PAYMENT_METHOD
from .transaction_sources import ENTRIES, SOURCES, Source
from .world_transaction import WorldTransaction, one_statement


@one_statement
def held_in_wallets(tx: WorldTransaction, channel: str, owners: Collection[str]) -> dict[str, int]:
    """Returns what the wallets of drivers and fleets hold, by the owners' ids; owners without a wallet are left out."""
    return _held(_OF_OWNERS.all(tx.db, _named(tx, channel, owners)))


@one_statement
def held_in_account(tx: WorldTransaction, channel: str) -> int:
    """Returns what the wallets hold that belong to neither a driver nor a fleet nor a user."""
    return _held(_OF_ACCOUNT.all(tx.db, _named(tx, channel, ()))).get("", 0)


@one_statement
def wallet_balances(tx: WorldTransaction, channel: str, ids: Collection[str]) -> dict[str, int]:
    """Returns what each wallet holds, by their ids; payment methods of other kinds are left out."""
    return {each.id: wallets.balance(each) for each in _BY_IDS.all(tx.db, _named(tx, channel, ids))}


def _named(tx: WorldTransaction, channel: str, ids: Collection[str]) -> dict[str, Any]:
    return {"world": tx.world.n, "now": tx.now, "channel": channel, "ids": orjson.dumps(list(ids)).decode()}


def _held(found: Iterable[Wallet]) -> dict[str, int]:
    held: dict[str, int] = {}
    for each in found:
        owner = each.owner or ""
        held[owner] = held.get(owner, 0) + wallets.balance(each)
    return held


def _wallets(*conditions: ColumnElement[bool], of_drivers: bool) -> Select[Any]:
    """The wallets of drivers, or all others. What a driver's wallet has paid is looked up by the driver."""
    c = PAYMENT_METHOD.c
    is_wallet = c.kind == literal_column(f"'{WALLET}'")
    charged = [_charged(source, by_driver=of_drivers and source is not ENTRIES) for source in SOURCES]
    owner = c.driver if of_drivers else c.fleet
    return select(
        c.id, owner.label("owner"), c.details, (sum(charged[1:], charged[0]) + _invoiced()).label("paid")
    ).where(
        PAYMENT_METHOD.in_world,
        is_wallet,
        c.driver.is_not(None) if of_drivers else c.driver.is_(None),
        c.created_at <= bindparam("now"),
        *conditions,
    )


def _charged(source: Source, *, by_driver: bool) -> ColumnElement[int]:
    """What a wallet has paid of one source; what it got back counts as negative."""
    c = PAYMENT_METHOD.c
    found = source.rows(source.columns["payment_method"] == c.id, source.columns["settles_at"] <= bindparam("now"))
    if by_driver:
        found = found.where(source.columns["driver"] == c.driver)
    return _sum(source.amount, found)


def _invoiced() -> ColumnElement[int]:
    """What a wallet has paid of invoices, whose bodies hold it as `amount_paid`."""
    c = DOCUMENT.c
    found = select().where(
        DOCUMENT.in_world,
        c.vendor == bindparam("channel"),
        c.kind == literal_column("'invoice'"),
        member(c.body, "payment_method") == PAYMENT_METHOD.c.id,
    )
    return _sum(member(c.body, "amount_paid", int), found)


def _sum(amount: ColumnElement[int], of: Select[Any]) -> ColumnElement[int]:
    total = cast(func.coalesce(func.sum(amount), literal_column("0")), BigInteger)
    return of.with_only_columns(total).correlate(PAYMENT_METHOD.table).scalar_subquery()


def _query(*selects: Select[Any]) -> EntityQuery[Wallet]:
    found = union_all(*selects).subquery("found")
    return EntityQuery(EntityMapping(Wallet, dict(found.c)), select().select_from(found))


def _is_listed(column: str) -> ColumnElement[bool]:
    return is_in(PAYMENT_METHOD.c[column], "ids")


_OF_OWNERS: Final = _query(
    _wallets(_is_listed("driver"), of_drivers=True), _wallets(_is_listed("fleet"), of_drivers=False)
)
_OF_ACCOUNT: Final = _query(
    _wallets(PAYMENT_METHOD.c.fleet.is_(None), PAYMENT_METHOD.c.user.is_(None), of_drivers=False)
)
_BY_IDS: Final = _query(_wallets(_is_listed("id"), of_drivers=True), _wallets(_is_listed("id"), of_drivers=False))
