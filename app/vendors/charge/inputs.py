"""Inputs of several operations of Charge's: references, instants, page limits, and JSON bodies."""

from collections.abc import Awaitable, Callable, Mapping
from functools import lru_cache
from typing import Annotated, Final, TypeVar

from fastapi import Depends, Query
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError
from starlette.datastructures import QueryParams
from starlette.requests import Request

from ...domain.clock import instant
from ...web import request_body
from .auth import ChargeWorld
from .errors import ChargeError, shown_param

Model = TypeVar("Model", bound=BaseModel)

DEFAULT_LIMIT: Final = 10
_LONGEST_TOKEN: Final = 255


def _limit(value: object) -> int:
    """Takes ASCII digits only: Python's `int` reads more than that as a number."""
    text = str(value)
    if not (text.isascii() and text.isdigit()) or len(text) > 3 or not 1 <= int(text) <= 100:  # noqa: PLR2004 - the documented bounds
        raise PydanticCustomError("limit", "must be an integer from 1 to 100")
    return int(text)


def _instant(value: object) -> int:
    return instant(str(value))


Reference = Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[\x21-\x7e]+$")]
WrittenInstant = Annotated[int, BeforeValidator(_instant)]
Limit = Annotated[int, BeforeValidator(_limit)]
PageToken = Annotated[str, Field(max_length=_LONGEST_TOKEN)]


class Input(BaseModel):
    """A query or a body; parameters that it does not have are refused (CHARGE-008)."""

    model_config = ConfigDict(extra="forbid", frozen=True)


async def written_query(request: Request, _world: ChargeWorld) -> Mapping[str, str]:
    """The query's parameters as they were written. Refuses one that is given twice, and `expand`."""
    return _written(request.scope["query_string"])


WrittenQuery = Annotated[Mapping[str, str], Depends(written_query)]


async def no_query(_written: WrittenQuery, _query: Annotated[Input, Query()]) -> None:
    """For operations that take no parameters in the query."""


NoQuery = Annotated[None, Depends(no_query)]


def body_of(model: type[Model], *, optional: bool = False) -> Callable[..., Awaitable[Model]]:
    """A dependency that reads the JSON body of an operation without a query; the key is checked before it."""

    async def body(request: Request, _world: ChargeWorld, _query: NoQuery) -> Model:
        content = await request_body.json_of(request, optional=optional)
        if not isinstance(content, dict):
            raise ChargeError(400, "The request body must be a JSON object.")
        return request_body.validated(model, content)

    return body


EmptyBody = Annotated[Input, Depends(body_of(Input, optional=True))]
"""For operations that take no fields: the body is an empty object, or there is none."""


@lru_cache(maxsize=1024)
def _written(query: bytes) -> Mapping[str, str]:
    items = QueryParams(query).multi_items()
    written = dict(items)
    if len(written) < len(items):
        names = [name for name, _ in items]
        twice = shown_param(next(name for name in names if names.count(name) > 1))
        raise ChargeError(400, f"Parameter given more than once: {twice}.", param=twice)
    if "expand" in written:
        raise ChargeError(
            400, "This sandbox does not expand objects yet.", code="unsupported_expand_value", param="expand"
        )
    return written
