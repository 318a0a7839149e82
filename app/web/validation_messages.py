"""Pydantic's validation errors as phrases about the value: `must be at most 100`."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

_PHRASES: Final = {
    "missing": "is required",
    "extra_forbidden": "is not known",
    "greater_than": "must be greater than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "literal_error": "must be {expected}",
    "string_type": "must be a string",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
    "string_pattern_mismatch": "must match {pattern}",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_parsing_size": "is too large",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a finite number",
    "bool_type": "must be true or false",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "list_type": "must be an array",
    "uuid_parsing": "must be a UUID",
    "uuid_type": "must be a UUID",
    "date_parsing": "must be a date such as 2026-03-04",
    "date_from_datetime_parsing": "must be a date such as 2026-03-04",
    "date_from_datetime_inexact": "must be a date without a time",
}
_FORMS: Final = {
    r"^[\x21-\x7e]+$": "must be printable ASCII without blanks",
    r"^[0-9]{3,4}$": "must be 3 or 4 digits",
    r"^[0-9]{12,19}$": "must be 12 to 19 digits without blanks between them",
    r"^[A-Z0-9]{4,34}$": "must be 4 to 34 capital letters and digits",
    r"^[A-Z]{2}$": "must be two capital letters, such as DE",
    r"^[a-z]{3}$": "must be three small letters, such as eur",
    r"^[!-?A-~]+@[!-?A-~]+$": "must be an e-mail address, such as name@example.com",
    r"^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*$": "must be the name of a timezone, such as Europe/Berlin",
    r"^([01][0-9]|2[0-3]):[0-5][0-9]$": "must be a time of the day, such as 08:30",
}
"""What the patterns of request bodies ask for; every other pattern is shown as it is."""
_MOST_FAULTS: Final = 8
_LONGEST_MEMBER: Final = 64
_OWN: Final = "Value error, "
"""Pydantic's prefix of the message of a ValueError."""


def sentence(error: Mapping[str, Any]) -> str:
    """The phrase for one error of pydantic; a message of the model's own stays as it is."""
    if error["type"] == "string_too_short" and error["ctx"]["min_length"] == 1:
        return "must not be empty"
    if error["type"] == "string_pattern_mismatch" and error["ctx"]["pattern"] in _FORMS:
        return _FORMS[error["ctx"]["pattern"]]
    phrase = _PHRASES.get(error["type"])
    if phrase is None:
        return str(error["msg"]).removeprefix(_OWN)
    return phrase.format_map({name: _plain(value) for name, value in error.get("ctx", {}).items()})


def faults(errors: Sequence[Mapping[str, Any]]) -> str:
    """What is wrong with a request, as a sentence: `query limit must be at most 100; body driver is required.`."""
    told = "; ".join(map(_fault, errors[:_MOST_FAULTS]))
    more = len(errors) - _MOST_FAULTS
    return f"{told}; and {more} more." if more > 0 else f"{told}."


def _fault(error: Mapping[str, Any]) -> str:
    place, *steps = error["loc"]
    member = ".".join(map(str, steps))[:_LONGEST_MEMBER]
    named = f"{place} {member}" if member else f"the {place}"
    said = sentence(error)
    is_sentence = error["type"] == "value_error" or said[:1].isupper()
    return f"{named}{':' if is_sentence else ''} {said}"


def _plain(value: object) -> object:
    """A bound as a person writes it: 5 rather than 5.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
