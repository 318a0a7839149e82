"""The request log of a server: which requests are logged, in which form, and where to."""

import os
import sys
from typing import Final

from ..settings import LogLevel, Settings
from ..web.request_log import RequestLog, RequestRecord
from .log_writer import LogWriter
from .request_lines import line_of, wants_colour

_STDERR: Final = 2


class StderrLog:
    """A log of requests on stderr. `requests` is what the application needs of it."""

    def __init__(self, settings: Settings, level: LogLevel) -> None:
        colour = sys.stderr is not None and wants_colour(sys.stderr, os.environ)
        self._line = line_of(settings.log_format, colour=colour)
        self._writer = LogWriter(_STDERR)
        self.requests: Final = RequestLog(self._write, everything=level == "all")

    def close(self) -> None:
        """Writes what is left."""
        self._writer.close()

    def _write(self, record: RequestRecord) -> None:
        self._writer.write(self._line(record))


def opened(settings: Settings) -> StderrLog | None:
    """The log that the settings ask for, or None. By default, a terminal shows all requests, and a file refusals."""
    level = settings.log
    if level is None:
        is_terminal = sys.stderr is not None and sys.stderr.isatty()
        level = "all" if is_terminal else "refusals"
    return None if level == "off" or sys.stderr is None else StderrLog(settings, level)
