"""The invoices of a user."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from ....domain import currencies, pricing
from ....domain.clock import SECOND, micros
from ....operations.users import known_user
from ....store.user_invoices import UserInvoice, user_invoices
from ....store.world_transaction import WorldTransaction
from ....web.app_context import context_of
from ....web.routing import OperationRoute
from ..amounts import amount
from ..auth import CariqaWorld
from ..file_links import FileLinks
from ..pagination import Page, PageQuery, answer_page
from ..users import CariqaUser
from ..vendor import CHANNEL

router = APIRouter(route_class=OperationRoute)


@router.get("/users/{user_id}/invoices/")  # noqa: FAST003 - CariqaUser takes the id
async def list_invoices(
    request: Request, world: CariqaWorld, user: CariqaUser, query: Annotated[PageQuery, Query()]
) -> Response:
    """The invoices of a user, newest first: one of each settled session, and one of each refund (CARIQA-058)."""
    links = FileLinks.of(world.world, context_of(request).links.origin(request))
    return await answer_page(request, world, query, partial(_invoices, user), partial(show, links=links))


def show(invoice: UserInvoice, _now: int, links: FileLinks) -> dict[str, Any]:
    """An invoice as Cariqa shows it; its date has whole seconds."""
    currency = pricing.currency(invoice.tariff)
    total = invoice.total if invoice.refund is None else invoice.refund
    return {
        "link": links.invoice(invoice.uuid),
        "total": amount(total, currencies.decimals(currency)),
        "date": micros(invoice.at // SECOND * SECOND),
        "refund": invoice.refund is not None,
        "currency": currency,
        "charging_session_id": invoice.uuid,
    }


def _invoices(user: str, tx: WorldTransaction, *, choose: Callable[[int], Page]) -> tuple[Page, list[UserInvoice]]:
    known_user(tx, user)
    return user_invoices(tx, CHANNEL.name, user, choose)
