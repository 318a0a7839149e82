"""Inputs of several operations of Cariqa's: bodies, queries, and the types of their members.

They are validated as the serializers of Django REST framework do it: what is not known is ignored, numbers are taken
for texts, texts lose the blanks around them, and the first fault is told in the framework's words.
"""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationInfo, model_validator
from starlette.requests import Request

from ...web import request_body
from . import forms
from .auth import CariqaWorld
from .validation import refused

Model = TypeVar("Model", bound="Input")

_FORM: Final = {"is_form": True}
_BLANK: Final = "This field may not be blank."
_NO_STRING: Final = "Not a valid string."
_LONGEST_NUMBER: Final = 1_000
_TRUE: Final = {"t", "y", "yes", "true", "on", "1"}
_FALSE: Final = {"f", "n", "no", "false", "off", "0"}


class Input(BaseModel):
    """A body, or an object in one. Members that it does not have are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class QueryInput(Input):
    """A query. A parameter without a value counts as if it were left out, as does one in a list (CARIQA-026)."""

    @model_validator(mode="before")
    @classmethod
    def _without_blanks(cls, query: Any) -> Any:  # noqa: ANN401 - what FastAPI found in the query
        lists = {name: [each for each in value if each] for name, value in query.items() if isinstance(value, list)}
        return {name: value for name, value in {**query, **lists}.items() if value not in ("", [])}


def body_of(model: type[Model]) -> Callable[..., Awaitable[Model]]:
    """A dependency that reads a body: JSON, a form, or several parts; an empty one has no members (CARIQA-027)."""

    async def body(request: Request, _world: CariqaWorld) -> Model:
        if forms.is_form(request):
            return request_body.validated(model, await forms.fields_of(request), context=_FORM)
        return request_body.validated(model, await request_body.json_of(request, optional=True))

    return body


async def ignore_body(request: Request, _world: CariqaWorld) -> None:
    """A dependency of operations that take no body: one that is sent is read and ignored."""
    await request_body.read(request)


def given(model: BaseModel) -> dict[str, Any]:
    """The fields that the caller has sent, with their values."""
    return {name: getattr(model, name) for name in type(model).model_fields if name in model.model_fields_set}


def at_most(length: int) -> AfterValidator:
    """Limits the characters of a text."""

    def check(text: str | None) -> str | None:
        if text is not None and len(text) > length:
            raise refused(f"Ensure this field has no more than {length} characters.")
        return text

    return AfterValidator(check)


def _text(value: object) -> object:
    """A text without the blanks around it; a number as a text. PostgreSQL cannot store a NUL."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise refused(_NO_STRING)
    text = str(value).strip()
    if "\0" in text:
        raise refused("Null characters are not allowed.")
    if not text.isascii() and text.encode("utf-8", "replace").decode() != text:
        raise refused(_NO_STRING)
    return text


def _filled(value: object) -> object:
    text = _text(value)
    if text == "":
        raise refused(_BLANK)
    return text


def _filled_or_null(value: object, info: ValidationInfo) -> object:
    """A form has no null, so that a blank means it there."""
    text = _text(value)
    if text == "" and info.context == _FORM:
        return None
    return _filled(text)


def _word(value: object) -> object:
    """A choice is compared as a text: 5 and "5" are the same."""
    return value if value is None or isinstance(value, bool) else str(value)


def _flag(value: object) -> object:
    word = str(value).lower()
    if word not in _TRUE | _FALSE:
        raise refused("Must be a valid boolean.")
    return word in _TRUE


def _number(value: object) -> object:
    """Takes what Python and JavaScript write: pydantic would take underscores too."""
    text = str(value)
    if len(text) > _LONGEST_NUMBER or "_" in text or not text.isascii():
        raise refused("A valid number is required.")
    return value


Filled = Annotated[str, BeforeValidator(_filled)]
"""A text that is neither null nor blank."""
FilledOrNull = Annotated[str | None, BeforeValidator(_filled_or_null)]
"""A text that is not blank, or null."""
TextOrNull = Annotated[str | None, BeforeValidator(_text)]
"""A text, which may be blank, or null."""
AsWord = BeforeValidator(_word)
"""Goes with the choices of a field: `Annotated[Literal["en", "de"], AsWord]`."""
Flag = Annotated[bool, BeforeValidator(_flag)]
"""True or false in a query."""
Number = Annotated[float, BeforeValidator(_number)]
"""A number in a query; a resource gives the bounds: `Annotated[Number, Field(ge=-90, le=90, allow_inf_nan=False)]`."""
Whole = Annotated[int, BeforeValidator(_number)]
"""A whole number in a query."""
