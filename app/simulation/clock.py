"""The wall clock and fresh secrets: the only place that asks the machine what time it is, or for chance."""

import secrets
import string
import time
from typing import Final

_LETTERS: Final = string.ascii_letters + string.digits
_STARTED = time.time_ns() - time.monotonic_ns()


def wall() -> int:
    """Microseconds since the epoch, UTC; never runs backwards while the process lives."""
    return (_STARTED + time.monotonic_ns()) // 1000


def fresh_token(length: int) -> str:
    """Letters and digits that nobody can guess."""
    return "".join(secrets.choice(_LETTERS) for _ in range(length))
