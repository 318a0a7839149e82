"""The pages: `/docs` is Swagger UI for every contract, and `/` redirects to it.

Their links are relative, so they also work below a path that a proxy removes.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..web import openapi
from ..web.app_context import AppContext
from ..web.local_access import LocalOnly
from ..web.responses import json_answer
from . import reference

_STATIC: Final = Path(__file__).parent / "static"
_POLICY: Final = b"default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"
"""Forbids loading from other servers; Swagger UI needs inline styles and `data:` images."""
_HEADERS: Final = (
    (b"content-security-policy", _POLICY),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
)


class Protected:
    """Adds to every page, file and refusal the headers that forbid framing it and guessing its type, if it has none."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_protected(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {name for name, _ in message["headers"]}
                added = [each for each in _HEADERS if each[0] not in own]
                message = {**message, "headers": [*message["headers"], *added]}
            await send(message)

        await self._app(scope, receive, send_protected)


def routes(context: AppContext) -> Sequence[BaseRoute]:
    """The pages, for this machine and its neighbours only."""
    local = [Middleware(LocalOnly, context=context)]
    vendors = [vendor.name for vendor in context.worlds.vendors]

    async def contracts(request: Request) -> Response:
        """The contracts by their titles, the vendors' first, and the keys of `documented` for trying them."""
        names = sorted(openapi.names(), key=lambda name: vendors.index(name) if name in vendors else len(vendors))
        listed = [
            {"name": openapi.contract(name)["info"]["title"], "url": f"docs/contracts/{name}.json"} for name in names
        ]
        keys = {scheme: key for name in names for scheme, key in openapi.documented_keys(name).items()}
        return json_answer(request, {"contracts": listed, "keys": keys})

    async def home(request: Request) -> Response:
        return RedirectResponse(f"{context.links.prefix(request)}/docs")

    return [
        Mount("/docs/static", StaticFiles(directory=_STATIC), middleware=local),
        Route("/docs/contracts.json", contracts, methods=["GET"], middleware=local),
        *reference.routes(context, local),
        Route("/docs", docs, methods=["GET"], middleware=local),
        Route("/docs/", home, methods=["GET"]),
        Route("/", home, methods=["GET"]),
    ]


async def docs(_request: Request) -> Response:
    return FileResponse(_STATIC / "docs.html")
