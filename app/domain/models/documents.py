"""Objects of a vendor that the simulation never asks about."""

from dataclasses import dataclass

from ..clock import NEVER, Instant
from .rows import JsonText


@dataclass(frozen=True, slots=True)
class Document:
    """An object of one vendor, whose `body` is in that vendor's words.

    Its status is `first`, then `second` from `second_at` on, then `third` from `third_at` on; a status that does not
    come has no name and the instant NEVER. `kind` and `id` name it within the vendor; `owner` is the id of what it
    belongs to, by which a list is filtered; `n` and `created_at` give it its place in a list, newest first. A body
    holds no instant that has to move when a world is copied to another week.
    """

    vendor: str
    kind: str
    id: str
    n: int
    created_at: Instant
    body: JsonText
    touched_at: Instant = NEVER
    owner: str | None = None
    first: str | None = None
    second: str | None = None
    second_at: Instant = NEVER
    third: str | None = None
    third_at: Instant = NEVER

    def status(self, now: int) -> str | None:
        """`first`, or `second` or `third` from their instants on."""
        if now >= self.third_at:
            return self.third
        return self.second if now >= self.second_at else self.first
