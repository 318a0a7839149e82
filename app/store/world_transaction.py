"""A world at an instant, seen through an open transaction: what every query and every change is given first."""

from dataclasses import dataclass

from sqlalchemy import Connection

from ..domain.channels import Channels
from ..domain.clock import Clock


@dataclass(frozen=True, slots=True)
class World:
    """A world as it stands in the database.

    `sample` is JSON of ready-made ids, `next_n` the next session's number, `first_speed` what its clock runs at
    whenever the world is made anew, and `sessions` how many its population was to grow to, if anybody said so.
    Its days are planned up to `horizon`; the microseconds beyond a midnight count what is there of the day after.
    `template` is the number of the world it was copied from, `first_n` what `next_n` was when it was opened, and
    `expires_at` the wall clock's instant from which on it may be removed.
    """

    n: int
    name: str
    state: str
    scenario: str
    fingerprint: str
    seed: int
    start: str
    monday: int
    clock: Clock
    first_speed: float
    horizon: int
    page_break_at: int
    next_n: int
    sample: str
    sessions: int | None
    template: int | None
    first_n: int
    expires_at: int


@dataclass(frozen=True, slots=True)
class WorldTransaction:
    """A world, an instant in it, and the transaction to read or change it by.

    `channels` are those of the server. In a change, `wall` is the wall clock's instant at which it became `now`.
    """

    db: Connection
    world: World
    now: int
    channels: Channels
    wall: int = 0
