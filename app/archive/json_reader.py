"""A JSON document read part by part, and the line of each of its parts.

Reading all of it in one call would keep every other thread waiting for seconds, and take many times its size in memory.
"""

import codecs
import json
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from ..scenario.parts import Location
from .json_faults import fault_of, refuse_constant, unique

_BLANKS: Final = re.compile(r"[ \t\n\r]*")
_LONGEST: Final = 1 << 17
"""The most characters of a part that is read in one step; a session with the longest plan has half as many."""
_CHUNK: Final = 1 << 20
"""The bytes that are decoded in one step."""
_TOKEN: Final = 12
"""No escape and no literal has more characters, so a fault this near to the end of what was decoded may be none."""
_UNENDED: Final = "Unterminated string"
"""How the decoder's message begins for a string that does not end in what was decoded."""


class BadDocumentError(Exception):
    """A document has a fault on that line."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line
        self.reason = reason


class StoppedError(Exception):
    """The caller no longer wants the document."""


class Reader:
    """A position in a JSON document, which moves forward only: each part is read to its end before the next.

    No part that is read in one step is longer than `longest` characters. Raises BadDocumentError where the document is
    not UTF-8 or not JSON, and StoppedError once `is_stopped` says so. A byte-order mark is passed over.
    """

    def __init__(
        self,
        raw: bytes,
        is_stopped: Callable[[], bool] = lambda: False,
        *,
        longest: int = _LONGEST,
        chunk: int = _CHUNK,
    ) -> None:
        self._raw = raw
        self._is_stopped = is_stopped
        self._longest = longest
        self._chunk = chunk
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._decoded = len(codecs.BOM_UTF8) if raw.startswith(codecs.BOM_UTF8) else 0
        self._text = ""
        """What was decoded last; it begins `_lines` lines and `_columns` characters of a line after the beginning."""
        self._lines = 0
        self._columns = 0
        self._at = 0

    def value(self) -> Any:  # noqa: ANN401 - any JSON value
        """Reads the next value with all of its parts."""
        if self._is_stopped():
            raise StoppedError
        self._skip_blanks()
        begin = self._at
        try:
            value, end = _DECODER.raw_decode(self._text, begin)
        except json.JSONDecodeError as error:
            if self._is_cut(error):
                raise self._too_long() from error
            self._at = error.pos
            raise self._not_json(error.msg) from error
        except (ValueError, RecursionError) as error:
            self._at, reason = fault_of(error, self._text, self._at)
            raise self._not_json(reason) from error
        if end - begin > self._longest or (end == len(self._text) and not self._is_all()):
            raise self._too_long()
        self._at = end
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
        begin = self._text.rfind("\n", 0, self._at)
        column = self._at - begin + (self._columns if begin < 0 else 0)
        return BadDocumentError(self._line(), f"{reason} (column {column})")

    def _line(self) -> int:
        return self._lines + self._text.count("\n", 0, self._at) + 1

    def _is_all(self) -> bool:
        """Whether the document is decoded to its end."""
        return self._decoded >= len(self._raw)

    def _is_cut(self, error: json.JSONDecodeError) -> bool:
        """Whether a fault is only that the text was not decoded any further."""
        is_near_the_end = error.pos > len(self._text) - _TOKEN or error.msg.startswith(_UNENDED)
        return is_near_the_end and not self._is_all()

    def _decode(self) -> None:
        """Decodes more, until the longest part that begins here would be complete, and drops what was read."""
        while len(self._text) - self._at <= self._longest and not self._is_all():
            self._pass_over(self._text[: self._at])
            pending, _ = self._decoder.getstate()
            chunk = self._raw[self._decoded : self._decoded + self._chunk]
            self._decoded += len(chunk)
            try:
                more = self._decoder.decode(chunk, self._is_all())
            except UnicodeDecodeError as error:
                fault = self._decoded - len(chunk) - len(pending) + error.start
                column = fault - self._raw.rfind(b"\n", 0, fault)
                line = self._raw.count(b"\n", 0, fault) + 1
                raise BadDocumentError(line, f"this is not UTF-8 (column {column})") from error
            self._text, self._at = self._text[self._at :] + more, 0

    def _pass_over(self, text: str) -> None:
        lines = text.count("\n")
        self._columns = len(text) - text.rfind("\n") - 1 if lines else self._columns + len(text)
        self._lines += lines

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
        while True:
            self._decode()
            blanks = _BLANKS.match(self._text, self._at)
            self._at = blanks.end() if blanks else self._at
            if len(self._text) - self._at > self._longest or self._is_all():
                return

    def _too_long(self) -> BadDocumentError:
        return self.refusal(f"no part of an export is longer than {self._longest} characters")

    def _not_json(self, reason: str) -> BadDocumentError:
        return self.refusal(f"this is not JSON: {reason}")


_DECODER: Final = json.JSONDecoder(parse_constant=refuse_constant, object_pairs_hook=unique)
