"""Responses as bytes. A response of a world names the world and the instant in its headers."""

from collections.abc import Mapping
from typing import Final

import orjson
from starlette.requests import Request
from starlette.responses import Response

from ..domain.clock import millis
from .world_access import world_access_of

JSON: Final = "application/json"


def json_answer(
    request: Request,
    body: object,
    status: int = 200,
    *,
    media_type: str = JSON,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The body as JSON."""
    return answer(request, orjson.dumps(body), status, media_type=media_type, headers=headers)


def answer(
    request: Request,
    body: bytes | str | None,
    status: int = 200,
    *,
    media_type: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The body as it is."""
    access = world_access_of(request)
    if access is not None:
        headers = {**(headers or {}), "X-Sandbox-World": access.world.name, "X-Sandbox-Now": millis(access.now)}
    return Response(body, status, headers, media_type)
