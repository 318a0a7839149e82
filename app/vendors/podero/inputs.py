"""Inputs of several operations of Podero's: JSON bodies, the types of their members, and the parameters of lists."""

import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Final, TypeVar
from uuid import UUID

from fastapi.exceptions import RequestValidationError
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
)
from pydantic_core import PydanticCustomError
from starlette.requests import Request

from ...domain.clock import MILLISECOND, instant, millis_if_any
from ...web import request_body
from ...worlds.lifecycle import DOCUMENTED
from .auth import PoderoWorld

Model = TypeVar("Model", bound="Input")
Fault = dict[str, Any]

PRICE_ZONES: Final = (
    *("AT", "AT_HOURLY", "BE", "CH", "EE", "DE_LU", "HU", "IT_CNOR", "IT_CSUD", "IT_NORD", "IT_PUN", "IT_SARD"),
    *("IT_SICI", "IT_SUD", "PT", "RO", "SE_1", "SE_2", "SE_3", "SE_4", "UK"),
)
_NUMBER: Final = re.compile(r"\s*[-+]?[0-9.]+\s*", re.ASCII)
_INTEGER: Final = re.compile(r"-?[0-9]{1,4000}", re.ASCII)
_MOST: Final = 2_147_483_647
_BODY: Final = ("body", "payload")
"""Where a fault of a body is said to be (PODERO-017)."""
_NO_OBJECT: Final = "Input should be a valid dictionary or object to extract fields from"
_ID: Final = TypeAdapter(UUID)
_LATEST_YEAR: Final = 9998
_ADDRESS: Final = re.compile(
    r"https?://(\[[0-9A-F:.]+\]|[A-Z0-9][A-Z0-9._-]*)(:[0-9]{1,5})?([/?#][!-~]*)?", re.ASCII | re.IGNORECASE
)
"""Without blanks and control characters, which browsers remove before they look at the scheme."""


def no_number(error: str, message: str) -> BeforeValidator:
    """Refuses a bare number as a date or an instant; pydantic would take it for seconds since the epoch."""

    def checked(value: object) -> object:
        if isinstance(value, str) and _NUMBER.fullmatch(value):
            raise PydanticCustomError(error, message, {"error": "input is too short"})
        return value

    return BeforeValidator(checked)


def check_order(first_day: int, last_day: int) -> None:
    """Raises ValidationError if the day of the parameter `to` comes before that of `from`. Days are numbers."""
    if first_day > last_day:
        reason = PydanticCustomError("value_error", "Value error, to is before from")
        raise ValidationError.from_exception_data("query", [{"type": reason, "loc": ("to",), "input": None}])


class Input(BaseModel):
    """A body; members that it does not have are ignored (PODERO-018)."""

    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False, protected_namespaces=())


class IncludeDeleted(BaseModel):
    """The query of operations that can answer with what was deleted."""

    model_config = ConfigDict(frozen=True)

    include_deleted: bool = False


def _integer(value: object) -> object:
    """Takes ASCII digits only: Python's `int` reads more than that as a number."""
    if isinstance(value, str) and not _INTEGER.fullmatch(value):
        raise PydanticCustomError(
            "int_parsing", "Input should be a valid integer, unable to parse string as an integer"
        )
    return value


