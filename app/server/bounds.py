"""What one client may take of a server: sizes, counts and times, each with the answer of a request that goes beyond."""

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from uvicorn.server import ServerState

if TYPE_CHECKING:
    from ..web.request_log import RequestLog

_MOST_CONNECTIONS: Final = 10_000
_LEAST_RESERVE: Final = 64
"""The file descriptors that are kept for the database, its views, files and the start of programs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The bounds of a server's connections. Sizes are in bytes, times in seconds."""

    target_bytes: int = 32 << 10
    """The path and query of a request; a longer one is 414."""
    header_bytes: int = 64 << 10
    """All header lines with the target, and the trailers of a chunked body; more is 431."""
    header_lines: int = 200
    """More is 431."""
    first_request_s: float = 20
    """A new connection that begins no request in that time is closed."""
    header_s: float = 20
    """The time for all header lines, then 408."""
    body_pause_s: float = 20
    """A body that does not grow for that time is 408."""
    body_bytes_per_s: int = 500
    """A body that comes more slowly than this, beyond the first `body_pause_s`, is 408."""
    dropped_bytes: int = 64 << 20
    """How much of a body is read and dropped after it has been answered; then the connection is closed."""
    keep_alive_s: int = 75
    """How long a connection without a request stays open; longer than the pools of common HTTP clients keep it."""
    keep_alive_margin_s: float = 5
    """Added to the time that `Keep-Alive` announces, so that a request sent at its end still arrives."""
    unread_s: float = 60
    """A client that takes nothing of its answer for that time is disconnected."""
    half_closed_s: float = 3
    """How long an answer may take to begin when the client has closed its side. It may also be gone altogether."""
    linger_s: float = 2
    """How long a refused client may go on sending, so that it can read its answer."""
    linger_bytes: int = 1 << 20
    """How much of that is read and dropped."""
    connections: int = _MOST_CONNECTIONS
    """The connections that are open at the same time; further ones get 503 and are closed."""


class SharedState(ServerState):
    """What all connections of a server share: uvicorn's state, the bounds, and whether connections are refused now.

    `log` is where requests are logged that reach no application, if anywhere.
    """

    def __init__(self, bounds: Bounds) -> None:
        super().__init__()
        self.bounds = bounds
        self.refuses = False
        self.log: RequestLog | None = None


def connections_at_most() -> int:
    """How many connections the process may hold, so that its file descriptors do not run out."""
    if sys.platform == "win32":
        return _MOST_CONNECTIONS
    import resource  # noqa: PLC0415 - Windows has none

    descriptors, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if descriptors == resource.RLIM_INFINITY:
        return _MOST_CONNECTIONS
    return max(1, min(_MOST_CONNECTIONS, descriptors - max(_LEAST_RESERVE, descriptors // 8)))
