"""The pages beside Swagger UI: what is known of each vendor's operations and fields, and its quirks."""

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from string import Template
from typing import Final

from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from ..web import openapi
from ..web.app_context import AppContext
from ..web.fidelity import MEANINGS
from ..web.responses import json_answer
from ..worlds.vendor import Vendor
from . import fidelity

_POLICY: Final = "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'"
"""These pages have a style sheet and nothing else."""
_PAGE: Final = Template("""<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Wattif: $title</title>
  <link rel="icon" href="../static/swagger-ui/favicon-32x32.png">
  <link rel="stylesheet" href="../static/docs.css">
</head>
<body>
  <header>
    <h1>Wattif</h1>
    <p><a href="../../docs">The APIs</a> $links</p>
  </header>
  <main class="reference">
$content
  </main>
</body>
</html>
""")


def routes(context: AppContext, access: Sequence[Middleware]) -> list[BaseRoute]:
    """The pages of each vendor, and the contracts that Swagger UI shows, whose descriptions link to them."""
    vendors = {vendor.name: vendor for vendor in context.worlds.vendors}

    async def shown_contract(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in openapi.names():
            raise HTTPException(404)
        served = openapi.served(name, context.links.origin(request))
        return json_answer(request, fidelity.described(served, name) if name in vendors else served)

    async def table(request: Request) -> Response:
        vendor = _with_contract(vendors, request)
        return _answer(vendor, "what is known", fidelity.table(openapi.contract(vendor.name), vendor.name))

    async def quirks(request: Request) -> Response:
        vendor = _with_contract(vendors, request)
        if vendor.quirks is None:
            raise HTTPException(404)
        text = re.sub(r"(?<=- Source: )\S+", r"<\g<0>>", vendor.quirks.read_text("utf-8"))
        return _answer(vendor, "what is odd or assumed", text)

    return [
        Route("/docs/contracts/{name}.json", shown_contract, methods=["GET"], middleware=access),
        Route("/docs/fidelity/{vendor}", table, methods=["GET"], middleware=access),
        Route("/docs/quirks/{vendor}", quirks, methods=["GET"], middleware=access),
    ]


def _with_contract(vendors: dict[str, Vendor], request: Request) -> Vendor:
    vendor = vendors.get(request.path_params["vendor"])
    if vendor is None or vendor.name not in openapi.names():
        raise HTTPException(404)
    return vendor


def _answer(vendor: Vendor, title: str, markdown: str) -> Response:
    links = f'<a href="../fidelity/{vendor.name}">What is known</a> <a href="../quirks/{vendor.name}">Quirks</a>'
    page = _PAGE.substitute(title=f"{vendor.title}, {title}", links=links, content=_html(markdown))
    return HTMLResponse(page, headers={"Content-Security-Policy": _POLICY})


@cache
def _html(markdown: str) -> str:
    """The text in HTML, after links to its parts. What stands before the colon of a heading is its anchor."""
    from markdown_it import MarkdownIt  # noqa: PLC0415 - a start does not wait for it

    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(markdown)
    parts = []
    for heading, inline in pairwise(tokens):
        if heading.type == "heading_open":
            anchor = inline.content.partition(":")[0]
            heading.attrSet("id", anchor)
            if heading.tag == "h2":
                parts.append(f"- [{inline.content}](<#{anchor}>)")
    html = str(parser.renderer.render(tokens, parser.options, {}))
    contents = str(parser.render("\n".join(parts)))
    html = html.replace("<h2", f"<nav>{contents}</nav>\n<h2", 1)
    return re.sub(rf"<td>({'|'.join(MEANINGS)})</td>", r'<td class="\1">\1</td>', html)
