"""New worlds with the rows of others: copies of a template, and forks of a world that is being used."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Final, TypeAlias

from ..domain.clock import MILLISECOND
from ..store import world_copies, world_rows, worlds
from ..store.database.protocol import Database, Transaction, View
from ..store.world import World
from ..store.world_copies import CopyPosition
from ..wall_clock import lasting, wall_now
from .build import insert_rows, insert_world
from .cleanup import abandon, finished

SLICE: Final = 3 * MILLISECOND
"""The time after which a transaction copies no further rows while other callers are served."""


Publish: TypeAlias = Callable[..., World]
"""The last transaction of a new world, called with the transaction and `world`; it returns the open world."""


async def copy_template(
    database: Database,
    template: World,
    world: World,
    publish: Publish,
    *,
    retired: asyncio.Event,
    slice_us: int = SLICE,
) -> World:
    """Inserts the world under a new number with the rows of a template, and publishes it in the last slice.

    If that fails or is cancelled, what has been copied is abandoned, and `retired` is set.
    """
    begun: World | None = None
    position: CopyPosition | None = CopyPosition()

    def copy_some(db: Transaction) -> tuple[World, CopyPosition | None]:
        """Copies further rows; returns the world as it is then, and how far the copy has come."""
        nonlocal begun
        more, reached = lasting(slice_us), position
        new = begun = begun or insert_world(db, world)
        while reached is not None and more():
            reached = world_copies.copy_some(db, template.n, new.n, world.monday - template.monday, reached)
        if reached is None:
            return publish(db, world=new), None
        worlds.note_progress(db, new.n, wall_now())
        return new, reached

    try:
        while position is not None:
            begun, position = await finished(database.change(copy_some))
            await asyncio.sleep(0)
    except BaseException:
        if begun is not None:
            await abandon(database, begun.n, retired)
        raise
    return begun or world


async def copy_rows(database: Database, view: View, source: World, fork: World) -> None:
    """Copies the rows that a world has in that view to a new one, which no key opens yet."""
    async for table, rows in world_rows.slices(view, source.n):
        await database.change(partial(insert_rows, table=table, number=fork.n, rows=rows))
        await asyncio.sleep(0)
