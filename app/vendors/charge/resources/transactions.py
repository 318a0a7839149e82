"""Transactions: listed and retrieved. They follow from sessions, reservations, and what `simulate` adds."""

from collections.abc import Collection
from functools import partial
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from ....domain.clock import millis
from ....domain.transactions import Kind, Transaction
from ....store import transactions
from ....store.world_transaction import WorldTransaction, one_statement
from ....web.routing import OperationRoute
from ..auth import ChargeWorld
from ..expand import Expandable
from ..inputs import DEFAULT_LIMIT, Expand, Limit, OnlyExpand, PageToken, QueryInput, Reference, WrittenQuery
from ..pagination import PageRequest
from ..reads import answer_list, answer_object
from ..vendor import CHANNEL

_KIND: Final = "transaction"
_PATH: Final = "/v1/transactions"
_FILTERS: Final = {"driver": "driver", "fleet": "fleet"}
"""The column for each filter."""
_WORDS: Final = {Kind.CHARGE: "Charge", Kind.REFUND: "Refund", Kind.ADJUSTMENT: "Adjustment"}

router = APIRouter(route_class=OperationRoute)


class ListTransactions(QueryInput):
    """The query of a list."""

    driver: Reference | None = None
    fleet: Reference | None = None
    limit: Limit = DEFAULT_LIMIT
    page: PageToken | None = None


@router.get("/transactions")
async def list_transactions(
    request: Request,
    world: ChargeWorld,
    written: WrittenQuery,
    expand: Expand,
    query: Annotated[ListTransactions, Query()],
) -> Response:
    """Transactions, newest first."""
    asked = PageRequest(world, _PATH, written, query.page, query.limit)
    wanted = asked.query(_FILTERS)
    rows = partial(transactions.transactions, channel=CHANNEL.name, query=wanted)
    return await answer_list(request, world, expand, _KIND, asked, rows, show)


@router.get("/transactions/{transaction}")
async def retrieve_transaction(request: Request, world: ChargeWorld, expand: OnlyExpand, transaction: str) -> Response:
    """One transaction."""
    return await answer_object(request, world, expand, _KIND, transaction)


def show(it: Transaction, now: int) -> dict[str, Any]:
    """A transaction as Charge shows it at `now`.

    One of a reservation's fee has a session only if one was started for the reservation (CHARGE-103).
    """
    return {
        "id": it.id,
        "object": _KIND,
        "amount": it.amount,
        "charging_session": it.session,
        "created": millis(it.created_at),
        "currency": it.currency,
        "description": _description(it),
        "driver": it.driver,
        "fleet": it.fleet,
        "payment_method": it.payment_method,
        "status": it.status(now),
        "type": it.kind,
        "vehicle": it.vehicle,
    }


@one_statement
def shown_by_id(tx: WorldTransaction, ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """The transactions with these ids, as Charge shows them."""
    return {each.id: show(each, tx.now) for each in transactions.transactions_by_id(tx, CHANNEL.name, ids)}


def _description(it: Transaction) -> str:
    """The words of the documentation, which shows a charge for a session."""
    what = f"reservation {it.reservation}" if it.reservation else f"charging session {it.session}"
    return f"{_WORDS[Kind(it.kind)]} for {what}"


EXPANDABLE: Final = Expandable(
    _KIND,
    shown_by_id,
    {
        "charging_session": "charging_session",
        "driver": "driver",
        "fleet": "fleet",
        "payment_method": "payment_method",
        "vehicle": "vehicle",
    },
)
