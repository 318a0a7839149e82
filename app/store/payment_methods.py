"""Payment methods of drivers and fleets, and those of neither: a page of them, or those with given ids.

Those of users, whom another vendor knows, are left out.
"""

from collections.abc import Collection
from functools import cache
from typing import Final

import orjson
from sqlalchemy import and_, bindparam, select

from ..domain import models
from . import keyset_pages
from .database.id_lists import is_in
from .keyset_pages import PageQuery
from .schema.entity_mapping import EntityQuery
from .schema.tables import PAYMENT_METHOD
from .world_transaction import WorldTransaction, one_statement

save_payment_method: Final = PAYMENT_METHOD.save


@one_statement
def payment_methods(tx: WorldTransaction, query: PageQuery) -> list[models.PaymentMethod]:
    """Returns the payment methods of a page, and the one after it if there is one.

    The filters are their owners, `driver` and `fleet`, and their `kind`.
    """
    statement = _page(tuple(query.filters), newer=query.newer)
    return statement.all(tx.db, keyset_pages.parameters(tx, query, None))


@one_statement
def payment_methods_by_id(tx: WorldTransaction, ids: Collection[str]) -> list[models.PaymentMethod]:
    """Returns the payment methods with these ids that have been created, in no order."""
    return _BY_IDS.all(tx.db, {"world": tx.world.n, "now": tx.now, "ids": orjson.dumps(list(ids)).decode()})


def insert_payment_method(tx: WorldTransaction, new: models.PaymentMethod) -> None:
    """Inserts a payment method."""
    PAYMENT_METHOD.insert(tx.db, tx.world.n, [new])


_IS_NO_USERS: Final = PAYMENT_METHOD.c.user.is_(None)


@cache
def _page(filters: tuple[str, ...], *, newer: bool) -> EntityQuery[models.PaymentMethod]:
    statement = keyset_pages.page(select().where(_IS_NO_USERS), PAYMENT_METHOD, filters, newer=newer)
    return EntityQuery(PAYMENT_METHOD.mapping, statement)


_BY_IDS: Final = PAYMENT_METHOD.query(
    and_(PAYMENT_METHOD.c.created_at <= bindparam("now"), _IS_NO_USERS), is_in(PAYMENT_METHOD.c.id, "ids")
)
