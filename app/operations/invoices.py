"""Drafts, finalises, pays and voids invoices."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from ..domain import invoices
from ..domain.clock import NEVER, instant, micros
from ..domain.errors import PaymentDeclinedError, UnknownObjectError
from ..domain.models import Card, Document, PaymentMethod
from ..domain.sessions.authorisation import authorise_payment
from ..store import parties, sessions, wallets
from ..store.invoices import KIND, LINES, InvoiceRecord, with_lines
from ..store.world_transaction import WorldTransaction
from .documents import change_document, create_document, known_document
from .fleets import known_fleet

_DUE: Final = "due_date"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a caller asks for: a period, of one fleet or of all."""

    since: int
    until: int
    currency: str
    fleet: str | None = None
    description: str | None = None
    metadata: Mapping[str, str]


def create(tx: WorldTransaction, vendor: str, draft: Draft) -> InvoiceRecord:
    """Creates a draft. Raises UnknownObjectError for a fleet that does not exist."""
    if draft.fleet is not None:
        known_fleet(tx, draft.fleet)
    body = {
        "currency": draft.currency,
        "description": draft.description,
        _DUE: micros(tx.now + invoices.DUE_AFTER),
        "metadata": draft.metadata,
        "period_end": micros(draft.until),
        "period_start": micros(draft.since),
    }
    n = sessions.take_number(tx)
    made = create_document(tx, vendor, KIND, "inv", n, body, owner=draft.fleet, status=invoices.DRAFT)
    return with_lines(tx, [made])[0]


def update(
    tx: WorldTransaction, vendor: str, invoice_id: str, changed: Callable[[Mapping[str, Any]], Mapping[str, Any]]
) -> InvoiceRecord:
    """Saves what `changed` makes of the body of a draft. Raises UnknownObjectError or InvoiceStateError."""
    invoice = _known(tx, vendor, invoice_id)
    invoices.refuse_update(invoice.document, tx.now)
    return _saved(tx, invoice.document, changed(invoice.body))


def finalize(tx: WorldTransaction, vendor: str, invoice_id: str) -> InvoiceRecord:
    """Opens a draft and fixes its lines. Raises UnknownObjectError or InvoiceStateError."""
    invoice = _known(tx, vendor, invoice_id)
    due_at = invoices.due_after(instant(invoice.body[_DUE]), tx.now)
    opened = invoices.finalized(invoice.document, due_at, tx.now)
    return _saved(tx, opened, {**invoice.body, LINES: invoice.lines, _DUE: micros(due_at)})


def pay(
    tx: WorldTransaction, vendor: str, invoice_id: str, payment_method: Callable[[str | None], str | None]
) -> InvoiceRecord:
    """Pays an open or overdue invoice by the payment method that is named for its fleet.

    Raises UnknownObjectError, InvoiceStateError, NoPaymentMethodError, or what `authorise_payment` raises.
    """
    invoice = _known(tx, vendor, invoice_id)
    closed = invoices.paid(invoice.document, tx.now)
    named = payment_method(invoice.document.owner)
    if named is None:
        raise invoices.NoPaymentMethodError("The invoice has no payment method, and there is no default one.")
    method = parties.payment_method(tx, named)
    if method is None or not _is_usable(tx, method, invoice.document.owner):
        raise UnknownObjectError("payment_method", named)
    _authorise(tx, vendor, method, invoice.total)
    return _saved(tx, closed, {**invoice.body, "payment_method": method.id, "amount_paid": invoice.total})


def void(tx: WorldTransaction, vendor: str, invoice_id: str) -> InvoiceRecord:
    """Makes an open or overdue invoice void. Raises UnknownObjectError or InvoiceStateError."""
    invoice = _known(tx, vendor, invoice_id)
    return _saved(tx, invoices.voided(invoice.document, tx.now), invoice.body)


def _known(tx: WorldTransaction, vendor: str, invoice_id: str) -> InvoiceRecord:
    return with_lines(tx, [known_document(tx, vendor, KIND, invoice_id)])[0]


def _saved(tx: WorldTransaction, document: Document, body: Mapping[str, Any]) -> InvoiceRecord:
    return with_lines(tx, [change_document(tx, document, body)])[0]


def _is_usable(tx: WorldTransaction, method: PaymentMethod, fleet: str | None) -> bool:
    """Whether it pays the invoice of a fleet, or of the account: one of that fleet, or of no driver, fleet and user."""
    if method.created_at > tx.now or method.driver is not None or method.user is not None:
        return False
    return fleet is None or method.fleet is None or method.fleet == fleet


def _authorise(tx: WorldTransaction, vendor: str, method: PaymentMethod, amount: int) -> None:
    """Raises what `authorise_payment` raises if the payment method, which may pay, does not pay the amount.

    An invoice is paid at once, so a card that fails at settlement fails now (CHARGE-109), and a wallet has to hold the
    amount (CHARGE-110).
    """
    authorise_payment(replace(method, fleet=None), driver=None, fleet=None, now=tx.now)
    balances = wallets.wallet_balances(tx, vendor, (method.id,))
    if method.card is Card.FAILS_AT_SETTLEMENT or balances.get(method.id, NEVER) < amount:
        raise PaymentDeclinedError(method.id)
