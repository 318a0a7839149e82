"""The wall clock and random secrets: the only module that reads the time and randomness of the machine."""

import secrets
import string
import time
from collections.abc import Callable
from typing import Final

_LETTERS: Final = (string.ascii_letters + string.digits).encode()
_UNFAIR: Final = bytes(range(256 // len(_LETTERS) * len(_LETTERS), 256))
"""Bytes that would make some letters likelier than others."""
_TO_LETTER: Final = bytes(_LETTERS[byte % len(_LETTERS)] for byte in range(256))
_STARTED = max(time.time_ns() - time.monotonic_ns() for _ in range(64))
"""Unix time in nanoseconds at which the monotonic clock was 0.

An interruption between the two readings makes a difference too small, so the largest of several is the best. With it,
processes that share a database agree to a microsecond, which at high speed is seconds of a world's time.
"""


def wall_now() -> int:
    """Microseconds since the epoch, UTC; never runs backwards while the process lives."""
    return (_STARTED + time.monotonic_ns()) // 1000


def lasting(micros: int) -> Callable[[], bool]:
    """A function that tells whether less than that many microseconds have passed since this call."""
    end = wall_now() + micros
    return lambda: wall_now() < end


def random_token(length: int) -> str:
    """A secret of letters and digits, each drawn from the machine's source of cryptographic chance."""
    token = b""
    while len(token) < length:
        token += secrets.token_bytes(2 * length).translate(_TO_LETTER, _UNFAIR)
    return token[:length].decode()
