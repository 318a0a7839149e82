"""The invoices of a user, newest first, with their number: one of each settled session, and one of each refund."""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    BigInteger,
    Select,
    and_,
    bindparam,
    cast,
    func,
    literal_column,
    null,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.types import String

from ..domain.transactions import DOCUMENT as CORRECTION
from ..domain.transactions import Kind
from .database.compiled_statements import CompiledStatement
from .database.json_values import member
from .schema.entity_mapping import EntityMapping, EntityQuery
from .schema.partial_indexes import HAS_USER
from .schema.tables import DOCUMENT, SESSION
from .user_sessions import Page
from .world_transaction import WorldTransaction


class UserInvoice(NamedTuple):
    """An invoice: its instant, the total in minor units, and the session by its UUID and by its tariff.

    `refund` is what is given back of it, in minor units; None if the invoice is for the session itself.
    """

    at: int
    uuid: str
    tariff: str
    total: int
    refund: int | None


def user_invoices(
    tx: WorldTransaction, channel: str, user: str, choose: Callable[[int], Page]
) -> tuple[Page, list[UserInvoice]]:
    """Returns a page of a user's invoices, newest first.

    `choose` returns the page for a given number of invoices.
    """
    named = {"world": tx.world.n, "channel": channel, "user": user, "now": tx.now}
    page = choose(_COUNT.rows(tx.db, named)[0][0])
    return page, _INVOICES.all(tx.db, {**named, "offset": page.offset, "limit": page.size})


def _settled() -> Select[Any]:
    c = SESSION.c
    here = (SESSION.in_world, c.user == bindparam("user"), HAS_USER)
    return select(c.settled_at.label("at"), c.n, _NO_ENTRY.label("entry"), _NO_REFUND.label("refund")).where(
        *here, c.created_at <= bindparam("now"), c.settled_at <= bindparam("now")
    )


def _refunded() -> Select[Any]:
    c, body = DOCUMENT.c, type_coerce(DOCUMENT.c.body, String)
    is_session = and_(SESSION.c.world == c.world, SESSION.c.id == member(body, "session"))
    refund = -member(body, "amount", int)
    return (
        select(c.created_at.label("at"), SESSION.c.n, c.n.label("entry"), refund.label("refund"))
        .join_from(DOCUMENT.table, SESSION.table, is_session)
        .where(
            *(DOCUMENT.in_world, c.vendor == bindparam("channel"), c.kind == literal_column(f"'{CORRECTION}'")),
            *(c.owner == bindparam("user"), c.created_at <= bindparam("now")),
            member(body, "kind") == literal_column(f"'{Kind.REFUND}'"),
        )
    )


_NO_ENTRY: Final = literal_column("0", BigInteger)
"""In place of the number of a refund's document."""
_NO_REFUND: Final = cast(null(), BigInteger)
_PLACES: Final = union_all(_settled(), _refunded()).subquery("places")
_COUNT: Final = CompiledStatement(select(func.count()).select_from(_PLACES))
_PAGE: Final = (
    select(*_PLACES.c)
    .order_by(_PLACES.c.at.desc(), _PLACES.c.n.desc(), _PLACES.c.entry.desc())
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
    .subquery("page")
)
"""The page is found in an index and among the few refunds before any session is read."""
_TOTAL: Final = (
    SESSION.c.kwh_cost
    + SESSION.c.time_cost
    + SESSION.c.session_cost
    + SESSION.c.starting_cost
    + SESSION.c.blocking_cost
)
_INVOICES: Final = EntityQuery(
    EntityMapping(
        UserInvoice,
        {
            "at": _PAGE.c.at,
            "uuid": SESSION.c.uuid,
            "tariff": SESSION.c.tariff,
            "total": _TOTAL,
            "refund": _PAGE.c.refund,
        },
    ),
    select()
    .join_from(_PAGE, SESSION.table, and_(SESSION.in_world, SESSION.c.n == _PAGE.c.n))
    .order_by(_PAGE.c.at.desc(), _PAGE.c.n.desc(), _PAGE.c.entry.desc()),
)
