"""The files as an application of its own. A link's key is its guard, so it opens from any page and any origin."""

from collections.abc import Callable
from typing import Any, Final

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ..domain.errors import WorldFullError
from ..web.app_context import AppContext
from ..web.application import allow_any_origin, new_application
from ..web.file_pages import FileError, refusal
from ..web.refusals import install_refusals
from ..web.request_body import BadJsonError, BodyTooLargeError
from ..web.world_access import BadInstantError, UnknownKeyError
from ..worlds.directory import WorldGoneError
from ..worlds.turns import BusyError
from . import invoices, logos, reports


def application(context: AppContext) -> FastAPI:
    """The application to be mounted at the path that `web/file_links.py` names."""
    pages = (router for vendor in context.worlds.vendors for router in vendor.pages())
    app = new_application(context, invoices.router, reports.router, logos.router, *pages)
    app.state.pdf_turns = invoices.pdf_turns()
    allow_any_origin(app)
    install_refusals(app, _REFUSALS, refusal, refusal=FileError, unrouted=_unrouted)
    return app


def _unrouted(request: Request, error: HTTPException) -> Response:
    if error.status_code == 405:  # noqa: PLR2004 - the path exists, the method does not
        return refusal(request, FileError(405, f"{request.method} is not allowed here.", error.headers))
    return refusal(request, FileError(404, "There is no such file."))


_NO_WORLD: Final = FileError(404, "This link opens no world. The world was deleted or has expired, or never was.")
_REFUSALS: Final[dict[type[Exception], Callable[[Any], FileError] | FileError]] = {
    FileError: lambda error: error,
    UnknownKeyError: _NO_WORLD,
    WorldGoneError: _NO_WORLD,
    BadInstantError: lambda error: FileError(400, str(error)),
    BadJsonError: lambda error: FileError(400, error.reason),
    BodyTooLargeError: lambda error: FileError(413, str(error)),
    WorldFullError: lambda error: FileError(409, str(error)),
    BusyError: lambda error: FileError(429, str(error)),
}
