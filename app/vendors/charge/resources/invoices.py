"""Invoices: listed, drafted, retrieved, updated, finalised, paid and made void."""

from collections.abc import Collection, Mapping
from functools import lru_cache, partial
from typing import Annotated, Any, ClassVar, Final, Literal

import orjson
from fastapi import APIRouter, Depends, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from ....domain.clock import instant, millis
from ....domain.invoices import PAID, VOID, InvoiceStateError, NoPaymentMethodError
from ....operations import invoices as operations
from ....operations.invoices import Draft
from ....store import fleets, invoices
from ....store.invoices import InvoiceRecord
from ....store.world_transaction import WorldTransaction
from ....web.refusals import Table
from ....web.routing import OperationRoute
from ..auth import ChargeWorld
from ..changes import answer_change
from ..details import inner, text
from ..errors import ChargeError
from ..expand import Expandable
from ..fields import CurrencyCode
from ..inputs import (
    DEFAULT_LIMIT,
    EmptyBody,
    Expand,
    Input,
    Limit,
    Metadata,
    OnlyExpand,
    PageToken,
    QueryInput,
    Reference,
    Text,
    WholeInstant,
    WrittenQuery,
    body_of,
    given,
)
from ..metadata import merged
from ..pagination import PageRequest
from ..reads import answer_list, answer_object
from ..vendor import NAME
from .accounts import default_currency, own_account

_KIND: Final = "invoice"
_PATH: Final = "/v1/invoices"
_FILTERS: Final = {"fleet": "owner"}
"""The column for each filter."""
_INVALID: Final = "invoice_validation_error"
_DEFAULT_METHOD: Final = "default_payment_method"

router = APIRouter(route_class=OperationRoute)


class ListInvoices(QueryInput):
    """The query of a list. The statuses are those that an invoice can have (CHARGE-111)."""

    fleet: Reference | None = None
    status: Literal["draft", "open", "paid", "overdue", "void"] | None = None
    limit: Limit = DEFAULT_LIMIT
    page: PageToken | None = None


class CreateInvoice(Input):
    """The body that drafts an invoice: of a fleet, or else of the account (CHARGE-112)."""

    error_code: ClassVar[str | None] = _INVALID

    period_start: WholeInstant
    period_end: WholeInstant
    fleet: Reference | None = None
    currency: CurrencyCode | None = None
    description: Text | None = None
    metadata: Metadata = Field(default_factory=dict)


class UpdateInvoice(Input):
    """The body that changes a draft; what it leaves out is kept."""

    error_code: ClassVar[str | None] = _INVALID

    description: Text | None = None
    metadata: Metadata = Field(default_factory=dict)


class PayInvoice(Input):
    """The body that pays an invoice."""

    payment_method: Reference | None = None


@router.get("/invoices")
async def list_invoices(
    request: Request, world: ChargeWorld, written: WrittenQuery, expand: Expand, query: Annotated[ListInvoices, Query()]
) -> Response:
    """Invoices, newest first."""
    asked = PageRequest(world, _PATH, written, query.page, query.limit)
    wanted = asked.query(_FILTERS, query.status)
    rows = partial(invoices.invoice_page, vendor=NAME, query=wanted)
    return await answer_list(request, world, expand, _KIND, asked, rows, show)


@router.post("/invoices")
async def create_invoice(
    request: Request, world: ChargeWorld, body: Annotated[CreateInvoice, Depends(body_of(CreateInvoice))]
) -> Response:
    """Drafts an invoice."""
    if body.period_end <= body.period_start:
        raise ChargeError(400, "Invalid period_end: must be after period_start.", code=_INVALID, param="period_end")
    return await answer_change(request, world, _create, body)


@router.get("/invoices/{invoice}")
async def retrieve_invoice(request: Request, world: ChargeWorld, expand: OnlyExpand, invoice: str) -> Response:
    """One invoice."""
    return await answer_object(request, world, expand, _KIND, invoice)


@router.post("/invoices/{invoice}")
async def update_invoice(
    request: Request, world: ChargeWorld, invoice: str, body: Annotated[UpdateInvoice, Depends(body_of(UpdateInvoice))]
) -> Response:
    """Changes a draft."""
    return await answer_change(request, world, _update, invoice, body)


@router.post("/invoices/{invoice}/finalize")
async def finalize_invoice(request: Request, world: ChargeWorld, _body: EmptyBody, invoice: str) -> Response:
    """Opens a draft."""
    return await answer_change(request, world, _finalize, invoice)


