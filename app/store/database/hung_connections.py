"""Ends connections to a PostgreSQL that hangs: one that is frozen answers nothing, and so ends no statement itself."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

import psycopg

from ...domain.clock import SECOND
from ...wall_clock import ticks

HUNG_AFTER: Final = 40 * SECOND
"""Longer than PostgreSQL itself lets a statement run."""


class HungConnections:
    """The connections that work in threads, and how long they have worked."""

    def __init__(self) -> None:
        self._since: dict[Any, int] = {}
        self._is_over = False

    @contextmanager
    def timed(self, driver: Any) -> Iterator[None]:  # noqa: ANN401 - psycopg's connection, of any type of row
        """Work with a connection, which fails as if the connection were lost when it is ended meanwhile."""
        self._since[driver] = ticks()
        if self._is_over:
            _shut_down(driver)
        try:
            yield
        finally:
            del self._since[driver]

    def end_all(self) -> None:
        """Ends all connections that work, and all that begin to."""
        self._is_over = True
        self.end(0)

    def end(self, after: int) -> None:
        """Ends the connections that have worked for `after` microseconds or longer."""
        before = ticks() - after
        for driver, since in tuple(self._since.items()):
            if since <= before:
                _shut_down(driver)


def _shut_down(driver: Any) -> None:  # noqa: ANN401 - as above
    """Ends a connection from another thread than the one that waits for its answer."""
    # The thread may have ended the connection in the meantime.
    with suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(driver.fileno())) as connected:
        connected.shutdown(socket.SHUT_RDWR)
