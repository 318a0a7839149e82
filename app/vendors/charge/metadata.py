"""Metadata: the caller's own keys and values on an object (CHARGE-036)."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic_core import PydanticCustomError

from .errors import ChargeError

_MOST_KEYS: Final = 50
_LONGEST_KEY: Final = 40
_LONGEST_VALUE: Final = 500
_MOST_BYTES: Final = 20_000


def checked(given: Any) -> dict[str, str | None]:  # noqa: ANN401 - what a body holds
    """Metadata as a caller sent it. Refuses other values than strings, and null for a key that is to be removed."""
    if not isinstance(given, dict):
        raise PydanticCustomError("metadata", "must be an object whose values are strings")
    for key, value in given.items():
        if not 1 <= len(key) <= _LONGEST_KEY:
            raise PydanticCustomError("metadata", "must have keys of 1 to 40 characters")
        if value is not None and not isinstance(value, str):
            raise PydanticCustomError("metadata", "must have strings as values, or null to remove a key")
        if value is not None and len(value) > _LONGEST_VALUE:
            raise PydanticCustomError("metadata", "must have values of at most 500 characters")
        if "\0" in f"{key}{value}":
            raise PydanticCustomError("metadata", "must not contain the character U+0000")
    fault = _fault(given)
    if fault is not None:
        raise PydanticCustomError("metadata", fault)
    return given


def merged(metadata: Mapping[str, str], given: Mapping[str, str | None], *, code: str | None = None) -> dict[str, str]:
    """An object's metadata after an update: new keys are added, and those with null or an empty string are removed.

    Raises ChargeError, with the code of the resource's invalid bodies, if the object would have too much.
    """
    both = {**metadata, **given}
    kept = {key: value for key, value in both.items() if value}
    fault = _fault(kept)
    if fault is not None:
        raise ChargeError(400, f"Invalid metadata: {fault}.", code=code, param="metadata")
    return kept


def _fault(metadata: Mapping[str, str | None]) -> str | None:
    """What is wrong with metadata as a whole."""
    if len(metadata) > _MOST_KEYS:
        return "must have at most 50 keys"
    texts = [text for pair in metadata.items() for text in pair if isinstance(text, str)]
    size = sum(len(text.encode("utf-8", "surrogatepass")) for text in texts)
    return "must have at most 20,000 bytes of keys and values" if size > _MOST_BYTES else None
