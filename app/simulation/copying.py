"""New worlds full of what others hold: copies of a template, and forks of a world that people live in."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from ..store import copies, extracts, worlds
from ..store.copies import Reached
from ..store.engine import Database, Transaction, View
from ..store.moment import World
from ..store.prepared import Row
from ..world.clock import MILLISECOND
from .building import added
from .clock import lasting, wall

SLICE: Final = 3 * MILLISECOND
"""So long a transaction goes on copying while others are served; the few rows it is at then are copied as well."""


@dataclass(frozen=True, slots=True)
class _Copy:
    """A copy under way: from one world's number to another's, so much later, so long at a time."""

    source: int
    target: int
    shift: int
    slice_us: int

    def go_on(self, db: Transaction, reached: Reached | None) -> Reached | None:
        """Copies on from there; how far it has come then."""
        more = lasting(self.slice_us)
        while reached is not None and more():
            reached = copies.copy_some(db, self.source, self.target, self.shift, reached)
        worlds.still_building(db, self.target, wall())
        return reached


async def copied(database: Database, template: World, world: World, *, slice_us: int = SLICE) -> World:
    """The world under a number of its own, filled with what a template holds; nothing opens it yet."""
    new = await database.change(partial(added, world=world))
    copy = _Copy(template.n, new.n, world.monday - template.monday, slice_us)
    reached: Reached | None = Reached()
    while reached is not None:
        reached = await database.change(partial(copy.go_on, reached=reached))
        await asyncio.sleep(0)
    return new


async def forked(database: Database, view: View, source: World, world: World) -> World:
    """The world under a number of its own, filled with what another one holds in that view; nothing opens it yet."""
    fork = await database.change(partial(added, world=world))
    async for name, rows in extracts.slices(view, source.n):
        await database.change(partial(_put, name=name, number=fork.n, rows=rows))
    return fork


def _put(db: Transaction, name: str, number: int, rows: Sequence[Row]) -> None:
    extracts.put(db, name, number, rows)
    worlds.still_building(db, number, wall())
