"""Debts of users: sessions whose payments have failed, and are not paid yet at an instant.

A debt begins with its session's end and lasts until the session is settled. Where an event has made the payment fail,
or the debt has been paid, a document says from when until when it was a debt (`domain.debts`), so that a read at an
earlier instant finds what was there then.
"""

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, literal_column, select, union_all

from ..domain import models
from ..domain.clock import NEVER
from .database.compiled_statements import CompiledStatement
from .debt_notes import IS_NOTE, notes_on_session
from .schema.entity_mapping import EntityQuery
from .schema.partial_indexes import IS_UNPAID, SHOWN_BY_UUID
from .schema.tables import DOCUMENT, SESSION
from .sessions import SOLD_SESSION
from .user_sessions import Page
from .world_transaction import WorldTransaction


def debts_of_user(
    tx: WorldTransaction, channel: str, user: str, choose: Callable[[int], Page]
) -> tuple[Page, list[models.Session]]:
    """Returns a page of the sessions for which a user has debts, newest first.

    `choose` returns the page for a given number of debts.
    """
    named = {"world": tx.world.n, "channel": channel, "user": user, "now": tx.now}
    page = choose(_COUNT.rows(tx.db, named)[0][0])
    return page, _DEBTS.all(tx.db, {**named, "offset": page.offset, "limit": page.size})


def unpaid(of_session: ColumnElement[Any]) -> Select[Any]:
    """Selects a column of one of the sessions for which the user has a debt."""
    return _owed(of_session).limit(1)


def _owed(*columns: ColumnElement[Any]) -> Select[Any]:
    """Selects columns of the sessions for which the user has debts."""
    c = SESSION.c
    has_ended = and_(SESSION.in_world, c.user == bindparam("user"), c.ended_at <= bindparam("now"))
    costs = c.kwh_cost + c.time_cost + c.session_cost + c.starting_cost + c.blocking_cost > literal_column("0")
    fails_later = exists().where(notes_on_session(), DOCUMENT.c.created_at > bindparam("now"))
    failed = select(*columns).where(has_ended, costs, IS_UNPAID, ~fails_later)
    paid_later = (
        select(*columns)
        .join_from(DOCUMENT.table, SESSION.table, and_(notes_on_session(), SHOWN_BY_UUID))
        .where(
            *(DOCUMENT.in_world, DOCUMENT.c.vendor == bindparam("channel"), IS_NOTE),
            DOCUMENT.c.owner == bindparam("user"),
            DOCUMENT.c.created_at <= bindparam("now"),
            DOCUMENT.c.second_at > bindparam("now"),
            *(has_ended, costs, c.settled_at < literal_column(str(NEVER))),
        )
    )
    owed = union_all(failed, paid_later).subquery("owed")
    return select(*owed.c)


_NUMBERS: Final = _owed(SESSION.c.n, SESSION.c.created_at).subquery("numbers")
_COUNT: Final = CompiledStatement(select(func.count()).select_from(_NUMBERS))
_PAGE: Final = (
    select(_NUMBERS.c.n)
    .order_by(_NUMBERS.c.created_at.desc(), _NUMBERS.c.n.desc())
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
    .subquery("page")
)
_DEBTS: Final = EntityQuery(
    SOLD_SESSION,
    select()
    .join_from(_PAGE, SESSION.table, and_(SESSION.in_world, SESSION.c.n == _PAGE.c.n))
    .order_by(SESSION.c.created_at.desc(), SESSION.c.n.desc()),
)
