"""Removal of the rows that retired worlds have left, and worlds whose building a crash has interrupted."""

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
"""The time after which a transaction removes no further rows."""
_DEAD_AFTER: Final = 10 * SECOND
"""A world that is being built and has not grown for this time was left by a crash."""
_UNREAD_AFTER: Final = 2 * SECOND
"""Requests that read a world when it was retired are answered by then."""
_AGAIN_AFTER_S: Final = 1


async def keep_swept(database: Database, retired: asyncio.Event) -> None:
    """Removes leftovers after the start, and then whenever a world has been retired; never ends by itself."""
    await asyncio.sleep(_DEAD_AFTER / SECOND)
    while True:
        retired.clear()
        await retry_while_away(partial(sweep, database))
        await retired.wait()
        await asyncio.sleep(2 * _UNREAD_AFTER / SECOND)


async def sweep(database: Database, slices_at_most: int | None = None) -> None:
    """Removes the rows of retired worlds and of crashed builds, in short transactions, `slices_at_most` of them."""

    def gone(db: Transaction) -> list[World]:
        now = wall_now()
        retired = (each for each in worlds.in_state(db, worlds.RETIRED) if each.retired_at < now - _UNREAD_AFTER)
        dead = (each for each in worlds.in_state(db, worlds.BUILDING) if each.progressed_at < now - _DEAD_AFTER)
        return [*retired, *dead]

    left = count() if slices_at_most is None else iter(range(slices_at_most))
    for world in await database.ask(gone):
        for _ in left:
            if not await database.change(partial(_remove_some, number=world.n)):
                break
            await asyncio.sleep(0)


def _remove_some(db: Transaction, number: int) -> bool:
    """Removes as many rows of a world as there is time for, its own last; returns whether there may be more."""
    more = lasting(_SLICE)
    while world_rows.remove_some(db, number, _ROWS):
        if not more():
            return True
    worlds.delete_world(db, number)
    return False


async def retry_while_away(work: Callable[[], Awaitable[None]]) -> None:
    """Does some work; begins it again while the database does not answer."""
    while True:
        try:
            return await work()
        except (DatabaseUnavailableError, OutcomeUnknownError):
            await asyncio.sleep(_AGAIN_AFTER_S)
