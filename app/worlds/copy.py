"""New worlds full of what others hold: copies of a template, and forks of a world that people live in."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeAlias

from ..domain.clock import MILLISECOND
from ..store import world_copies, world_rows, worlds
from ..store.database.protocol import Database, Transaction, View
from ..store.world import World
from ..store.world_copies import CopyPosition
from ..wall_clock import lasting, wall_now
from .build import added, insert_rows

SLICE: Final = 3 * MILLISECOND
"""So long a transaction goes on copying while others are served; the few rows it is at then are copied as well."""


Open: TypeAlias = Callable[..., World]
"""The last transaction of a new world, told which `world` it is."""


async def copied(database: Database, template: World, world: World, open_: Open, *, slice_us: int = SLICE) -> World:
    """The world under a number of its own, filled with what a template holds, and opened in the last slice.

    Whatever `open_` raises comes through, and what has been copied is retired.
    """
    copy = _Copy(template.n, world, open_, world.monday - template.monday, slice_us)
    begun: World | None = None
    position: CopyPosition | None = CopyPosition()
    try:
        while position is not None:
            begun, position = await database.change(partial(copy.go_on, begun=begun, position=position))
            await asyncio.sleep(0)
    except Exception:
        if begun is not None:
            await database.change(partial(worlds.retire, number=begun.n, wall=wall_now()))
        raise
    return begun or world


@dataclass(frozen=True, slots=True)
class _Copy:
    """A copy under way: of which world, as which, how it is opened, so much later, so long at a time."""

    source: int
    world: World
    open_: Open
    shift: int
    slice_us: int

    def go_on(
        self, db: Transaction, begun: World | None, position: CopyPosition | None
    ) -> tuple[World, CopyPosition | None]:
        """Copies on from there; the world as it is then, and how far it has come."""
        more = lasting(self.slice_us)
        new = begun or added(db, self.world)
        while position is not None and more():
            position = world_copies.copy_some(db, self.source, new.n, self.shift, position)
        if position is None:
            return self.open_(db, world=new), None
        worlds.note_progress(db, new.n, wall_now())
        return new, position


async def forked(database: Database, view: View, source: World, world: World) -> World:
    """The world under a number of its own, filled with what another one holds in that view; nothing opens it yet."""
    fork = await database.change(partial(added, world=world))
    async for table, rows in world_rows.slices(view, source.n):
        await database.change(partial(insert_rows, table=table, number=fork.n, rows=rows))
        await asyncio.sleep(0)
    return fork
