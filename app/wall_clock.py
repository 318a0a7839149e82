"""The wall clock and random secrets: the only module that reads the time and randomness of the machine."""

import logging
import secrets
import string
import time
from collections.abc import Callable
from threading import Lock
from typing import Final

_LOG: Final = logging.getLogger("wattif")
_SECOND: Final = 1_000_000
_LETTERS: Final = (string.ascii_letters + string.digits).encode()
_UNFAIR: Final = bytes(range(256 // len(_LETTERS) * len(_LETTERS), 256))
"""Bytes that would make some letters likelier than others."""
_TO_LETTER: Final = bytes(_LETTERS[byte % len(_LETTERS)] for byte in range(256))


class WallClock:
    """A clock that follows the machine's, and never falls while the process lives.

    It follows a step forward. After a step back it stands still until the machine's clock has caught up, if that takes
    a second at most; after a longer one it runs on from its last instant, ahead of the machine's clock, and logs that.
    A later step forward brings the two together again.
    """

    def __init__(self, source: Callable[[], int], steady: Callable[[], int]) -> None:
        """Both return nanoseconds: `source` since the epoch, UTC, and `steady` since some instant, without steps."""
        self.source = source
        self.steady = steady
        self._ahead = 0
        self._last = 0
        self._ran_on_at = (0, 0)
        self._stepping = Lock()

    def now(self) -> int:
        """Microseconds since the epoch, UTC; never runs backwards."""
        at = self.source() // 1000
        if self._ahead or at < self._last:
            return self._caught_up(self._last, "The machine's clock was set back by %.1f s.")
        self._last = at
        return at

    def machine_now(self) -> int:
        """What the machine's clock shows, in microseconds, even if this clock is ahead of it."""
        return self.source() // 1000

    def caught_up(self, seen: int) -> int:
        """Now, and at least `seen`, an instant that another process, or an earlier one, has noted in a database.

        Where `seen` is more than a second ahead, this clock runs on from it, and logs that.
        """
        at = self.now()
        return at if seen <= at else self._caught_up(seen, "The database is %.1f s ahead of the machine's clock.")

    def _caught_up(self, seen: int, why: str) -> int:
        with self._stepping:
            machine, steady = self.source() // 1000, self.steady() // 1000
            stepped = machine - self._ran_on_at[0] - (steady - self._ran_on_at[1])
            if self._ahead and stepped > _SECOND:
                self._ahead = max(0, self._ahead - stepped)
                self._ran_on_at = machine, steady
            behind = seen - machine - self._ahead
            if behind > _SECOND:
                _LOG.warning("%s Worlds run on from their last instant.", why % (behind / _SECOND))
                self._ahead += behind
                self._ran_on_at = machine, steady
            self._last = max(self._last, machine + self._ahead, seen)
            return self._last


MACHINE: Final = WallClock(time.time_ns, time.monotonic_ns)
"""The clock of this process. Only tests give it another source."""
wall_now: Final = MACHINE.now


def ticks() -> int:
    """Microseconds since some instant, for durations: no step of the machine's clock changes them."""
    return time.monotonic_ns() // 1000


def lasting(micros: int) -> Callable[[], bool]:
    """A function that tells whether less than that many microseconds have passed since this call."""
    end = ticks() + micros
    return lambda: ticks() < end


def random_token(length: int) -> str:
    """A secret of letters and digits, each drawn from the machine's source of cryptographic chance."""
    token = b""
    while len(token) < length:
        token += secrets.token_bytes(2 * length).translate(_TO_LETTER, _UNFAIR)
    return token[:length].decode()
