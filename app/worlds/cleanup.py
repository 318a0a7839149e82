"""What worlds leave behind when they are closed, or when a crash has cut their making short, and how it goes."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from itertools import count
from typing import Final

from ..domain.clock import MILLISECOND, SECOND
from ..store import world_rows, worlds
from ..store.database.protocol import Database, DatabaseUnavailableError, OutcomeUnknownError, Transaction
from ..store.world import World
from ..wall_clock import lasting, wall_now

_ROWS: Final = 25
_SLICE: Final = 2 * MILLISECOND
"""So long a transaction goes on removing rows; the few it is at then are removed as well."""
_DEAD_AFTER: Final = 10 * SECOND
"""A world that is being built and has not grown for so long was left by a crash."""
_UNREAD_AFTER: Final = 2 * SECOND
"""Whoever looked into a world when it was retired has his answer by then."""
_AGAIN_AFTER_S: Final = 1


async def keep_swept(database: Database, retired: asyncio.Event) -> None:
    """Sweeps what a start has found or left, and then whenever a world has been retired; never ends by itself."""
    await asyncio.sleep(_DEAD_AFTER / SECOND)
    while True:
        retired.clear()
        await patiently(partial(sweep, database))
        await retired.wait()
        await asyncio.sleep(2 * _UNREAD_AFTER / SECOND)


async def sweep(database: Database, slices_at_most: int | None = None) -> None:
    """Removes what retired worlds and crashed builds have left, in short transactions."""

    def gone(db: Transaction) -> list[World]:
        now = wall_now()
        retired = (each for each in worlds.in_state(db, worlds.RETIRED) if each.retired_at < now - _UNREAD_AFTER)
        dead = (each for each in worlds.in_state(db, worlds.BUILDING) if each.progressed_at < now - _DEAD_AFTER)
        return [*retired, *dead]

    left = count() if slices_at_most is None else iter(range(slices_at_most))
    for world in await database.ask(gone):
        for _ in left:
            if not await database.change(partial(_some, number=world.n)):
                break
            await asyncio.sleep(0)


def _some(db: Transaction, number: int) -> bool:
    """Removes as many rows of a world as there is time for, and its own last; whether there may be more."""
    more = lasting(_SLICE)
    while world_rows.remove_some(db, number, _ROWS):
        if not more():
            return True
    worlds.delete_world(db, number)
    return False


async def patiently(work: Callable[[], Awaitable[None]]) -> None:
    """Does it, however often the database has to be asked for it; no such work is harmed by being done again."""
    while True:
        try:
            return await work()
        except (DatabaseUnavailableError, OutcomeUnknownError):
            await asyncio.sleep(_AGAIN_AFTER_S)
