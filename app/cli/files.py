"""Files that commands read and write. A file is replaced as a whole, or left as it was."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, Final

from ..client import UsageError
from .output import write

WriteChunk = Callable[[bytes], object]
_CHUNK_BYTES: Final = 65_536
_STREAM: Final = Path("-")


def is_stream(file: Path | None) -> bool:
    """Whether stdin or stdout is meant instead of a file."""
    return file is None or file == _STREAM


def file_bytes(file: Path) -> bytes:
    """The content of a file, or of stdin. Raises UsageError if it cannot be read."""
    try:
        return sys.stdin.buffer.read() if is_stream(file) else file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror or error}") from None


def json_of(text: str) -> Any:  # noqa: ANN401 - any JSON value
    """The JSON in a text that begins with `{`, or in the file of that path, or in stdin. Raises UsageError.

    No message repeats the content, which may be secret.
    """
    is_inline = text.lstrip().startswith("{")
    content = text if is_inline else file_bytes(Path(text))
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        raise UsageError(f"{'the option' if is_inline else text} is not valid JSON") from None


@contextmanager
def replaced_file(file: Path | None) -> Iterator[WriteChunk]:
    """Collects chunks, and writes them to the file or to stdout when the block ends.

    If the block raises, the file is what it was before. Raises UsageError if the file cannot be written.
    """
    try:
        with _temporary_file(file) as chunks:
            yield chunks.write
    except OSError as error:
        raise UsageError(f"{file or 'the world'} cannot be written: {error.strerror or error}") from None


@contextmanager
def _temporary_file(file: Path | None) -> Iterator[IO[bytes]]:
    target = None if file is None or is_stream(file) else Path(os.path.realpath(file))
    if target is None or (target.exists() and not target.is_file()):
        with TemporaryFile() as chunks:
            yield chunks
            chunks.seek(0)
            _copy(chunks, target)
        return
    part = target.with_name(f".{os.getpid()}.part")
    try:
        with part.open("xb") as chunks:
            yield chunks
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _copy(chunks: IO[bytes], target: Path | None) -> None:
    """Copies to stdout, or to a target that is not a regular file, such as a pipe, and cannot be replaced."""
    if target is None:
        while chunk := chunks.read(_CHUNK_BYTES):
            write(chunk)
        return
    with target.open("wb") as stream:
        while chunk := chunks.read(_CHUNK_BYTES):
            stream.write(chunk)
