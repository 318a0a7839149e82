"""The wall clock and fresh secrets: the only place that asks the machine what time it is, or for chance."""

import secrets
import string
import time
from collections.abc import Callable
from typing import Final

_LETTERS: Final = string.ascii_letters + string.digits
_STARTED = max(time.time_ns() - time.monotonic_ns() for _ in range(64))
"""The most is the best: whoever is interrupted between the two readings gets too little.

Processes that share a database agree so to a microsecond, which at high speed is seconds of a world's time.
"""


def wall() -> int:
    """Microseconds since the epoch, UTC; never runs backwards while the process lives."""
    return (_STARTED + time.monotonic_ns()) // 1000


def lasting(micros: int) -> Callable[[], bool]:
    """Tells whether so many microseconds are not over yet."""
    end = wall() + micros
    return lambda: wall() < end


def fresh_token(length: int) -> str:
    """Letters and digits that nobody can guess."""
    return "".join(secrets.choice(_LETTERS) for _ in range(length))
