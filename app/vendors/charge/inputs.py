"""Inputs of several operations of Charge's: queries and `expand`, JSON bodies, and the types of their members."""

import re
from collections.abc import Awaitable, Callable, Mapping
from functools import lru_cache
from typing import Annotated, Any, ClassVar, Final, TypeVar

from fastapi import Depends, Query
from fastapi.exceptions import RequestValidationError
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError
from starlette.datastructures import QueryParams
from starlette.requests import Request

from ...domain.clock import MILLISECOND, instant
from ...web import request_body
from .auth import ChargeWorld
from .errors import ChargeError, CodedValidationError, shown_param, unsupported_expand
from .metadata import checked as checked_metadata

Model = TypeVar("Model", bound="Input")

DEFAULT_LIMIT: Final = 10
_LONGEST_TOKEN: Final = 255
_EXPAND: Final = re.compile(r"expand(\[[0-9]{0,4}\])?", re.ASCII)
"""The parameter's name, also as earlier pages write it (CHARGE-033)."""
_BODY: Final = "wattif.charge.body"


def _limit(value: object) -> int:
    """Takes ASCII digits only: Python's `int` reads more than that as a number."""
    text = str(value)
    if not (text.isascii() and text.isdigit()) or len(text) > 3 or not 1 <= int(text) <= 100:  # noqa: PLR2004 - the documented bounds
        raise PydanticCustomError("limit", "must be an integer from 1 to 100")
    return int(text)


def _instant(value: object) -> int:
    return instant(str(value))


def _cut(at: int) -> int:
    return at // MILLISECOND * MILLISECOND


def _whole(value: object) -> object:
    """JSON does not tell 828.0 from 828."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _storable(text: str) -> str:
    """Refuses a NUL, which PostgreSQL cannot store."""
    if "\0" in text:
        raise PydanticCustomError("nul", "must not contain the character U+0000")
    return text


Reference = Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[\x21-\x7e]+$")]
WrittenInstant = Annotated[int, BeforeValidator(_instant)]
WholeInstant = Annotated[WrittenInstant, AfterValidator(_cut)]
"""An instant of a JSON body, in whole milliseconds, as it is shown."""
Limit = Annotated[int, BeforeValidator(_limit)]
PageToken = Annotated[str, Field(max_length=_LONGEST_TOKEN)]
Whole = Annotated[int, BeforeValidator(_whole), Field(strict=True)]
"""A whole number of a JSON body; a resource gives the bounds: `Annotated[Whole, Field(ge=1)]`."""
Text = Annotated[str, Field(strict=True, min_length=1, max_length=500), AfterValidator(_storable)]
"""A text of a JSON body, such as a name (CHARGE-037)."""
Metadata = Annotated[dict[str, str | None], BeforeValidator(checked_metadata)]
"""Metadata as a caller sends it: strings by key, and null or an empty string for a key that is removed."""


class Input(BaseModel):
    """A body, or a query; parameters that it does not have are refused (CHARGE-008).

    `error_code` is the code of the refusal of a body that is not valid, where Charge documents one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    error_code: ClassVar[str | None] = None


class QueryInput(Input):
    """The query of an operation that takes `expand`, which `Expand` reads."""

    @model_validator(mode="before")
    @classmethod
    def _without_expand(cls, query: Any) -> Any:  # noqa: ANN401 - what FastAPI found in the query
        return {name: value for name, value in query.items() if not _EXPAND.fullmatch(name)}


class Written(dict[str, str]):
    """A query's parameters as they were written, except `expand`.

    `expand` has the paths to expand, each once; `pairs` has all parameters in the order of the query.
    """

    __slots__ = ("expand", "pairs")

    def __init__(self, pairs: tuple[tuple[str, str], ...]) -> None:
        self.pairs = pairs
        super().__init__((name, value) for name, value in pairs if not _EXPAND.fullmatch(name))
        self.expand = tuple(dict.fromkeys(value for name, value in pairs if _EXPAND.fullmatch(name)))


async def written_query(request: Request, _world: ChargeWorld) -> Written:
    """The query's parameters as they were written. Refuses one that is given twice; only `expand` may be."""
    return _written(request.scope["query_string"])


WrittenQuery = Annotated[Written, Depends(written_query)]


async def expand_paths(written: WrittenQuery) -> tuple[str, ...]:
    """The paths to expand. Which of them an object has is known to `Expander`."""
    return written.expand


Expand = Annotated[tuple[str, ...], Depends(expand_paths)]
"""For operations that have other parameters in the query, in a QueryInput."""


async def only_expand(written: WrittenQuery, _query: Annotated[QueryInput, Query()]) -> tuple[str, ...]:
    """The paths to expand, for operations that take no other parameter in the query."""
    return written.expand


OnlyExpand = Annotated[tuple[str, ...], Depends(only_expand)]


async def no_query(written: WrittenQuery, _query: Annotated[QueryInput, Query()]) -> None:
    """For operations that take no parameters in the query."""
    if written.expand:
        raise unsupported_expand("This operation does not expand what it answers.")


NoQuery = Annotated[None, Depends(no_query)]


def body_of(model: type[Model], *, optional: bool = False) -> Callable[..., Awaitable[Model]]:
    """A dependency that reads the JSON body of an operation without a query; the key is checked before it."""

    async def body(request: Request, _world: ChargeWorld, _query: NoQuery) -> Model:
        content = await request_body.json_of(request, optional=optional)
        if not isinstance(content, dict):
            raise ChargeError(400, "The request body must be a JSON object.")
        request.scope[_BODY] = content
        try:
            return request_body.validated(model, content)
        except RequestValidationError as error:
            raise CodedValidationError(error.errors(), model.error_code) from None

    return body


EmptyBody = Annotated[Input, Depends(body_of(Input, optional=True))]
"""For operations that take no fields: the body is an empty object, or there is none."""


def read_body(request: Request) -> Mapping[str, Any]:
    """The JSON of the body that `body_of` has read; empty if it has read none."""
    content: Mapping[str, Any] = request.scope.get(_BODY, {})
    return content


def given(model: BaseModel) -> dict[str, Any]:
    """The fields that the caller has sent, with their values."""
    return {name: getattr(model, name) for name in type(model).model_fields if name in model.model_fields_set}


@lru_cache(maxsize=1024)
def _written(query: bytes) -> Written:
    pairs = tuple(QueryParams(query).multi_items())
    written = Written(pairs)
    once = [name for name, _ in pairs if not _EXPAND.fullmatch(name)]
    if len(written) < len(once):
        twice = shown_param(next(name for name in once if once.count(name) > 1))
        raise ChargeError(400, f"Parameter given more than once: {twice}.", param=twice)
    return written
