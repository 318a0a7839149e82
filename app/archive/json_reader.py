"""A JSON document read part by part, and the line of each of its parts.

Reading all of it in one call would keep every other thread waiting for seconds, and take twice the memory.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from ..scenario.objects import Location
from .json_faults import fault_of, refuse_constant, unique

_BLANKS: Final = re.compile(r"[ \t\n\r]*")


class BadDocumentError(Exception):
    """A document has a fault on that line."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line
        self.reason = reason


def text_of(raw: bytes) -> str:
    """The document as text. Raises BadDocumentError."""
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        column = error.start - raw.rfind(b"\n", 0, error.start)
        raise BadDocumentError(raw.count(b"\n", 0, error.start) + 1, f"this is not UTF-8 (column {column})") from error


class Reader:
    """A position in a JSON document, which moves forward only: each part is read to its end before the next.

    Raises BadDocumentError where the text is not JSON.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def value(self) -> Any:  # noqa: ANN401 - any JSON value
        """Reads the next value with all of its parts."""
        self._skip_blanks()
        try:
            value, self._at = _DECODER.raw_decode(self._text, self._at)
        except json.JSONDecodeError as error:
            self._at = error.pos
            raise self._not_json(error.msg) from error
        except (ValueError, RecursionError) as error:
            self._at, reason = fault_of(error, self._text, self._at)
            raise self._not_json(reason) from error
        return value

    def members(self) -> Iterator[str]:
        """The names of the next value, an object; the caller reads the value of each before it asks for the next."""
        for _ in self._parts("{", "}"):
            name = self.value()
            if not isinstance(name, str):
                raise self._not_json("A name is expected")
            self._pass(":")
            yield name

    def elements(self) -> Iterator[int]:
        """The places in the next value, a list; the caller reads the value at each before it asks for the next."""
        for place, _ in enumerate(self._parts("[", "]")):
            yield place

    def begins(self, sign: str) -> bool:
        """Whether the next value begins with that sign."""
        self._skip_blanks()
        return self._text.startswith(sign, self._at)

    def skip(self) -> None:
        """Reads the next value without keeping it; a list element by element."""
        if not self.begins("["):
            self.value()
            return
        for _ in self.elements():
            self.value()

    def end(self) -> None:
        """Refuses text after the last value."""
        self._skip_blanks()
        if self._at < len(self._text):
            raise self._not_json("Nothing more is expected")

    def line_of(self, where: Location) -> int:
        """The line of the part that the steps lead to from here, or of the innermost part on the way that exists."""
        self._skip_blanks()
        line = self._line()
        for step in where:
            if not self._go(step):
                break
            self._skip_blanks()
            line = self._line()
        return line

    def refusal(self, reason: str) -> BadDocumentError:
        """The error for a fault at this position."""
        column = self._at - self._text.rfind("\n", 0, self._at)
        return BadDocumentError(self._line(), f"{reason} (column {column})")

    def _line(self) -> int:
        return self._text.count("\n", 0, self._at) + 1

    def _go(self, to: str | int) -> bool:
        """Moves to a part of the next value; False if it has no such part."""
        steps: Iterator[str | int] = iter(())
        if self.begins("{" if isinstance(to, str) else "["):
            steps = self.members() if isinstance(to, str) else self.elements()
        for step in steps:
            if step == to:
                return True
            self.skip()
        return False

    def _parts(self, opening: str, closing: str) -> Iterator[None]:
        self._pass(opening)
        if not self.begins(closing):
            yield
            while not self.begins(closing):
                self._pass(",")
                yield
        self._pass(closing)

    def _pass(self, sign: str) -> None:
        if not self.begins(sign):
            raise self._not_json(f"{sign!r} is expected")
        self._at += 1

    def _skip_blanks(self) -> None:
        blanks = _BLANKS.match(self._text, self._at)
        self._at = blanks.end() if blanks else self._at

    def _not_json(self, reason: str) -> BadDocumentError:
        return self.refusal(f"this is not JSON: {reason}")


_DECODER: Final = json.JSONDecoder(parse_constant=refuse_constant, object_pairs_hook=unique)
