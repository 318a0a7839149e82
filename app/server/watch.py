"""The times of a connection, which a sweep looks at about once a second, so that a request costs no timer."""

from typing import TYPE_CHECKING, Final

from .bounds import Bounds

if TYPE_CHECKING:
    from .protocol import HttpProtocol

IDLE, HEADER, BODY, DEAF = range(4)
"""What a client sends next: a request, the rest of a header, the rest of a body, or what is dropped."""


class Watch:
    """How long a connection has stood at one step, and how long its body and the reading of its answer have paused."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds: Final = bounds
        self._step = self._received = self._unsent = 0
        self._waited = self._paused = self._unread = 0.0

    def sweep(self, connection: "HttpProtocol", seconds: float) -> None:
        """Ends what has taken too long; `seconds` have passed since the last call."""
        if self._is_unread(connection.transport.get_write_buffer_size(), seconds):
            connection.transport.abort()
        elif connection.transport.is_closing():
            return
        elif connection.step != self._step:
            self._step, self._received = connection.step, connection.received
            self._waited = self._paused = 0.0
        elif connection.phase == BODY:
            self._check_body(connection, seconds)
        else:
            self._waited += seconds
            self._check_others(connection)

    def note_reading(self) -> None:
        """Notes that the client has read a part of its answer."""
        self._unsent = 0

    def _is_unread(self, unsent: int, seconds: float) -> bool:
        is_still = 0 < self._unsent <= unsent
        self._unsent = unsent
        self._unread = self._unread + seconds if is_still else 0.0
        return self._unread > self._bounds.unread_s

    def _check_body(self, connection: "HttpProtocol", seconds: float) -> None:
        """Bounds the pauses and the rate of a body. Time in which the server does not read it does not count."""
        if connection.flow.read_paused or connection.cycle.waiting_for_100_continue:
            return
        self._waited += seconds
        self._paused = self._paused + seconds if connection.received == self._received else 0.0
        self._received = connection.received
        allowed = self._bounds.body_pause_s + connection.received / self._bounds.body_bytes_per_s
        if self._paused > self._bounds.body_pause_s or self._waited > allowed:
            connection.refuse(408, "The body did not arrive in time.")

    def _check_others(self, connection: "HttpProtocol") -> None:
        bounds, waited = self._bounds, self._waited
        if connection.phase == HEADER:
            if waited > bounds.header_s:
                connection.refuse(408, "The header did not arrive in time.")
        elif connection.is_busy():
            running = connection.running
            has_begun = running is not None and running.response_started
            if connection.is_half_closed and not has_begun and waited > bounds.half_closed_s:
                connection.transport.abort()
        elif connection.phase == DEAF:
            if waited > bounds.linger_s:
                connection.transport.abort()
        elif connection.step == 0:
            if waited > bounds.first_request_s:
                connection.transport.close()
        elif waited > bounds.keep_alive_s + bounds.keep_alive_margin_s:
            connection.transport.close()
