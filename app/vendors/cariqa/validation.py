"""What is wrong with an input, in the words of Django REST framework (CARIQA-025)."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic_core import PydanticCustomError

_MESSAGES: Final = {
    "missing": "This field is required.",
    "string_type": "Not a valid string.",
    "string_too_long": "Ensure this field has no more than {max_length} characters.",
    "greater_than_equal": "Ensure this value is greater than or equal to {ge}.",
    "less_than_equal": "Ensure this value is less than or equal to {le}.",
    "int_type": "A valid integer is required.",
    "int_parsing": "A valid integer is required.",
    "int_parsing_size": "String value too large.",
    "int_from_float": "A valid integer is required.",
    "float_type": "A valid number is required.",
    "float_parsing": "A valid number is required.",
    "finite_number": "A valid number is required.",
    "bool_type": "Must be a valid boolean.",
    "bool_parsing": "Must be a valid boolean.",
}
_NO_OBJECT: Final = {"model_type", "model_attributes_type", "dict_type"}
_NULL: Final = "This field may not be null."
_WHOLE_BODY: Final = "non_field_errors"
_LONGEST: Final = 128
_TYPES: Final = {"NoneType": "null", "bytes": "file"}


def refused(message: str) -> PydanticCustomError:
    """The error that a validator of a field raises; the message is shown as it is."""
    return PydanticCustomError("refused", "{message}", {"message": message})


def fault_of(error: Mapping[str, Any]) -> str:
    """One error of pydantic as `<field>: <message>`; a field of an inner object is `outer.inner`."""
    field = ".".join(step for step in error["loc"][1:] if isinstance(step, str))
    return f"{_printable(field) or _WHOLE_BODY}: {_message(error)}"


def _message(error: Mapping[str, Any]) -> str:
    kind, given = error["type"], error.get("input")
    if given is None and kind != "missing" and len(error["loc"]) > 1:
        return _NULL
    if kind in _NO_OBJECT:
        name = type(given).__name__
        return f"Invalid data. Expected a dictionary, but got {_TYPES.get(name, name)}."
    if kind == "literal_error":
        return f'"{_printable(given)}" is not a valid choice.'
    if kind in _MESSAGES:
        return _MESSAGES[kind].format_map(error.get("ctx", {}))
    return str(error["msg"])


def _printable(value: object) -> str:
    """A value of the caller's, without what no answer can hold, cut to the length that errors show."""
    return str(value).encode("utf-8", "replace").decode()[:_LONGEST]
