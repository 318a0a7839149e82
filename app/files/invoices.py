"""GET /{link_key}/invoices/{id} and …/{id}.pdf: the invoice of a session, as a page and as a PDF file."""

import asyncio
import re
from html import escape
from string import Template
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ..domain.clock import NEVER, millis
from ..domain.ids import canonical
from ..store.billed_sessions import billed_session
from ..web.file_links import logo_name
from ..web.file_pages import FileError, page
from ..web.responses import answer
from ..web.routing import OperationRoute
from ..web.world_access import open_linked_world
from ..worlds.turns import Turns
from .invoice_sheet import NOTE, Sheet, sheet
from .logo_drawing import svg

_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""Link keys, and the ids of sessions; no other text reaches the database."""
_WAITING: Final = 50
_PATIENCE_S: Final = 5.0
_CONTENT: Final = Template("""<header>$logo<div><h1>Invoice $number</h1><p>$operator</p></div></header>
<dl class="parties">$parties</dl>
<dl class="facts">$facts</dl>
<table>
<thead><tr><th>Item</th><th>Quantity</th><th>Price</th><th>Amount ($currency)</th></tr></thead>
<tbody>
$lines
</tbody>
<tfoot>
<tr><td colspan="3">Without VAT</td><td>$net</td></tr>
<tr><td colspan="3">VAT ($vat_rate %)</td><td>$vat</td></tr>
<tr><td colspan="3">Total, paid</td><td>$total $currency</td></tr>
</tfoot>
</table>
<p class="screen"><a href="$link">Download as PDF</a></p>
<footer><p>$note</p></footer>""")

router = APIRouter(route_class=OperationRoute)


def pdf_turns() -> Turns:
    """The turns of those who want a PDF file. One is drawn at a time: it takes a core for some 20 ms."""
    return Turns("PDF files", 1, _WAITING, _PATIENCE_S)


# Before the page, whose path fits too.
@router.get("/{link_key}/invoices/{shown_id}.pdf")
async def download_invoice(request: Request, link_key: str, shown_id: str) -> Response:
    """An invoice as a PDF file; a thread draws it."""
    it = await _sheet(request, link_key, shown_id)
    async with request.app.state.pdf_turns.one():
        # The first file imports the library, which takes longer than other requests should wait.
        file = await asyncio.to_thread(_pdf, it)
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f'inline; filename="{it.number}.pdf"',
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Referrer-Policy": "no-referrer",
    }
    return answer(request, file, media_type="application/pdf", headers=headers)


@router.get("/{link_key}/invoices/{shown_id}")
async def retrieve_invoice(request: Request, link_key: str, shown_id: str) -> Response:
    """The page of an invoice."""
    return _page(request, await _sheet(request, link_key, shown_id), f"{shown_id}.pdf")


async def _sheet(request: Request, link_key: str, shown_id: str) -> Sheet:
    if not _ID.fullmatch(link_key) or not _ID.fullmatch(shown_id):
        raise FileError(404, "There is no such file.")
    world = await open_linked_world(request, link_key)
    billed = await world.ask(billed_session, canonical(shown_id))
    if billed is None:
        raise FileError(404, "There is no such invoice.")
    found = sheet(billed, world.now)
    if found is not None:
        return found
    at = millis(world.now)
    if world.now < billed.session.ended_at:
        raise FileError(404, f"This invoice is not there yet: at {at}, by the world's clock, the session goes on.")
    if billed.session.settled_at == NEVER:
        raise FileError(404, f"This invoice is not there yet: at {at}, by the world's clock, the session is unpaid.")
    raise FileError(404, f"This invoice is not there yet: at {at}, by the world's clock, the session is not settled.")


def _page(request: Request, it: Sheet, link: str) -> Response:
    content = _CONTENT.substitute(
        logo=svg(logo_name(it.operator)),
        number=it.number,
        operator=escape(it.operator),
        parties=_pairs(it.parties),
        facts=_pairs(it.facts),
        lines="\n".join(f"<tr>{''.join(f'<td>{escape(text)}</td>' for text in line)}</tr>" for line in it.lines),
        net=it.net,
        vat_rate=it.vat_rate,
        vat=it.vat,
        total=it.total,
        currency=escape(it.currency),
        link=escape(link),
        note=NOTE,
    )
    return page(request, f"Invoice {it.number}", content)


def _pairs(pairs: tuple[tuple[str, str], ...]) -> str:
    return "".join(f"<div><dt>{label}</dt><dd>{escape(text)}</dd></div>" for label, text in pairs)


def _pdf(it: Sheet) -> bytes:
    from .invoice_pdf import pdf  # noqa: PLC0415 - a start does not wait for the library

    return pdf(it)
