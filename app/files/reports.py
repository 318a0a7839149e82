"""GET /{link_key}/{vendor}/reports/{id}.csv: the file of a report."""

import re
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ..domain.clock import millis
from ..operations.reports import REPORT, SUCCEEDED, report_file
from ..store import documents
from ..store.world_transaction import WorldTransaction
from ..web.file_pages import FileError
from ..web.responses import answer
from ..web.routing import OperationRoute
from ..web.world_access import open_linked_world

_MEDIA_TYPE: Final = "text/csv; charset=utf-8; header=present"
_PART: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""Link keys, names of vendors, and ids of reports; no other text reaches the database."""

router = APIRouter(route_class=OperationRoute)


@router.get("/{link_key}/{vendor}/reports/{report}.csv")
async def download_report(request: Request, link_key: str, vendor: str, report: str) -> Response:
    """A report in CSV, once it has succeeded."""
    if not all(map(_PART.fullmatch, (link_key, vendor, report))):
        raise FileError(404, "There is no such file.")
    world = await open_linked_world(request, link_key)
    file = await world.ask(_file, vendor, report)
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="{report}.csv"',
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Referrer-Policy": "no-referrer",
    }
    return answer(request, file, media_type=_MEDIA_TYPE, headers=headers)


def _file(tx: WorldTransaction, vendor: str, report_id: str) -> bytes:
    report = documents.document(tx, vendor, REPORT, report_id)
    if report is None:
        raise FileError(404, "There is no such report.")
    if report.status(tx.now) != SUCCEEDED:
        at, ready = millis(tx.now), millis(report.third_at)
        raise FileError(404, f"This report is not there yet: at {at}, by the world's clock, it is due at {ready}.")
    file = report_file(tx, report)
    if not file:
        raise FileError(404, "This report was part of the scenario, which has no file for it.")
    return file
