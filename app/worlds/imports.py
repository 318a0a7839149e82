"""A world made from a file, in short transactions, before it is published."""

import asyncio
from dataclasses import replace
from functools import partial

from ..archive.archives import Archive
from ..store import worlds
from ..store.database.protocol import Database
from ..store.schema.table_catalogue import CATALOGUE
from ..store.world import World
from ..wall_clock import wall_now
from .build import SLICE, insert_rows, insert_world


async def insert(database: Database, archive: Archive, *, name: str, expires_at: int) -> World:
    """Inserts the world of a file and its rows under a new number; no key opens it yet."""
    clock = replace(archive.world.clock, wall=wall_now())
    world = replace(archive.world, name=name, state=worlds.BUILDING, clock=clock, expires_at=expires_at)
    new = await database.change(partial(insert_world, world=world))
    for kind in CATALOGUE:
        rows = archive.held[kind.name]
        for begin in range(0, len(rows), SLICE):
            some = rows[begin : begin + SLICE]
            await database.change(partial(insert_rows, table=kind.table, number=new.n, rows=some))
            await asyncio.sleep(0)
    return new
