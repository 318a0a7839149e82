"""The writer of the log never makes its caller wait, and never raises."""

import fcntl
import os
import time
from collections.abc import Iterator
from typing import Final

import pytest

from app.server import log_writer
from app.server.log_writer import LogWriter

PATIENCE_S: Final = 10


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """Both ends of a pipe; a test may close them."""
    ends = os.pipe()
    yield ends
    for end in ends:
        try:
            os.close(end)
        except OSError:
            continue


def read(end: int, size: int) -> bytes:
    """Reads that many bytes."""
    found = b""
    while len(found) < size:
        found += os.read(end, size - len(found))
    return found


def test_lines_arrive_in_order(pipe: tuple[int, int]) -> None:
    """What is in the queue is written in one piece, and the rest when the writer is closed."""
    writer = LogWriter(pipe[1])
    for n in range(1_000):
        writer.write(f"line {n}")
    writer.close()

    assert os.read(pipe[0], 1 << 16).decode().splitlines() == [f"line {n}" for n in range(1_000)]


def test_a_line_is_written_soon_without_another(pipe: tuple[int, int]) -> None:
    """Lines wait for each other some fifty milliseconds, and not for more of them."""
    writer = LogWriter(pipe[1])
    for line in ("first", "second"):
        writer.write(line)
        assert read(pipe[0], len(line) + 1) == f"{line}\n".encode()
    writer.close()


def test_a_reader_that_stands_still_holds_nothing_up(pipe: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines beyond the queue are left out, and a line says how many."""
    monkeypatch.setattr(log_writer, "_MOST_LINES", 10)
    writer = LogWriter(pipe[1])
    line = "x" * 99_999
    writer.write(line)
    os.read(pipe[0], 1)  # the writer is in the middle of the first line now
    began = time.monotonic()
    for _ in range(30):
        writer.write("more")
    assert time.monotonic() - began < 1

    read(pipe[0], 99_999)
    rest = ["more"] * 10 + ["wattif: 20 lines are left out here, because stderr was not read."]
    expected = "".join(f"{each}\n" for each in rest).encode()
    assert read(pipe[0], len(expected)) == expected
    writer.close()


def test_closing_does_not_wait_long_for_a_reader(pipe: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal that was stopped with Ctrl+S does not keep a server from ending."""
    monkeypatch.setattr(log_writer, "_STOP_S", 0.1)
    writer = LogWriter(pipe[1])
    writer.write("x" * 1_000_000)
    began = time.monotonic()
    writer.close()

    assert time.monotonic() - began < PATIENCE_S / 2
    read(pipe[0], 1_000_001)


def test_a_broken_descriptor_is_left_alone(pipe: tuple[int, int]) -> None:
    """After the reader is gone, lines are dropped."""
    os.close(pipe[0])
    writer = LogWriter(pipe[1])
    for _ in range(3):
        writer.write("lost")
        time.sleep(0.01)
    writer.close()
    writer.write("lost")


def test_a_descriptor_that_does_not_block_gets_everything(pipe: tuple[int, int]) -> None:
    """A shell may have set stderr so that a full pipe is an error; the rest is written later."""
    fcntl.fcntl(pipe[1], fcntl.F_SETFL, os.O_NONBLOCK)
    writer = LogWriter(pipe[1])
    writer.write("x" * 200_000)

    assert read(pipe[0], 200_001) == b"x" * 200_000 + b"\n"
    writer.close()
