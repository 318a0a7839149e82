"""Reads bodies that are forms: `application/x-www-form-urlencoded`, and `multipart/form-data`."""

from collections.abc import AsyncGenerator, Iterable
from typing import Any, Final
from urllib.parse import parse_qsl

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from ...web import request_body
from .errors import invalid

_URLENCODED: Final = "application/x-www-form-urlencoded"
_MULTIPART: Final = "multipart/form-data"
_MOST_FIELDS: Final = 1_000
_FILE: Final = b""
"""Stands for a file, which no field takes."""


def is_form(request: Request) -> bool:
    """Whether the request says that its body is a form."""
    return request_body.media_type(request) in {_URLENCODED, _MULTIPART}


async def fields_of(request: Request) -> dict[str, Any]:
    """The fields of a form. Of several with one name the last counts; `outer.inner` is a member of an object.

    Raises CariqaError (400), or BodyTooLargeError.
    """
    raw = await request_body.read(request)
    if not raw:
        return {}
    if request_body.media_type(request) == _MULTIPART:
        return _nested(await _parts(request, raw))
    try:
        return _nested(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except ValueError as error:
        raise invalid(f"Form parse error - {error}") from None


async def _parts(request: Request, raw: bytes) -> list[tuple[str, str | bytes]]:
    async def body() -> AsyncGenerator[bytes, None]:
        yield raw

    parser = MultiPartParser(request.headers, body(), max_files=_MOST_FIELDS, max_fields=_MOST_FIELDS)
    try:
        form = await parser.parse()
    except (MultiPartException, ValueError, LookupError) as error:
        # A charset that is no charset of texts is a ValueError or a LookupError.
        raise invalid(f"Multipart form parse error - {getattr(error, 'message', error)}") from None
    fields = [(name, _FILE if isinstance(value, UploadFile) else value) for name, value in form.multi_items()]
    await form.close()
    return fields


def _nested(fields: Iterable[tuple[str, str | bytes]]) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for name, value in fields:
        outer, dot, inner = name.partition(".")
        if not dot:
            content[name] = value
            continue
        members = content.get(outer)
        if not isinstance(members, dict):
            members = content[outer] = {}
        members[inner] = value
    return content
