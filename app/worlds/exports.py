"""A world written as a file, from one view of the database."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Final

from ..archive.archives import ArchiveWriter
from ..store import world_rows
from ..store.database.protocol import Database
from ..store.schema.table_catalogue import CATALOGUE
from ..wall_clock import wall_now
from .directory import WorldGoneError, world_there


async def export_world(database: Database, name: str) -> AsyncGenerator[bytes, None]:
    """Yields the pieces of the file of an open world, all of it as it is at the first piece. Raises WorldGoneError."""
    async with database.view() as view:
        world = await view.ask(lambda db: world_there(db, name))
        if world is None:
            raise WorldGoneError(name)
        writer = ArchiveWriter(world, world.clock.at(wall_now()))
        yield writer.head()
        async for table, rows in world_rows.slices(view, world.n):
            yield writer.rows(_BY_TABLE[table], rows)
            await asyncio.sleep(0)
        yield writer.tail()


_BY_TABLE: Final = {kind.table: kind for kind in CATALOGUE}
