"""Answers as bytes. Whatever is answered in a world says in which, and at which instant."""

from typing import Final

import orjson
from starlette.requests import Request
from starlette.responses import Response

from ..domain.clock import millis
from .world_access import world_access_of

JSON: Final = "application/json"


def json_answer(
    request: Request, body: object, status: int = 200, *, media_type: str = JSON, headers: dict[str, str] | None = None
) -> Response:
    """The body as JSON."""
    return answer(request, orjson.dumps(body), status, media_type=media_type, headers=headers)


def answer(
    request: Request,
    body: bytes | str | None,
    status: int = 200,
    *,
    media_type: str | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """The body as it is."""
    visit = world_access_of(request)
    if visit is not None:
        headers = {**(headers or {}), "X-Sandbox-World": visit.world.name, "X-Sandbox-Now": millis(visit.now)}
    return Response(body, status, headers, media_type)
