"""Transactions: lists or single ones, out of what they come from, and the refunds of one."""

from collections.abc import Collection
from functools import cache
from typing import Any, Final

import orjson
from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select, union_all

from ..domain.transactions import PREFIX, Transaction
from . import keyset_pages
from .database.compiled_statements import CompiledStatement
from .database.id_lists import is_in
from .database.json_values import member
from .keyset_pages import PageQuery, equals
from .schema.entity_mapping import EntityMapping, EntityQuery
from .schema.partial_indexes import HAS_TRANSACTION
from .transaction_sources import ENTRIES, FEES, SESSIONS, SOURCES, Source
from .world_transaction import WorldTransaction, one_statement


@one_statement
def transactions(tx: WorldTransaction, channel: str, query: PageQuery) -> list[Transaction]:
    """Returns the transactions of a page of a channel, and the one after it if there is one.

    The filters are `driver` and `fleet`.
    """
    statement = _page(tuple(query.filters), newer=query.newer)
    return statement.all(tx.db, keyset_pages.parameters(tx, query, None) | {"channel": channel})


@one_statement
def transactions_by_id(tx: WorldTransaction, channel: str, ids: Collection[str]) -> list[Transaction]:
    """Returns the transactions of a channel with these ids that have been made, in no order."""
    ends = [each.removeprefix(PREFIX) for each in ids if each.startswith(PREFIX)]
    listed = {"ids": list(ids), "sessions": [f"cs_{end}" for end in ends], "bookings": [f"res_{end}" for end in ends]}
    texts = {name: orjson.dumps(each).decode() for name, each in listed.items()}
    return _BY_IDS.all(tx.db, {"world": tx.world.n, "now": tx.now, "channel": channel, **texts})


def corrected_by(tx: WorldTransaction, channel: str, transaction_id: str) -> int:
    """Returns what the refunds and adjustments of a charge come to, those to come included; refunds are negative."""
    named = {"world": tx.world.n, "channel": channel, "id": transaction_id}
    return int(_CORRECTIONS.rows(tx.db, named)[0][0])


@cache
def _page(filters: tuple[str, ...], *, newer: bool) -> EntityQuery[Transaction]:
    parts = [_nearest(source, filters, newer=newer).subquery() for source in SOURCES]
    union = union_all(*(select(part) for part in parts)).subquery("found")
    c = union.c
    order = (c.created_at, c.n) if newer else (c.created_at.desc(), c.n.desc())
    nearest = select().select_from(union).order_by(*order).limit(bindparam("count"))
    return EntityQuery(EntityMapping(Transaction, dict(c)), nearest)


def _nearest(source: Source, filters: tuple[str, ...], *, newer: bool) -> Select[Any]:
    """The rows of one source that the page can have."""
    at, n = source.instant, source.columns["n"]
    beyond = or_(at > bindparam("at"), n > bindparam("n")) if newer else or_(at < bindparam("at"), n < bindparam("n"))
    order = (at, source.table.c.n) if newer else (at.desc(), source.table.c.n.desc())
    wanted = [
        equals(source.columns[name], bindparam(name), in_index=name == "driver" or "driver" not in filters)
        for name in filters
    ]
    here = at.between(bindparam("low"), bindparam("high"))
    return source.rows(*wanted, here, beyond).order_by(*order).limit(bindparam("count"))


def _by_ids() -> EntityQuery[Transaction]:
    """Sessions by their ids or by those of their payments, reservations, and documents."""
    found: list[tuple[Source, ColumnElement[bool]]] = [
        (SESSIONS, and_(is_in(SESSIONS.table.c.id, "sessions"), SESSIONS.table.c.transaction.is_(None))),
        (SESSIONS, and_(is_in(SESSIONS.table.c.transaction, "ids"), HAS_TRANSACTION)),
        (FEES, is_in(FEES.table.c.id, "bookings")),
        (ENTRIES, is_in(ENTRIES.table.c.id, "ids")),
    ]
    # As the argument of a function, the instant does not keep SQLite from looking the ids up.
    made = [source.rows(condition, func.coalesce(source.instant, 0) <= bindparam("now")) for source, condition in found]
    union = union_all(*made).subquery("found")
    return EntityQuery(EntityMapping(Transaction, dict(union.c)), select().select_from(union))


_BY_IDS: Final = _by_ids()
_CORRECTIONS: Final = CompiledStatement(
    select(func.coalesce(func.sum(ENTRIES.amount), 0)).where(
        ENTRIES.table.in_world, *ENTRIES.conditions, member(ENTRIES.table.c.body, "of") == bindparam("id")
    )
)
