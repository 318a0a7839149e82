"""GET and POST /{link_key}/podero/onboarding/{id}: the page on which a user links a device."""

from collections.abc import Iterable
from html import escape
from itertools import groupby
from string import Template
from typing import Final
from urllib.parse import parse_qsl

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ....domain.clock import millis
from ....domain.errors import UnknownObjectError
from ....store.world_transaction import WorldTransaction
from ....web import request_body
from ....web.file_pages import FileError, page
from ....web.responses import answer
from ....web.routing import OperationRoute
from ....web.world_access import change_linked_world, open_linked_world
from ..onboarding import Choice, Offer, expires_at, link, offer
from ..vendor import NAME
from .page import NOTE, STYLE, check_link

_LARGEST_FORM: Final = 4_096
_GROUPS: Final = {"ev": "New car", "hp": "New heat pump", "iv": "New solar inverter", "wb": "New wallbox"}
_CONTENT: Final = Template("""<header><div><h1>Connect a device</h1><p>$who</p></div></header>
<form method="post">
$groups
<div class="acts"><button>Connect</button><a href="$cancel" rel="noreferrer">Cancel</a></div>
</form>
<footer><p>$note</p></footer>""")

router = APIRouter(route_class=OperationRoute)


@router.get(f"/{{link_key}}/{NAME}/onboarding/{{session_id}}")
async def show_connect_page(request: Request, link_key: str, session_id: str) -> Response:
    """The user's cars, and models of which there can be a new device."""
    check_link(link_key, session_id)
    world = await open_linked_world(request, link_key)
    offered = await world.ask(_offer, session_id)
    body = orjson.loads(offered.session.body)
    content = _CONTENT.substitute(
        who=escape(f"for {offered.owner.name}"),
        groups="\n".join(_groups(offered.choices)),
        cancel=escape(body["cancel_url"]),
        note=NOTE,
    )
    return page(request, "Connect a device", content, style=STYLE)


@router.post(f"/{{link_key}}/{NAME}/onboarding/{{session_id}}")
async def connect_device(request: Request, link_key: str, session_id: str) -> Response:
    """Links what was chosen, and sends the browser to the success URL."""
    check_link(link_key, session_id)
    raw = await request_body.read(request, _LARGEST_FORM)
    fields = dict(parse_qsl(raw.decode("utf-8", "replace")))
    success_url = await change_linked_world(request, link_key, _connect, session_id, fields.get("device", ""))
    return answer(request, None, 303, headers={"Location": success_url, "Cache-Control": "no-store"})


def _offer(tx: WorldTransaction, session_id: str) -> Offer:
    try:
        offered = offer(tx, session_id)
    except UnknownObjectError:
        raise FileError(404, "There is no such onboarding session, or its user was removed.") from None
    if tx.now >= expires_at(offered.session):
        until = millis(expires_at(offered.session))
        raise FileError(410, f"This onboarding session ended at {until}; by the world's clock it is {millis(tx.now)}.")
    return offered


def _connect(tx: WorldTransaction, session_id: str, key: str) -> str:
    offered = _offer(tx, session_id)
    choice = next((each for each in offered.choices if each.key == key), None)
    if choice is None:
        raise FileError(400, "Choose one of the devices on the page.")
    link(tx, offered, choice)
    success_url: str = orjson.loads(offered.session.body)["success_url"]
    return success_url


def _groups(choices: Iterable[Choice]) -> Iterable[str]:
    """The choices as lists of radio buttons, of which the first is chosen; own cars come before the catalogue."""
    is_first = True
    for (is_own, device_type), some in groupby(choices, lambda each: (each.vehicle is not None, each.device_type)):
        rows = []
        for each in some:
            checked = " checked" if is_first else ""
            is_first = False
            name, about = escape(f"{each.manufacturer} {each.model}"), escape(_about(each))
            rows.append(
                f'<label><input type="radio" name="device" value="{escape(each.key)}" required{checked}>'
                f"<span>{name}</span><small>{about}</small></label>"
            )
        legend = "Your cars" if is_own else _GROUPS[device_type]
        yield f'<fieldset><legend>{legend}</legend><div class="choices">{"".join(rows)}</div></fieldset>'


def _about(choice: Choice) -> str:
    if choice.vehicle is not None:
        return "connected" if choice.vehicle.owner is not None else "not connected yet"
    return "" if choice.year is None else str(choice.year)
