"""GET /logos/{mark}.svg: the logo of an operator."""

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ..web.file_links import logo_mark, logo_name
from ..web.file_pages import FileError
from ..web.responses import answer
from ..web.routing import OperationRoute
from .logo_drawing import svg

_HEADERS: Final = {
    "Cache-Control": "public, max-age=86400",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
}

router = APIRouter(route_class=OperationRoute)


@router.get("/logos/{mark}.svg")
async def retrieve_logo(request: Request, mark: str) -> Response:
    """The logo for a mark, which `web/file_links.py` makes of the operator's name."""
    if logo_mark(mark) != mark:
        raise FileError(404, "There is no such logo.")
    return answer(request, svg(logo_name(mark)), media_type="image/svg+xml", headers=_HEADERS)