def _moment(value: datetime) -> str:
    """An instant as it is shown; one without an offset is in UTC."""
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    if not 1 < aware.year <= _LATEST_YEAR:
        raise PydanticCustomError("datetime_out_of_range", "Input should be in the years 2 to 9998")
    return millis_if_any(instant(aware.isoformat()) // MILLISECOND * MILLISECOND)


def _web_address(text: str) -> str:
    """Takes absolute addresses of the web only, to which a page may send a browser."""
    if not _ADDRESS.fullmatch(text):
        raise PydanticCustomError("url_scheme", "URL scheme should be 'http' or 'https'")
    return text


def one_of(*words: str, only_if_strict: bool = False) -> AfterValidator:
    """Takes one of the words, with `only_if_strict` where bodies may have documented values only."""
    quoted = [f"'{word}'" for word in words]
    expected = " or ".join(filter(None, (", ".join(quoted[:-1]), quoted[-1])))

    def checked(text: str, info: ValidationInfo) -> str:
        if text not in words and not (only_if_strict and not (info.context or {}).get("is_strict")):
            raise PydanticCustomError("enum", "Input should be {expected}", {"expected": expected})
        return text

    return AfterValidator(checked)


Limit = Annotated[int, BeforeValidator(_integer), Field(ge=1, le=200)]
Offset = Annotated[int, BeforeValidator(_integer), Field(ge=0, le=_MOST)]
Text = Annotated[str, Field(max_length=255, pattern=r"^[^\x00]*$")]
"""A text of a JSON body, without NUL, which PostgreSQL cannot store. A shorter one has a `Field(max_length=…)`."""
WebAddress = Annotated[str, Field(max_length=8000), AfterValidator(_web_address)]
Whole = Annotated[int, Field(ge=-_MOST - 1, le=_MOST)]
Moment = Annotated[datetime, AfterValidator(_moment), PlainSerializer(str)]
"""An instant of a JSON body. Its value is the text that is shown, in UTC."""
Id = Annotated[UUID, AfterValidator(str), PlainSerializer(str)]
"""An id of a JSON body. Its value is the text."""
PriceZone = Annotated[str, one_of(*PRICE_ZONES)]


def is_strict(world: PoderoWorld) -> bool:
    """Whether bodies may have documented values only, where later pages contradict the reference (PODERO-019)."""
    return world.world.scenario == DOCUMENTED


def body_of(model: type[Model], *, is_optional: bool = False) -> Callable[..., Awaitable[Model]]:
    """A dependency that reads the JSON body of an operation; the token is checked before it.

    Faults of the body are told together with those of the ids in the path. The context of the validation has the
    member `is_strict`. An empty body that is optional is `{}`.
    """

    async def body(request: Request, world: PoderoWorld) -> Model:
        return await read_body(request, model, is_strict=is_strict(world), is_optional=is_optional)

    return body


async def read_body(request: Request, model: type[Model], *, is_strict: bool, is_optional: bool = False) -> Model:
    """The JSON body of a request, of any media type (PODERO-020). Raises RequestValidationError."""
    raw = await request_body.read(request)
    if not raw and not is_optional:
        raise RequestValidationError(
            [*_path_faults(request), {"type": "missing", "loc": _BODY, "msg": "Field required"}]
        )
    content = request_body.parsed(raw) if raw else {}
    if not isinstance(content, dict):
        fault = {"type": "model_attributes_type", "loc": _BODY, "msg": _NO_OBJECT}
        raise RequestValidationError([*_path_faults(request), fault])
    try:
        return model.model_validate(content, context={"is_strict": is_strict})
    except ValidationError as error:
        raise RequestValidationError([*_path_faults(request), *_faults(error, _BODY)]) from None


def given(model: BaseModel) -> dict[str, Any]:
    """The members that the caller has sent, with their values."""
    return {name: getattr(model, name) for name in type(model).model_fields if name in model.model_fields_set}


def _path_faults(request: Request) -> list[Fault]:
    """The faults of the ids in the path. All of them are UUIDs, except external ones."""
    found: list[Fault] = []
    for name, value in request.scope["path_params"].items():
        try:
            if name != "external_id":
                _ID.validate_python(value)
        except ValidationError as error:
            found += _faults(error, ("path", name))
    return found


def _faults(error: ValidationError, place: Sequence[str]) -> list[Fault]:
    found: list[Fault] = [{**each} for each in error.errors(include_url=False, include_input=False)]
    return [{**each, "loc": (*place, *each["loc"])} for each in found]
