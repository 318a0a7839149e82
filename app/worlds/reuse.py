"""Rows of deleted worlds, used again: to put them back takes a fourth of the time of copying and removing others.

A suite deletes a world and makes the next one of its kind, which differs from its template in a few rows.
"""

from typing import Final

from ..domain.clock import NEVER
from ..store import retired_worlds, world_copies
from ..store.database.protocol import Database, Transaction
from ..store.world import World
from .cleanup import unread_since

_REMEMBERED: Final = 10_000


class Reuse:
    """The deleted worlds of a database, of which new ones take the rows.

    Requests of this process may still hold a world that was deleted; those that ask `is_gone` never read another
    world's rows. If all do so, and no other process reads the database, rows are taken `at_once`.
    """

    def __init__(self, database: Database, *, at_once: bool = False) -> None:
        self._database = database
        self._at_once = at_once
        self._gone: dict[tuple[int, str], None] = {}

    def put_back(self, db: Transaction, template: World, monday: int) -> int | None:
        """Gives a deleted copy of a template the rows of a new one; returns its number, or None if there is none."""
        retired_before = NEVER if self._at_once and self._database.is_alone() else unread_since()
        copy = retired_worlds.take_retired(db, template.n, monday, retired_before)
        if copy is None:
            return None
        if len(self._gone) >= _REMEMBERED:
            del self._gone[next(iter(self._gone))]
        self._gone[identity(copy)] = None
        world_copies.put_back(db, template.n, copy.n, monday - template.monday)
        return copy.n

    def note_owner(self, world: World) -> None:
        """Notes that a world has its rows, also if it had them before: a second reset may bring the first ones back."""
        self._gone.pop(identity(world), None)

    def is_gone(self, world: World) -> bool:
        """Whether the rows of a world were taken for another one."""
        return identity(world) in self._gone


def identity(world: World) -> tuple[int, str]:
    """Tells a world from those before it that had its rows, by the link key, and from those that had its name."""
    return world.n, world.link_key
