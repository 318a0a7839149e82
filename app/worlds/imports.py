"""A world made from a file, in short transactions, before it is published."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from ..archive.archives import Archive
from ..store import world_rows, worlds
from ..store.database.compiled_statements import Row
from ..store.database.engine import Database, Transaction
from ..store.schema.table_catalogue import KINDS
from ..store.world_transaction import World
from ..wall_clock import wall_now
from .build import insert_world

_SLICE: Final = 25
"""To insert this number of rows among a million others takes about three milliseconds."""


async def insert(database: Database, archive: Archive, *, name: str, expires_at: int) -> World:
    """Inserts the world of a file and its rows under a new number; no key opens it yet."""
    clock = replace(archive.world.clock, wall=wall_now())
    world = replace(archive.world, name=name, state=worlds.BUILDING, clock=clock, expires_at=expires_at)
    new = await database.change(partial(insert_world, world=world))
    for kind in KINDS:
        rows = archive.held[kind.name]
        for begin in range(0, len(rows), _SLICE):
            some = rows[begin : begin + _SLICE]
            await database.change(partial(_insert_rows, table=kind.table, number=new.n, rows=some))
            await asyncio.sleep(0)
    return new


def _insert_rows(db: Transaction, table: str, number: int, rows: Sequence[Row]) -> None:
    world_rows.put(db, table, number, rows)
    worlds.still_building(db, number, wall_now())
