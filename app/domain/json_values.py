"""Free JSON: what a vendor shows of a thing and Wattif never asks about, as the text that a database stores."""

import re
from collections.abc import Iterator
from math import isfinite
from typing import Any, Final

import orjson

LONGEST: Final = 100_000
"""The most characters of such a text; the vendors' answers to changes, which are kept, have half of them at most."""
DEEPEST: Final = 16
"""How deep it may be nested."""
_UNSTORABLE: Final = re.compile("[\0\ud800-\udfff]")


def object_text(value: object) -> str:
    """The text of a JSON object. Raises ValueError for what is no object, or what a database cannot store."""
    if not isinstance(value, dict):
        raise ValueError("this must have names with values")  # noqa: TRY004 - what pydantic reports
    for part, depth in parts(value):
        if depth > DEEPEST:
            raise ValueError(f"this is nested more than {DEEPEST} levels deep")
        if isinstance(part, str) and _UNSTORABLE.search(part):
            raise ValueError("a text has neither NUL nor half of a surrogate pair")
        if isinstance(part, float) and not isfinite(part):
            raise ValueError("a number is finite")
        if not isinstance(part, str | int | float | list | dict | None):
            raise ValueError(f"write {part} in quotes")  # noqa: TRY004 - the same
    try:
        text = orjson.dumps(value).decode()
    except orjson.JSONEncodeError as error:
        raise ValueError("a number has up to 64 bits, and a name is text") from error
    if len(text) > LONGEST:
        raise ValueError(f"this has more than {LONGEST:,} characters as JSON")
    return text


def member(text: str, *names: str) -> Any:  # noqa: ANN401 - any JSON value
    """A member of the text of a JSON object, by the names that lead to it; None if there is none."""
    value = orjson.loads(text)
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def parts(value: Any) -> Iterator[tuple[Any, int]]:  # noqa: ANN401 - any JSON value
    """Yields a value, and all names and values in it, each with its depth; what is nested too deeply is left out."""
    pending = [(value, 0)]
    while pending:
        part, depth = pending.pop()
        yield part, depth
        if depth > DEEPEST:
            continue
        if isinstance(part, dict):
            pending += [(each, depth + 1) for pair in part.items() for each in pair]
        elif isinstance(part, list):
            pending += [(each, depth + 1) for each in part]
