"""Pydantic's validation errors in the words of scenario files and exports: `this must be at most 100`."""

import re
from collections.abc import Mapping
from typing import Any, Final

_PHRASES: Final = {
    "missing": "this is missing",
    "extra_forbidden": "there is no such name here",
    "invalid_key": "a name is text; write it in quotes",
    "greater_than": "this must be greater than {gt}",
    "greater_than_equal": "this must be at least {ge}",
    "less_than": "this must be less than {lt}",
    "less_than_equal": "this must be at most {le}",
    "finite_number": "this must be a finite number",
    "literal_error": "this must be {expected}",
    "enum": "this must be {expected}",
    "string_type": "this must be text; write it in quotes",
    "string_too_short": "this must have at least {min_length} characters",
    "string_too_long": "this must have at most {max_length} characters",
    "string_pattern_mismatch": "this must have the form {pattern}",
    "int_type": "this must be a whole number",
    "int_parsing": "this must be a whole number",
    "int_parsing_size": "this number is too large",
    "int_from_float": "this must be a whole number",
    "float_type": "this must be a number",
    "float_parsing": "this must be a number",
    "bool_type": "this must be true or false",
    "bool_parsing": "this must be true or false",
    "list_type": "this must be a list",
    "tuple_type": "this must be a list",
    "too_short": "this must have at least {min_length} entries",
    "too_long": "this must have at most {max_length} entries",
    "dict_type": "this must have names with values",
    "model_type": "this must have names with values",
    "model_attributes_type": "this must have names with values",
}
_ID: Final = re.compile(r"\^([a-z]+_)\[A-Za-z0-9\]\{(?:1,)?(\d+)\}\$")
"""The pattern of an id with a prefix."""
_OWN: Final = "Value error, "
"""Pydantic's prefix of the message of a ValueError."""


def reason(error: Mapping[str, Any]) -> str:
    """The sentence for one error of pydantic; a message of our own stays as it is."""
    phrase, an_id = _PHRASES.get(error["type"]), _ID.fullmatch(str(error.get("ctx", {}).get("pattern")))
    if an_id is not None:
        most = "" if "{1," not in error["ctx"]["pattern"] else "up to "
        return f"an id is {an_id[1]} and {most}{an_id[2]} letters or digits"
    if phrase is None:
        return str(error["msg"]).removeprefix(_OWN)
    return phrase.format_map({name: _plain(value) for name, value in error.get("ctx", {}).items()})


def _plain(value: object) -> object:
    """A bound as a person writes it: 5 rather than 5.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
