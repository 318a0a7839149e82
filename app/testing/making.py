"""Makes the worlds of tests, and deletes them."""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Protocol

from ..wall_clock import random_token
from .sandbox_world import SandboxWorld

if TYPE_CHECKING:
    from ..client.values import Instant
    from .servers import TestServer

_LIFETIME: Final = timedelta(days=1)
"""Real time after which a world on a named server is gone, if the run that made it was killed."""
_OTHER_LETTERS: Final = re.compile(r"[^a-z0-9]+")
_NAME_LETTERS: Final = 48
_CHANCE_LETTERS: Final = 8


class WorldFactory(Protocol):
    """Makes private worlds: what the fixture `wattif_worlds` is."""

    def __call__(
        self,
        *,
        scenario: str | None = None,
        seed: int | None = None,
        start: "Instant | None" = None,
        speed: float = 0,
    ) -> SandboxWorld: ...


def new_world(
    server: "TestServer",
    names: Callable[[], Mapping[str, str]],
    *,
    about: str = "test",
    stays: bool = False,
    scenario: str | None = None,
    seed: int | None = None,
    start: "Instant | None" = None,
    speed: float = 0,
) -> SandboxWorld:
    """Makes a private world, with a name that says what it is `about`.

    On a server that this run has not started it expires after a day, unless it `stays`.
    """
    label = _OTHER_LETTERS.sub("-", about.lower()).strip("-")[:_NAME_LETTERS].strip("-") or "test"
    new = server.client.create_world(
        f"{label}-{random_token(_CHANCE_LETTERS).lower()}",
        scenario=scenario,
        seed=seed,
        start=start,
        speed=speed,
        expires_in=None if stays or server.is_own else _LIFETIME,
    )
    return SandboxWorld(new.client, new.answer, names=names)
