"""JSON read part by part, however long it is, and the line on which any part of it stands."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final, NoReturn

from ..scenario.objects import Location

_BLANKS: Final = re.compile(r"[ \t\n\r]*")


class BadDocumentError(Exception):
    """A document that cannot be used, for what is wrong with it on that line."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line
        self.reason = reason


def text_of(raw: bytes) -> str:
    """The document as text. Raises BadDocumentError."""
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise BadDocumentError(raw.count(b"\n", 0, error.start) + 1, "this is not UTF-8") from error


class Reader:
    """Goes through a JSON document once. Each of its parts is to be read to its end before the next.

    Raises BadDocumentError where the text is not JSON.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def value(self) -> Any:  # noqa: ANN401 - whatever JSON can hold
        """The next value, all of it."""
        self._pass_blanks()
        try:
            value, self._at = _DECODER.raw_decode(self._text, self._at)
        except json.JSONDecodeError as error:
            self._at = error.pos
            raise self._no_json(error.msg) from error
        except (ValueError, RecursionError) as error:
            raise self._no_json(str(error)) from error
        return value

    def members(self) -> Iterator[str]:
        """The names in the next value, an object; what belongs to each is read meanwhile."""
        for _ in self._parts("{", "}"):
            name = self.value()
            if not isinstance(name, str):
                raise self._no_json("A name is expected")
            self._pass(":")
            yield name

    def elements(self) -> Iterator[int]:
        """The places in the next value, a list; what stands at each is read meanwhile."""
        for place, _ in enumerate(self._parts("[", "]")):
            yield place

    def begins(self, sign: str) -> bool:
        """Whether the next value begins so."""
        self._pass_blanks()
        return self._text.startswith(sign, self._at)

    def skip(self) -> None:
        """Reads the next value, and keeps nothing of it."""
        if not self.begins("["):
            self.value()
            return
        for _ in self.elements():
            self.value()

    def end(self) -> None:
        """Refuses whatever comes after the last value."""
        self._pass_blanks()
        if self._at < len(self._text):
            raise self._no_json("Nothing more is expected")

    def line_of(self, where: Location) -> int:
        """The line of the part that the steps lead to from here, or of the innermost one on the way that is there."""
        self._pass_blanks()
        line = self._line()
        for step in where:
            if not self._go(step):
                break
            self._pass_blanks()
            line = self._line()
        return line

    def refusal(self, reason: str) -> BadDocumentError:
        """The document cannot be used, because of what it has been read up to."""
        return BadDocumentError(self._line(), reason)

    def _line(self) -> int:
        return self._text.count("\n", 0, self._at) + 1

    def _go(self, to: str | int) -> bool:
        """Goes to a part of the next value, if it is there."""
        if isinstance(to, str):
            steps: Iterator[str | int] = self.members() if self.begins("{") else iter(())
        else:
            steps = self.elements() if self.begins("[") else iter(())
        for step in steps:
            if step == to:
                return True
            self.skip()
        return False

    def _parts(self, opening: str, closing: str) -> Iterator[None]:
        self._pass(opening)
        if self.begins(closing):
            self._pass(closing)
            return
        yield
        while not self.begins(closing):
            self._pass(",")
            yield
        self._pass(closing)

    def _pass(self, sign: str) -> None:
        if not self.begins(sign):
            raise self._no_json(f"{sign!r} is expected")
        self._at += 1

    def _pass_blanks(self) -> None:
        blanks = _BLANKS.match(self._text, self._at)
        self._at = blanks.end() if blanks else self._at

    def _no_json(self, reason: str) -> BadDocumentError:
        column = self._at - self._text.rfind("\n", 0, self._at)
        return self.refusal(f"this is not JSON: {reason} (column {column})")


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")


_DECODER: Final = json.JSONDecoder(parse_constant=_refuse)
