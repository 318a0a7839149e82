"""What a command prints: whole, at once, and without a word too many when nobody reads on."""

import os
import sys
from typing import Final

from ..client.errors import FailedError

_NOBODY_READS: Final = 141
"""What a shell calls the exit of a program whose reader has gone."""


def say(text: str) -> None:
    """Prints lines of text; what a terminal cannot show, or would take for a command, is escaped."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    shown = "".join(f"{printable(line)}\n" for line in text.split("\n"))
    put(shown.encode(encoding, "backslashreplace"))


def put(data: bytes) -> None:
    """Prints bytes. Raises FailedError where they cannot be written, and SystemExit where nobody reads them."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        _be_quiet()
        raise SystemExit(_NOBODY_READS) from None
    except OSError as error:
        _be_quiet()
        raise FailedError(f"the answer cannot be written: {error.strerror or error}") from None


def complain(message: str) -> None:
    """Prints a line on stderr."""
    print(f"wattif: {one_line(message)}", file=sys.stderr)  # noqa: T201 - the command's answer


def one_line(text: str) -> str:
    """The text in one line, with escapes for what would steer a terminal."""
    joined = "; ".join(line.strip() for line in text.splitlines() if line.strip())
    return printable(joined)


def printable(text: str) -> str:
    """The text with escapes for what is no character to be seen, such as a line break or a terminal's command."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)


def _be_quiet() -> None:
    """Lets nothing complain about what is left in the buffer when the interpreter ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
