"""Files of worlds: one is there whole, or not at all."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Final

from ..client.errors import MisusedError
from .output import put

Keep = Callable[[bytes], object]
_CHUNK: Final = 65_536
_STREAM: Final = Path("-")


def is_stream(file: Path | None) -> bool:
    """Whether no file is meant, but stdin or stdout."""
    return file is None or file == _STREAM


def reading(file: Path) -> bytes:
    """What is in a file, or comes from stdin. Raises MisusedError where it cannot be read."""
    try:
        return sys.stdin.buffer.read() if is_stream(file) else file.read_bytes()
    except OSError as error:
        raise MisusedError(f"{file} cannot be read: {error.strerror or error}") from None


@contextmanager
def saved(file: Path | None) -> Iterator[Keep]:
    """Takes pieces, and gives them to a file or to stdout once all are there; after a failure nothing has changed.

    Raises MisusedError where they cannot be written.
    """
    try:
        with _gathered(file) as kept:
            yield kept.write
    except OSError as error:
        raise MisusedError(f"{file or 'the world'} cannot be written: {error.strerror or error}") from None


@contextmanager
def _gathered(file: Path | None) -> Iterator[IO[bytes]]:
    target = None if file is None or is_stream(file) else Path(os.path.realpath(file))
    if target is None or (target.exists() and not target.is_file()):
        with TemporaryFile() as kept:
            yield kept
            kept.seek(0)
            _pass_on(kept, target)
        return
    part = target.with_name(f".{os.getpid()}.part")
    try:
        with part.open("xb") as kept:
            yield kept
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _pass_on(kept: IO[bytes], target: Path | None) -> None:
    """To stdout, or to what is no file that could be replaced, such as a pipe."""
    if target is None:
        while piece := kept.read(_CHUNK):
            put(piece)
        return
    with target.open("wb") as stream:
        while piece := kept.read(_CHUNK):
            stream.write(piece)
