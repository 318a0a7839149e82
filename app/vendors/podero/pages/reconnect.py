"""GET /{link_key}/podero/cues/{id}: the page on which a user signs in at a manufacturer again."""

from html import escape
from string import Template
from typing import Any, Final

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ....operations.cues import ACTIVE, CUE
from ....store import documents
from ....store.world_transaction import WorldTransaction
from ....web.file_pages import FileError, page
from ....web.routing import OperationRoute
from ....web.world_access import open_linked_world
from ..vendor import NAME
from .page import NOTE, STYLE, check_link

_CONTENT: Final = Template("""<header><div><h1>Sign in again</h1>
<p>The connection to the manufacturer's cloud has lapsed.</p></div></header>
<div class="acts"><a class="main" href="$success" rel="noreferrer">Sign in</a>
<a href="$cancel" rel="noreferrer">Cancel</a></div>
<footer><p>$note</p></footer>""")

router = APIRouter(route_class=OperationRoute)


@router.get(f"/{{link_key}}/{NAME}/cues/{{cue_id}}")
async def show_reconnect_page(request: Request, link_key: str, cue_id: str) -> Response:
    """Links to the addresses for success and for cancelling; the application reports the outcome itself."""
    check_link(link_key, cue_id)
    world = await open_linked_world(request, link_key)
    body = await world.ask(_active, cue_id)
    content = _CONTENT.substitute(success=escape(body["success_url"]), cancel=escape(body["cancel_url"]), note=NOTE)
    return page(request, "Sign in again", content, style=STYLE)


def _active(tx: WorldTransaction, cue_id: str) -> dict[str, Any]:
    found = documents.document(tx, NAME, CUE, cue_id)
    if found is None or found.status(tx.now) != ACTIVE:
        raise FileError(404, "This action is not active. It was never started, or its outcome was reported.")
    body: dict[str, Any] = orjson.loads(found.body)
    return body
