"""Invoices with their lines. Those of a draft follow from the transactions of its period, so far as they have happened.

An invoice is a document whose body has the members that its vendor shows; `line_items` is there once they are fixed.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from ..domain import invoices
from ..domain.clock import instant
from ..domain.models import Document
from . import documents
from .keyset_pages import PageQuery
from .transaction_sums import Period, sums
from .world_transaction import WorldTransaction

KIND: Final = invoices.DOCUMENT
LINES: Final = "line_items"


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
    """Returns invoices with their lines; those of all that are not fixed are added up by one statement."""
    bodies = [orjson.loads(each.body) for each in found]
    open_ends = [place for place, body in enumerate(bodies) if body.get(LINES) is None]
    periods = [_period(found[place], bodies[place]) for place in open_ends]
    added = dict(zip(open_ends, sums(tx, found[0].vendor, periods) if periods else (), strict=True))
    return [
        InvoiceRecord(
            each, body, [line._asdict() for line in _lines(body, added[place])] if place in added else body[LINES]
        )
        for place, (each, body) in enumerate(zip(found, bodies, strict=True))
    ]


def _period(document: Document, body: Mapping[str, Any]) -> Period:
    since, until = instant(body["period_start"]), instant(body["period_end"])
    return Period(document.owner, since, until, body["currency"])


def _lines(body: Mapping[str, Any], found: Sequence[invoices.Sum]) -> list[invoices.Line]:
    return invoices.lines(found, instant(body["period_start"]), instant(body["period_end"]))