@router.post("/invoices/{invoice}/pay")
async def pay_invoice(
    request: Request,
    world: ChargeWorld,
    invoice: str,
    body: Annotated[PayInvoice, Depends(body_of(PayInvoice, optional=True))],
) -> Response:
    """Pays an invoice."""
    return await answer_change(request, world, _pay, invoice, body)


@router.post("/invoices/{invoice}/void")
async def void_invoice(request: Request, world: ChargeWorld, _body: EmptyBody, invoice: str) -> Response:
    """Makes an invoice void."""
    return await answer_change(request, world, _void, invoice)


def show(invoice: InvoiceRecord, now: int) -> dict[str, Any]:
    """An invoice as Charge shows it at `now`. One that is paid or void has nothing due (CHARGE-108)."""
    it, body = invoice.document, invoice.body
    status, total = it.status(now), invoice.total
    is_paid = status == PAID
    return {
        "id": it.id,
        "object": _KIND,
        "amount_due": 0 if status in {PAID, VOID} else total,
        "amount_paid": total if is_paid else None,
        "created": millis(it.created_at),
        "currency": body["currency"],
        "description": body["description"],
        "due_date": _shown_instant(body["due_date"]),
        "fleet": it.owner,
        "line_items": invoice.lines,
        "metadata": body["metadata"],
        "paid_at": millis(it.second_at) if is_paid else None,
        "payment_method": body["payment_method"] if is_paid else None,
        "period_end": _shown_instant(body["period_end"]),
        "period_start": _shown_instant(body["period_start"]),
        "status": status,
    }


@lru_cache(maxsize=4096)
def _shown_instant(text: str) -> str:
    """An instant of a body, with milliseconds."""
    return millis(instant(text))


def shown_by_id(tx: WorldTransaction, ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """The invoices with these ids, as Charge shows them."""
    return {each.document.id: show(each, tx.now) for each in invoices.invoices_by_id(tx, NAME, ids)}


def _create(tx: WorldTransaction, body: CreateInvoice) -> dict[str, Any]:
    draft = Draft(
        since=body.period_start,
        until=body.period_end,
        currency=body.currency or default_currency(tx),
        fleet=body.fleet,
        description=body.description,
        metadata=merged({}, body.metadata, code=_INVALID),
    )
    return show(operations.create(tx, NAME, draft), tx.now)


def _update(tx: WorldTransaction, invoice_id: str, body: UpdateInvoice) -> dict[str, Any]:
    def changed(before: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**before, **given(body), "metadata": merged(before["metadata"], body.metadata, code=_INVALID)}

    return show(operations.update(tx, NAME, invoice_id, changed), tx.now)


def _finalize(tx: WorldTransaction, invoice_id: str) -> dict[str, Any]:
    return show(operations.finalize(tx, NAME, invoice_id), tx.now)


def _pay(tx: WorldTransaction, invoice_id: str, body: PayInvoice) -> dict[str, Any]:
    def method(fleet_id: str | None) -> str | None:
        return body.payment_method or _default_method(tx, fleet_id)

    return show(operations.pay(tx, NAME, invoice_id, method), tx.now)


def _void(tx: WorldTransaction, invoice_id: str) -> dict[str, Any]:
    return show(operations.void(tx, NAME, invoice_id), tx.now)


def _default_method(tx: WorldTransaction, fleet_id: str | None) -> str | None:
    """The payment method that a fleet prefers, or else the account (CHARGE-109)."""
    fleet = None if fleet_id is None else fleets.fleet(tx, fleet_id)
    of_fleet = {} if fleet is None else inner(orjson.loads(fleet.details), "preferences")
    of_account = inner(own_account(tx) or {}, "preferences")
    return text(of_fleet, _DEFAULT_METHOD, None) or text(of_account, _DEFAULT_METHOD, None)


def _wrong_state(error: InvoiceStateError) -> ChargeError:
    return ChargeError(409, str(error), code=f"invoice_{error.change}_invalid_state", param=_KIND)


EXPANDABLE: Final = Expandable(_KIND, shown_by_id, {})
"""An invoice expands nothing: the table of the guide has no row for it."""
REFUSALS: Final[Table[ChargeError]] = {
    InvoiceStateError: _wrong_state,
    NoPaymentMethodError: ChargeError(
        409,
        "There is no default payment method; name one.",
        code="invoice_payment_invalid_state",
        param="payment_method",
    ),
}
