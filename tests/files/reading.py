"""Reads invoices: the links in answers, and the figures on pages and in PDF files."""

from html.parser import HTMLParser
from io import BytesIO
from typing import Any

import httpx2
from pypdf import PdfReader

from tests.conftest import Sandbox

Row = dict[str, Any]


def settled(sandbox: Sandbox, world: str = "default", at: str | None = None) -> list[Row]:
    """The sessions of a world's sample user that have an invoice, newest first."""
    rows: list[Row] = sandbox.cariqa(world=world, at=at, page_size=100).json()["results"]
    return [row for row in rows if row["session_cost"]["invoice_view"]]


def active(sandbox: Sandbox) -> tuple[str, Row]:
    """The sample user whose charging goes on, and that session."""
    user = sandbox.world()["sample"]["cariqa"]["active_user_id"]
    rows: list[Row] = sandbox.cariqa(user, page_size=100).json()["results"]
    return user, next(row for row in rows if row["is_active"])


class InvoicePage(HTMLParser):
    """The figures on the page of an invoice: `facts` by their labels, the cells of each row of the bill, and links."""

    def __init__(self, page: httpx2.Response) -> None:
        super().__init__()
        self.facts: dict[str, str] = {}
        self.rows: list[list[str]] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self._open = ""
        self.feed(page.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._open = tag
        if tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"}:
            self.rows[-1].append("")
        self.links += [value for name, value in attrs if name in {"href", "src"} and value]

    def handle_endtag(self, _tag: str) -> None:
        self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open in {"td", "th"}:
            self.rows[-1][-1] += data
        elif self._open == "dt":
            self.facts[data] = ""
        elif self._open == "dd":
            self.facts[list(self.facts)[-1]] += data

    @property
    def lines(self) -> dict[str, str]:
        """The amounts of the lines of the bill, by their names."""
        return {row[0].partition(",")[0]: row[3] for row in self.rows[1:] if len(row) == 4}

    @property
    def sums(self) -> dict[str, str]:
        """The amounts below the lines, by their names; the total has its currency."""
        return {row[0].partition(" (")[0]: row[1] for row in self.rows if len(row) == 2}


def pdf_text(file: httpx2.Response) -> str:
    """The words of a PDF file with one space between them."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(file.content)).pages).split())
