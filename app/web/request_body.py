"""Reads request bodies up to a size, and as JSON that every database can store."""

import json
from codecs import BOM_UTF8
from collections.abc import Mapping
from typing import Any, Final, TypeVar

import orjson
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect, Request

from ..archive import json_faults
from .app_context import context_of
from .headers import header

Model = TypeVar("Model", bound=BaseModel)

_MIB: Final = 1 << 20
_PLACED: Final = 1 << 16
"""The characters of a body in which the place of a repeated name is looked for, which takes some milliseconds."""
_MOST_NAMES: Final = 1_000
"""The most names in an object. A refusal names each that is not known, which would take a second for 100,000."""
_TOO_MANY: Final = f"an object has more than {_MOST_NAMES} names"
_PATIENCE: Final = 16 * _MIB
"""The bytes beyond the limit that are read and dropped, so that the answer reaches a client that is still sending."""


class BodyTooLargeError(Exception):
    """The body is larger than `limit` bytes; the message says so."""

    def __init__(self, limit: int) -> None:
        whole, rest = divmod(limit, _MIB)
        super().__init__(f"The request body is larger than {f'{limit} bytes' if rest else f'{whole} MiB'}.")
        self.limit = limit


class BadJsonError(Exception):
    """The body is not JSON, or holds text that no database can store; the message says why."""

    @property
    def reason(self) -> str:
        """The message as a sentence, for an answer and for the log."""
        return f"The request body is not valid JSON: {self}."


class NotJsonError(Exception):
    """The request does not say that its body is JSON; `media_type` is what it says, and `reason` is for the log."""

    def __init__(self, media_type: str) -> None:
        super().__init__("Send the request body as application/json.")
        said = f"The Content-Type is {media_type}" if media_type else "There is no Content-Type"
        self.reason = f"{said}; send the body with Content-Type: application/json."
        self.media_type = media_type


async def read(request: Request, at_most: int | None = None) -> bytes:
    """The body without a byte-order mark, up to `at_most` bytes, or as many as the settings allow.

    Raises BodyTooLargeError or BadJsonError.
    """
    limit = context_of(request).body_bytes if at_most is None else at_most
    announced = _announced(request)
    if announced > limit and (announced > limit + _PATIENCE or _waits(request)):
        raise BodyTooLargeError(limit)
    chunks, size = [], 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if max(size, announced) <= limit:
                chunks.append(chunk)
            if size > limit + _PATIENCE:
                break
    except ClientDisconnect as error:
        raise BadJsonError("it was cut short") from error
    if max(size, announced) > limit:
        raise BodyTooLargeError(limit)
    return b"".join(chunks).removeprefix(BOM_UTF8)


async def json_of(request: Request, *, optional: bool = False, unique: bool = False) -> object:
    """The body's JSON; `{}` for an empty body that is optional. Where it is `unique`, no name may be there twice.

    An object has at most 1,000 names.

    Raises NotJsonError, BadJsonError or BodyTooLargeError.
    """
    raw = await read(request)
    if optional and not raw:
        return {}
    if not is_json(request):
        raise NotJsonError(media_type(request))
    content = parsed(raw)
    if isinstance(content, dict) and len(content) > _MOST_NAMES:
        raise BadJsonError(_TOO_MANY)
    if unique:
        refuse_repeated(raw.decode())
    return content


def validated(model: type[Model], content: object, *, context: Mapping[str, Any] | None = None) -> Model:
    """The model of a body's JSON. Raises RequestValidationError, as FastAPI does for the bodies that it reads.

    `context` is what the model's validators see of it.
    """
    try:
        return model.model_validate(content, context=context)
    except ValidationError as error:
        errors = error.errors(include_url=False)
        raise RequestValidationError([{**each, "loc": ("body", *each["loc"])} for each in errors]) from None


def parsed(body: bytes) -> object:
    """The JSON of a body. NaN, lone surrogates, deep nesting and broken UTF-8 are refused."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadJsonError(str(error)) from error


def refuse_repeated(text: str) -> None:
    """Raises BadJsonError if an object of the JSON has a name twice, of which a parser takes the last, or too many."""
    try:
        json.loads(text, object_pairs_hook=_few_and_unique)
    except (ValueError, RecursionError) as error:
        if len(text) > _PLACED:
            raise BadJsonError(str(error)) from error
        at, reason = json_faults.fault_of(error, text, 0)
        line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
        raise BadJsonError(f"{reason}: line {line} column {column}") from error


def is_json(request: Request) -> bool:
    """Whether the request says that its body is JSON, or a format that is written in JSON."""
    kind, _, subtype = media_type(request).partition("/")
    return kind == "application" and (subtype == "json" or subtype.endswith("+json"))


def media_type(request: Request) -> str:
    """The media type of the body in lower case, without its parameters; empty if the request does not say it."""
    return (header(request, b"content-type") or "").partition(";")[0].rstrip().lower()


def _few_and_unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > _MOST_NAMES:
        raise ValueError(_TOO_MANY)
    return json_faults.unique(pairs)


def _announced(request: Request) -> int:
    """The number of bytes in `Content-Length`, or 0 where there is none."""
    length = header(request, b"content-length") or ""
    return int(length) if length.isascii() and length.isdecimal() and len(length) < 20 else 0  # noqa: PLR2004 - 64 bits


def _waits(request: Request) -> bool:
    """Whether the sender waits for `100 Continue`, and so will not send the body if it is refused."""
    return (header(request, b"expect") or "").lower() == "100-continue"
