"""Writes the lines of the request log to stderr from a thread, so that no request waits for a slow terminal or pipe."""

import os
from collections import deque
from threading import Event, Thread
from typing import Final

_PAUSE_S: Final = 0.05
"""Lines are collected this long and then written together: a thread that wakes for each would slow requests down."""
_RETRY_S: Final = 0.05
_MOST_LINES: Final = 10_000
"""The lines that wait for a reader that does not read. Later ones are left out, and then counted in a line."""
_STOP_S: Final = 1.0


class LogWriter:
    """Writes lines to a file descriptor, until `close`. A descriptor that is closed or broken is left alone."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lines: deque[str] = deque()
        self._room = _MOST_LINES
        self._left_out = 0
        self._some, self._closing = Event(), Event()
        self._thread = Thread(target=self._run, name="request log", daemon=True)
        self._thread.start()

    def write(self, line: str) -> None:
        """Puts a line in the queue; it neither waits nor raises."""
        if len(self._lines) >= self._room:
            self._left_out += 1
            return
        self._lines.append(line)
        if not self._some.is_set():
            self._some.set()

    def close(self) -> None:
        """Writes what is left, for a second at most."""
        self._closing.set()
        self._some.set()
        self._thread.join(_STOP_S)

    def _run(self) -> None:
        is_open = True
        while is_open:
            self._some.wait()
            self._closing.wait(_PAUSE_S)
            self._some.clear()
            is_last = self._closing.is_set()
            is_open = self._put(self._taken()) and not is_last
        self._room = 0

    def _taken(self) -> bytes:
        lines = [self._lines.popleft() for _ in range(len(self._lines))]
        if self._left_out:
            lines.append(f"wattif: {self._left_out} lines are left out here, because stderr was not read.")
            self._left_out = 0
        return "".join(f"{line}\n" for line in lines).encode("utf-8", "backslashreplace")

    def _put(self, data: bytes) -> bool:
        """Writes all of it, and waits where the reader is slow. Returns false if nothing can be written any more."""
        while data:
            try:
                data = data[os.write(self._descriptor, data) :]
            except BlockingIOError:
                if self._closing.wait(_RETRY_S):
                    return False
            except OSError:
                return False
        return True
