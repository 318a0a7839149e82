"""Payment methods of drivers and fleets, and those of neither: a page of them, or those with given ids.

Those of users, whom another vendor knows, are left out.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, NamedTuple

import orjson
from sqlalchemy import select

from ..domain import models
from . import keyset_pages
from .database.id_lists import is_in
from .keyset_pages import PageQuery
from .schema.entity_mapping import EntityMapping, JoinedQuery
from .schema.tables import PAYMENT_METHOD
from .wallets import held_if_wallet
from .world_transaction import WorldTransaction, one_statement

save_payment_method: Final = PAYMENT_METHOD.save


class Held(NamedTuple):
    """What a wallet holds, in minor units."""

    balance: int


@dataclass(frozen=True, slots=True)
class PaymentMethodRecord:
    """A payment method, and what it holds if it is a wallet."""

    method: models.PaymentMethod
    held: Held | None

    @property
    def created_at(self) -> int:
        return self.method.created_at

    @property
    def n(self) -> int:
        return self.method.n


@one_statement
def payment_methods(tx: WorldTransaction, channel: str, query: PageQuery) -> list[PaymentMethodRecord]:
    """Returns the payment methods of a page, and the one after it if there is one. Wallets pay in that channel.

    The filters are their owners, `driver` and `fleet`, and their `kind`.
    """
    statement = _page(tuple(query.filters), newer=query.newer)
    return statement.all(tx.db, keyset_pages.parameters(tx, query, None) | {"channel": channel})


@one_statement
def payment_methods_by_id(tx: WorldTransaction, channel: str, ids: Collection[str]) -> list[PaymentMethodRecord]:
    """Returns the payment methods with these ids that have been created, in no order."""
    listed = orjson.dumps(list(ids)).decode()
    return _BY_IDS.all(tx.db, {"world": tx.world.n, "now": tx.now, "channel": channel, "ids": listed})


def insert_payment_method(tx: WorldTransaction, new: models.PaymentMethod) -> None:
    """Inserts a payment method."""
    PAYMENT_METHOD.insert(tx.db, tx.world.n, [new])


_IS_NO_USERS: Final = PAYMENT_METHOD.c.user.is_(None)
_MAPPINGS: Final[dict[str, EntityMapping[Any]]] = {
    "method": PAYMENT_METHOD.mapping,
    "held": EntityMapping(Held, {"balance": held_if_wallet()}),
}


@cache
def _page(filters: tuple[str, ...], *, newer: bool) -> JoinedQuery[PaymentMethodRecord]:
    statement = keyset_pages.page(select().where(_IS_NO_USERS), PAYMENT_METHOD, filters, newer=newer)
    return JoinedQuery(PaymentMethodRecord, _MAPPINGS, statement)


_BY_IDS: Final = JoinedQuery(
    PaymentMethodRecord,
    _MAPPINGS,
    select().where(
        PAYMENT_METHOD.in_world,
        keyset_pages.is_created(PAYMENT_METHOD),
        _IS_NO_USERS,
        is_in(PAYMENT_METHOD.c.id, "ids"),
    ),
)
