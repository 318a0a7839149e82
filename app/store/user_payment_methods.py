"""The payment methods of a user: numbered pages of them, newest first, and which one is the default."""

from collections.abc import Callable
from typing import Final

from sqlalchemy import and_, bindparam, func, select

from ..domain import models
from .database.compiled_statements import CompiledStatement
from .database.json_values import member
from .schema.entity_mapping import EntityQuery
from .schema.tables import END_USER, PAYMENT_METHOD
from .user_sessions import Page
from .users import IS_THERE
from .world_transaction import WorldTransaction

DEFAULT: Final = "default_payment_method"
"""The member of a user's details with the id of the default. If it is not theirs, the newest is the default."""


def user_payment_methods(
    tx: WorldTransaction, user: str, choose: Callable[[int], Page]
) -> tuple[Page, list[tuple[models.PaymentMethod, bool]]] | None:
    """Returns a page of a user's payment methods, each with whether it is the default, or None if there is no user.

    `choose` returns the page for a given number of payment methods.
    """
    named = {"world": tx.world.n, "user": user, "now": tx.now}
    counted = _COUNT.first(tx.db, named)
    if counted is None:
        return None
    count, default = counted
    page = choose(count)
    found = _PAGE.all(tx.db, {**named, "offset": page.offset, "limit": page.size})
    return page, [(method, method.id == default) for method in found]


def payment_methods_of(tx: WorldTransaction, user: str) -> list[models.PaymentMethod]:
    """Returns all payment methods of a user, newest first."""
    return _ALL.all(tx.db, {"world": tx.world.n, "user": user, "now": tx.now})


_OF_USER: Final = and_(
    PAYMENT_METHOD.in_world,
    PAYMENT_METHOD.c.user == bindparam("user"),
    PAYMENT_METHOD.c.status != models.DELETED,
    PAYMENT_METHOD.c.created_at <= bindparam("now"),
)
_NEWEST_FIRST: Final = (PAYMENT_METHOD.c.created_at.desc(), PAYMENT_METHOD.c.n.desc())
_CHOSEN: Final = select(PAYMENT_METHOD.c.id).where(_OF_USER, PAYMENT_METHOD.c.id == member(END_USER.c.details, DEFAULT))
_NEWEST: Final = select(PAYMENT_METHOD.c.id).where(_OF_USER).order_by(*_NEWEST_FIRST).limit(1)
_COUNT: Final = CompiledStatement(
    select(
        select(func.count()).select_from(PAYMENT_METHOD.table).where(_OF_USER).scalar_subquery(),
        func.coalesce(_CHOSEN.correlate(END_USER.table).scalar_subquery(), _NEWEST.scalar_subquery()),
    )
    .select_from(END_USER.table)
    .where(IS_THERE, END_USER.c.id == bindparam("user"))
)
_PAGE: Final = EntityQuery(
    PAYMENT_METHOD.mapping,
    select().where(_OF_USER).order_by(*_NEWEST_FIRST).limit(bindparam("limit")).offset(bindparam("offset")),
)
_ALL: Final = EntityQuery(PAYMENT_METHOD.mapping, select().where(_OF_USER).order_by(*_NEWEST_FIRST))
