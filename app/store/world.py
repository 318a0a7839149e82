"""A world's own row, and the credentials that open it."""

from dataclasses import dataclass, replace
from typing import Final

import orjson

from ..domain.clock import DAY, LATEST, NEVER, Clock
from ..domain.models import JsonText
from ..domain.planned_days import PlannedDays, Span

MOST_PASSED: Final = 366
"""The days before its clock that a world which goes on may lack; those before them are never planned."""

PLANNED_FROM: Final = 1 << 52
"""The first number of what is planned in a world that callers use."""


@dataclass(frozen=True, slots=True)
class World:
    """A world: its origin, its clock, and the counter of its sessions.

    `sample` holds ready-made ids. `next_n` is the number of the session that a caller starts next, and `first_n` what
    that was when the world was opened. `planned_n` sessions and reservations were planned since; their numbers count
    from `PLANNED_FROM`, so that the numbers of what callers start do not depend on planning. `first_speed` is
    the speed of the clock after each reset, and `sessions` the size that was asked for, if any. `template` is the
    number of the world that this one is a copy of. `page_break_at` is 0 where pages have no break.

    All days before `horizon` are planned, except those in `gaps`, a list of pairs of instants. A world that goes on is
    planned for `coming_days` after the day that its clock shows; one that ends has none.

    `link_key` is the world's own part of the links that work without another key; only an open world has one.

    Three fields are instants of the wall clock: the world may be removed from `expires_at` on, the building of the
    world last progressed at `progressed_at`, at last when it was opened, and the world was retired at `retired_at`.
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
    sample: JsonText
    sessions: int | None
    template: int | None
    first_n: int
    expires_at: int
    progressed_at: int = 0
    retired_at: int = NEVER
    coming_days: int | None = None
    gaps: JsonText = "[]"
    planned_n: int = 0
    link_key: str = ""

    @property
    def goes_on(self) -> bool:
        """Whether days are planned as the clock goes on."""
        return self.coming_days is not None

    @property
    def planned(self) -> PlannedDays:
        """The days that are planned."""
        return PlannedDays(self.horizon, tuple((since, until) for since, until in orjson.loads(self.gaps)))

    def with_planned(self, days: PlannedDays) -> "World":
        """The world with these days planned."""
        return replace(self, horizon=days.horizon, gaps=orjson.dumps(days.gaps).decode())

    def missing_days(self, now: int) -> list[Span]:
        """The days that the world lacks when its clock shows `now`, oldest first; none if it does not go on."""
        if self.coming_days is None or (self.gaps == "[]" and self.horizon > now + self.coming_days * DAY):
            return []
        today = now - now % DAY
        return self.planned.missing(today - MOST_PASSED * DAY, min(today + (self.coming_days + 1) * DAY, LATEST))


@dataclass(frozen=True, slots=True)
class Credential:
    """A key that opens one world. `secret` goes with a client id; `expires_at` is an instant of that world."""

    vendor: str
    key: str
    secret: str | None
    expires_at: int


@dataclass(frozen=True, slots=True)
class StoredCredential(Credential):
    """A credential, and the number of the world that it opens."""

    world: int


@dataclass(frozen=True, slots=True)
class OpenedWorld:
    """A world and the credential that opened it."""

    world: World
    credential: Credential
