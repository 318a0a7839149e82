"""The pages: `/docs` is Swagger UI for every contract, and `/` redirects to it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from ..web import openapi
from ..web.app_context import AppContext
from ..web.local_access import LocalOnly
from ..web.responses import json_answer
from . import reference

_STATIC: Final = Path(__file__).parent / "static"
_POLICY: Final = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"
"""Forbids loading from other servers; Swagger UI needs inline styles and `data:` images."""


def routes(context: AppContext) -> Sequence[BaseRoute]:
    """The pages, for this machine and its neighbours only."""
    local = [Middleware(LocalOnly, allowed_hosts=context.allowed_hosts)]
    vendors = [vendor.name for vendor in context.worlds.vendors]

    async def contracts(request: Request) -> Response:
        """The contracts by their titles, the vendors' first, and the keys of `documented` for trying them."""
        names = sorted(openapi.names(), key=lambda name: vendors.index(name) if name in vendors else len(vendors))
        listed = [
            {"name": openapi.contract(name)["info"]["title"], "url": f"docs/contracts/{name}.json"} for name in names
        ]
        keys = {scheme: key for name in names for scheme, key in openapi.documented_keys(name).items()}
        return json_answer(request, {"contracts": listed, "keys": keys})

    return [
        Mount("/docs/static", StaticFiles(directory=_STATIC), middleware=local),
        Route("/docs/contracts.json", contracts, methods=["GET"], middleware=local),
        *reference.routes(context, local),
        Route("/docs", docs, methods=["GET"], middleware=local),
        Route("/", home, methods=["GET"]),
    ]


async def docs(_request: Request) -> Response:
    return FileResponse(_STATIC / "docs.html", headers={"Content-Security-Policy": _POLICY})


async def home(_request: Request) -> Response:
    return RedirectResponse("/docs")
