"""Counts the answers of an API in plain numbers, because every request is counted and a scrape is rare."""

from bisect import bisect_left
from typing import Final

WAITS: Final = (
    *(500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000),
    *(1_000_000, 2_500_000, 5_000_000, 10_000_000),
)
"""The bounds of the histogram of the times until an answer began, in microseconds."""
OTHER: Final = "other"
"""Counts all unknown methods as one, because a caller can invent any number of them."""
_METHODS: Final = {name: name for name in ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")}


class RequestCounter:
    """The answers of one API.

    `answers` counts them by method and status, `waits` by the bounds of WAITS and one group for longer times; `waited`
    is the sum of their times in microseconds.
    """

    __slots__ = ("answers", "waited", "waits")

    def __init__(self) -> None:
        self.answers: dict[tuple[str, int], int] = {}
        self.waits = [0] * (len(WAITS) + 1)
        self.waited = 0

    def add(self, method: str, status: int, took: int) -> None:
        """Counts an answer that began `took` microseconds after its request came in."""
        key = _METHODS.get(method, OTHER), status
        self.answers[key] = self.answers.get(key, 0) + 1
        self.waits[bisect_left(WAITS, took)] += 1
        self.waited += took
