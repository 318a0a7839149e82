"""Request bodies: read up to a size, and as JSON that every database and every client can hold."""

from typing import Final

import orjson
from starlette.requests import ClientDisconnect, Request

LARGEST: Final = 1 << 20
"""Bytes of a body that is looked at."""
_PATIENCE: Final = 16 << 20
"""Bytes that are read and thrown away, so that the answer reaches a client that is still sending."""


class BodyTooLargeError(Exception):
    """The body is larger than LARGEST."""


class BadJsonError(Exception):
    """The body is not JSON, or holds what no database can keep; the message says why."""


async def read(request: Request) -> bytes:
    """The body, up to LARGEST."""
    chunks, size = [], 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size <= LARGEST:
                chunks.append(chunk)
            if size > _PATIENCE:
                break
    except ClientDisconnect as error:
        raise BadJsonError("it was cut short") from error
    if size > LARGEST:
        raise BodyTooLargeError
    return b"".join(chunks)


def parsed(body: bytes) -> object:
    """The JSON of a body. NaN, lone surrogates, deep nesting and broken UTF-8 are refused."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadJsonError(str(error)) from error


def is_json(request: Request) -> bool:
    """Whether the request says that its body is JSON."""
    media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
    return media_type == "application/json"
