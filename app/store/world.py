"""A world's own row, and the credentials that open it."""

from dataclasses import dataclass
from typing import Annotated, TypeAlias

from ..domain.clock import NEVER, Clock

JsonText: TypeAlias = Annotated[str, "JSON"]
"""The type of a field that holds a text in JSON."""


@dataclass(frozen=True, slots=True)
class World:
    """A world: its origin, its clock, and the counter of its sessions.

    `sample` holds ready-made ids, `next_n` is the number of the next session, and `first_n` is what `next_n` was when
    the world was opened. `first_speed` is the speed of the clock after each reset, and `sessions` the size that was
    asked for, if any. All days before `horizon` are planned, and `planned_slices` slices of the day that begins then.
    `template` is the number of the world that this one is a copy of. `page_break_at` is 0 where pages have no break.

    `link_key` is the world's own part of the links that work without another key; only an open world has one.

    Three fields are instants of the wall clock: the world may be removed from `expires_at` on, the building of the
    world last progressed at `progressed_at`, and the world was retired at `retired_at`.
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
    planned_slices: int = 0
    progressed_at: int = 0
    retired_at: int = NEVER
    link_key: str = ""


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
