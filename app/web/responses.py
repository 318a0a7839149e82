"""Responses as bytes. A response of a world names the world and the instant in its headers."""

from collections.abc import Mapping
from typing import Final

import orjson
from starlette.requests import Request
from starlette.responses import Response

from ..domain.clock import millis
from .world_access import place_of

JSON: Final = "application/json"
_NO_SNIFFING: Final = (b"x-content-type-options", b"nosniff")


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
    response = Response(body, status, headers, media_type)
    response.raw_headers += common_headers(request)
    return response


def common_headers(request: Request) -> list[tuple[bytes, bytes]]:
    """The headers of every answer: no browser guesses its type, and in a world it names the world and the instant."""
    place = place_of(request)
    if place is None:
        return [_NO_SNIFFING]
    return [
        _NO_SNIFFING,
        (b"x-sandbox-world", place.world.name.encode()),
        (b"x-sandbox-now", millis(place.now).encode()),
    ]
