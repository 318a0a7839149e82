"""Prints to stdout and stderr."""

import os
import sys
from typing import Final

from .errors import OutputError

_BROKEN_PIPE_EXIT: Final = 141
"""The exit code that a shell reports for a program whose output was closed: 128 + SIGPIPE."""


def say(text: str) -> None:
    """Prints lines of text. Control characters, and what the terminal's encoding lacks, are escaped."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    shown = "".join(f"{_printable(line)}\n" for line in text.split("\n"))
    write(shown.encode(encoding, "backslashreplace"))


def write(data: bytes) -> None:
    """Prints bytes. Raises OutputError if they cannot be written, and SystemExit if the reader closed the pipe."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        _discard_stdout()
        raise SystemExit(_BROKEN_PIPE_EXIT) from None
    except OSError as error:
        _discard_stdout()
        raise OutputError(f"the output cannot be written: {error.strerror or error}") from None


def complain(message: str) -> None:
    """Prints one line on stderr. Lines of the message are joined, and control characters escaped."""
    joined = "; ".join(line.strip() for line in message.splitlines() if line.strip())
    print(f"wattif: {_printable(joined)}", file=sys.stderr)  # noqa: T201 - the command's output


def _printable(text: str) -> str:
    """The text with escapes for characters that are not printable."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)


def _discard_stdout() -> None:
    """Sends what is left in stdout's buffer to nowhere, so that the interpreter's last flush cannot fail."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
