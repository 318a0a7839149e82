"""Invoices with their lines. Those of a draft follow from the transactions of its period, so far as they have happened.

An invoice is a document whose body has the members that its vendor shows; `line_items` is there once they are fixed.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import orjson

from ..domain import invoices
from ..domain.clock import instant, micros
from ..domain.models import Document
from . import documents
from .keyset_pages import PageQuery
from .transaction_sums import Period, sums
from .world_transaction import WorldTransaction

KIND: Final = invoices.DOCUMENT
LINES: Final = "line_items"
_INSTANTS: Final = ("due_date", "period_end", "period_start")
_CURRENCY: Final = "eur"


@dataclass(frozen=True, slots=True)
class InvoiceRecord:
    """An invoice, what its body says, and its lines as the body would have them."""

    document: Document
    body: Mapping[str, Any]
    lines: Sequence[Mapping[str, Any]]

    @property
    def created_at(self) -> int:
        return self.document.created_at

    @property
    def n(self) -> int:
        return self.document.n

    @property
    def total(self) -> int:
        """What it comes to, in minor units."""
        return invoices.total(line["amount"] for line in self.lines)


def invoice_page(tx: WorldTransaction, vendor: str, query: PageQuery) -> list[InvoiceRecord]:
    """Returns the invoices of a page, and the one after it if there is one. A filter is on `owner`, the fleet."""
    return with_lines(tx, documents.documents(tx, vendor, KIND, query))


def invoices_by_id(tx: WorldTransaction, vendor: str, ids: Collection[str]) -> list[InvoiceRecord]:
    """Returns the invoices with these ids that have been created, in no order."""
    return with_lines(tx, documents.documents_by_id(tx, vendor, KIND, ids))


def with_lines(tx: WorldTransaction, found: Sequence[Document]) -> list[InvoiceRecord]:
    """Returns invoices of one vendor with their lines; those that are not fixed are added up by one statement."""
    bodies = [_said(each) for each in found]
    periods = {_period(*each) for each in zip(found, bodies, strict=True) if each[1].get(LINES) is None}
    added = _added(tx, found[0].vendor, list(periods)) if periods else {}
    return [
        InvoiceRecord(each, body, body[LINES] if body.get(LINES) is not None else added[_period(each, body)])
        for each, body in zip(found, bodies, strict=True)
    ]


def _added(tx: WorldTransaction, vendor: str, periods: Sequence[Period]) -> dict[Period, list[dict[str, Any]]]:
    """The lines of each period."""
    return {
        period: [line._asdict() for line in invoices.lines(found, period.since, period.until)]
        for period, found in zip(periods, sums(tx, vendor, periods), strict=True)
    }


def _said(document: Document) -> dict[str, Any]:
    """What an invoice says. What makes no sense in that of a scenario or of a file counts as left out."""
    body = {"currency": _CURRENCY, "description": None, **orjson.loads(document.body)}
    for name in _INSTANTS:
        if not isinstance(body.get(name), str) or not _is_instant(body[name]):
            body[name] = micros(document.created_at)
    if not isinstance(body["currency"], str):
        body["currency"] = _CURRENCY
    if not isinstance(body.get("metadata"), dict):
        body["metadata"] = {}
    if not _are_lines(body.get(LINES)):
        body.pop(LINES, None)
    return body


@lru_cache(maxsize=4096)
def _is_instant(text: str) -> bool:
    try:
        instant(text)
    except ValueError:
        return False
    return True


def _are_lines(lines: object) -> bool:
    return isinstance(lines, list) and all(isinstance(each, dict) and type(each.get("amount")) is int for each in lines)


def _period(document: Document, body: Mapping[str, Any]) -> Period:
    since, until = instant(body["period_start"]), instant(body["period_end"])
    return Period(document.owner, since, until, body["currency"])
