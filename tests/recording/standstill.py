"""Control over time and randomness: the wall clock stands still within a call, and tokens come from a seed."""

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Final
from unittest.mock import patch

from app import wall_clock

_BEGIN_US: Final = 1_773_133_200_000_000
"""2026-03-10T09:00:00Z."""
_STEP_US: Final = 100_000


class Standstill:
    """Replaces the modules `time` and `secrets` for the server."""

    def __init__(self, seed: int) -> None:
        self._monotonic_us = 0
        self.token_bytes = Random(seed).randbytes

    def monotonic_ns(self) -> int:
        return self._monotonic_us * 1000

    def time_ns(self) -> int:
        return (_BEGIN_US + self._monotonic_us) * 1000

    def step(self) -> None:
        """Lets a tenth of a second pass."""
        self._monotonic_us += _STEP_US


@contextmanager
def standing_still(seed: int) -> Iterator[Standstill]:
    """Within the block the server's clock begins at a fixed instant and moves by `step` only."""
    still = Standstill(seed)
    clock = patch.multiple(wall_clock.MACHINE, source=still.time_ns, steady=still.monotonic_ns, _ahead=0, _last=0)
    with patch.multiple(wall_clock, time=still, secrets=still), clock:
        yield still
