"""Invoices: their statuses, and the lines that the transactions of their period come to. All functions are pure.

An invoice is a draft, then open, then overdue if it is neither paid nor void by its due date.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final, NamedTuple, Protocol

from .clock import DAY, NEVER, millis
from .errors import Refusal
from .models import Document
from .transactions import FEE, Kind

DOCUMENT: Final = "invoice"
"""The kind of the documents that are invoices."""
DRAFT: Final = "draft"
OPEN: Final = "open"
PAID: Final = "paid"
OVERDUE: Final = "overdue"
VOID: Final = "void"
DUE_AFTER: Final = 7 * DAY
"""From the creation of an invoice to its due date (CHARGE-107)."""
_CHANGES: Final = {
    "update": "only a draft can be updated",
    "finalize": "only a draft can be finalized",
    "payment": "only an open or overdue invoice can be paid, and a draft is opened by finalizing it",
    "void": "only an open or overdue invoice can be made void",
}
"""What can be changed, by the names of the changes."""
_ONE_MONTH: Final = 32 * DAY
"""A period that is no longer than this is named after one month."""
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


class InvoiceStateError(Refusal):
    """An invoice with that status takes no `change`, which is an update, a finalisation, a payment or a voiding."""

    def __init__(self, change: str, status: str | None) -> None:
        is_now = "a draft" if status == DRAFT else status
        super().__init__(f"The invoice is {is_now}; {_CHANGES[change]}.")
        self.change = change
        self.status = status


class NoPaymentMethodError(Refusal):
    """A payment names no payment method, and there is no default one."""


class Sum(Protocol):
    """What some transactions of one kind come to; all fees of a sum are `unit` high."""

    @property
    def kind(self) -> str: ...
    @property
    def unit(self) -> int | None: ...
    @property
    def number(self) -> int: ...
    @property
    def total(self) -> int: ...


class Line(NamedTuple):
    """A line of an invoice, in minor units; its amount is the quantity times the unit's amount."""

    amount: int
    description: str
    quantity: int
    unit_amount: int


def lines(sums: Iterable[Sum], since: int, until: int) -> list[Line]:
    """The lines of an invoice: all sessions, fees by their height, and what was given back or adjusted (CHARGE-106)."""
    kinds = (
        (Kind.CHARGE, f"Charging sessions {_named(since, until)}"),
        (FEE, "Reservation fees"),
        (Kind.REFUND, "Refunds"),
        (Kind.ADJUSTMENT, "Adjustments"),
    )
    found = sorted(sums, key=lambda each: each.unit or 0)
    return [
        Line(each.total, description, each.number if each.unit else 1, each.unit or each.total)
        for kind, description in kinds
        for each in found
        if each.kind == kind
    ]


def total(amounts: Iterable[int]) -> int:
    """What an invoice comes to: the sum of its lines, but not less than nothing."""
    return max(0, sum(amounts))


def finalized(invoice: Document, due_at: int, now: int) -> Document:
    """A draft, opened now. Raises InvoiceStateError if it is none."""
    _refuse(invoice, "finalize", now, DRAFT)
    return replace(invoice, first=DRAFT, second=OPEN, second_at=now, third=OVERDUE, third_at=due_at)


def due_after(due_at: int, now: int) -> int:
    """The due date of an invoice that is opened now: it is not overdue at once, even if its draft is old."""
    return due_at if due_at > now else now + DUE_AFTER


def paid(invoice: Document, now: int) -> Document:
    """An open or overdue invoice, paid now. Raises InvoiceStateError if it is neither."""
    return _closed(invoice, "payment", PAID, now)


def voided(invoice: Document, now: int) -> Document:
    """An open or overdue invoice, void from now on. Raises InvoiceStateError if it is neither."""
    return _closed(invoice, "void", VOID, now)


def refuse_update(invoice: Document, now: int) -> None:
    """Raises InvoiceStateError unless the invoice is a draft."""
    _refuse(invoice, "update", now, DRAFT)


def _closed(invoice: Document, change: str, status: str, now: int) -> Document:
    _refuse(invoice, change, now, OPEN, OVERDUE)
    before = invoice.status(now)
    return replace(invoice, first=before, second=status, second_at=now, third=None, third_at=NEVER)


def _refuse(invoice: Document, change: str, now: int, *takes_it: str) -> None:
    status = invoice.status(now)
    if status not in takes_it:
        raise InvoiceStateError(change, status)


def _named(since: int, until: int) -> str:
    """A period in words: the month in which its middle lies, or its first and last day if it is longer."""
    if until - since > _ONE_MONTH:
        return f"from {millis(since)[:10]} to {millis(until - 1)[:10]}"
    year, month = millis((since + until) // 2)[:7].split("-")
    return f"for {_MONTHS[int(month) - 1]} {year}"
