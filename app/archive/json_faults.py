"""Faults that Python's JSON decoder does not place, or does not see: names that are there twice, and odd numbers."""

import json
import re
from typing import Any, Final, NamedTuple, NoReturn

_TOKEN: Final = re.compile(r'(?P<name>"(?:[^"\\]|\\.)*")[ \t\n\r]*:|"(?:[^"\\]|\\.)*"|[{}\[\]]', re.DOTALL)
_ODD_NUMBER: Final = re.compile(r'"(?:[^"\\]|\\.)*"|(?P<number>[0-9]{4301,}|NaN|-?Infinity)', re.DOTALL)
"""A number, outside of texts, that Python converts to none: JSON has no NaN, and an integer has up to 4,300 digits."""
_SHOWN: Final = 64


class JsonFault(NamedTuple):
    """What is wrong with a document, and the offset of the character at which it is."""

    at: int
    reason: str


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of its members, for a JSON decoder. Raises ValueError if a name is there twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name is here for the second time")
    return found


def refuse_constant(word: str) -> NoReturn:
    """Refuses NaN and its like, for a JSON decoder."""
    raise ValueError(f"{word} is not a number")


def fault_of(error: Exception, text: str, begin: int) -> JsonFault:
    """Where the fault is that made the decoder raise this error for the value that begins there, and what it is."""
    if isinstance(error, RecursionError):
        return JsonFault(begin, "this is nested too deeply")
    for token in _ODD_NUMBER.finditer(text, begin):
        number = token["number"]
        if number is not None:
            digits = f"a number of {len(number):,} digits is too large"
            return JsonFault(token.start("number"), digits if number.isdigit() else f"{number} is not a number")
    return repeated_name(text, begin) or JsonFault(begin, str(error))


def repeated_name(text: str, begin: int = 0) -> JsonFault | None:
    """The first name that is there twice in an object, in the JSON that begins there; None if there is none."""
    within: list[set[str]] = []
    for token in _TOKEN.finditer(text, begin):
        written = token["name"]
        if written is not None and within:
            name = json.loads(written)
            if name in within[-1]:
                return JsonFault(token.start(), f"{name[:_SHOWN]!r} is here for the second time")
            within[-1].add(name)
        elif token[0] in {"{", "["}:
            within.append(set())
        elif token[0] in {"}", "]"} and within:
            within.pop()
    return None
