"""Removal of the rows that retired worlds have left, and worlds whose building a crash has interrupted."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from itertools import count
from typing import Final, TypeVar

from ..domain.clock import MILLISECOND, SECOND
from ..store import retired_worlds, world_rows, worlds
from ..store.database.protocol import Database, DatabaseUnavailableError, OutcomeUnknownError, Transaction
from ..store.retired_worlds import LeftOver
from ..wall_clock import lasting, wall_now

Answer = TypeVar("Answer")

_ROWS: Final = 50
_SLICE: Final = 2 * MILLISECOND
"""The time after which a transaction removes no further rows."""
_DEAD_AFTER: Final = 10 * SECOND
"""A world that is being built and has not grown for this time was left by a crash."""
_UNREAD_AFTER: Final = 2 * SECOND
"""Requests that read a world when it was retired are answered by then."""
_AGAIN_AFTER_S: Final = 1
_LOOK_EVERY_S: Final = 60
_IDLE_S: Final = 5.0
_EXPIRE_EVERY_S: Final = 5
"""How often worlds that have expired are deleted if no caller lists or creates worlds; they answer no more before."""
_BETWEEN_SHRINKS_S: Final = 0.01
_SPACE_KEPT: Final = 16 << 20
"""The bytes that stay unused in the file, for worlds to come."""
_LISTED: Final = 100
_BACKLOG: Final = 32
"""The worlds that may be left over before those who retire more help to remove them."""
_PAID: Final = 25
"""The slices of rows that a caller removes then: more than a village has."""


async def keep_swept(database: Database, retired: asyncio.Event) -> None:
    """Removes leftovers after the start, and then whenever a world has been retired; never ends by itself."""
    await asyncio.sleep(_DEAD_AFTER / SECOND)
    while True:
        retired.clear()
        await retry_while_away(partial(sweep, database))
        # Another process may have left a world and is not there to say so.
        with suppress(TimeoutError):
            async with asyncio.timeout(_LOOK_EVERY_S):
                await retired.wait()
        await asyncio.sleep(3 * _UNREAD_AFTER / SECOND)


async def sweep(database: Database, slices_at_most: int | None = None) -> None:
    """Removes the rows of retired worlds and of crashed builds, in short transactions, `slices_at_most` of them."""
    left = count() if slices_at_most is None else iter(range(slices_at_most))
    while numbers := await database.ask(partial(_left_over, most=_LISTED)):
        for number in numbers:
            for _ in left:
                if not await database.change(partial(_remove_some, number=number)):
                    break
                await asyncio.sleep(0)
            else:
                return


async def keep_small(database: Database) -> None:
    """Gives space that removed worlds have left back to the disk while no world changes; never ends by itself."""
    before: int | None = None
    while True:
        await asyncio.sleep(_IDLE_S)
        # A file that is damaged or away cannot even tell its version.
        with suppress(DatabaseUnavailableError, OutcomeUnknownError):
            version = database.version()
            # The database announces neither changes nor space.
            while before == version == database.version() and await database.shrink(_SPACE_KEPT):  # noqa: ASYNC110
                await asyncio.sleep(_BETWEEN_SHRINKS_S)
            before = version


async def keep_expired(expire: Callable[[], Awaitable[None]]) -> None:
    """Has worlds that have expired deleted, every few seconds; never ends by itself."""
    while True:
        await asyncio.sleep(_EXPIRE_EVERY_S)
        await retry_while_away(expire)


async def catch_up(database: Database, *, backlog: int = _BACKLOG, slices: int = _PAID) -> None:
    """Removes some leftovers if more than a backlog of worlds is left over.

    Callers who retire worlds run it, so that they do not retire them faster than their rows are removed.
    """
    if len(await database.ask(partial(_left_over, most=backlog + 1))) > backlog:
        await sweep(database, slices)


async def abandon(database: Database, number: int, retired: asyncio.Event) -> None:
    """Has the rows of a world removed whose making has failed or was cancelled.

    If the database does not answer, or is closed because the server stops, a later clean-up finds the world.
    """
    retired.set()
    with suppress(Exception):
        await finished(database.change(partial(worlds.abandon, number=number, wall=wall_now())))


async def finished(transaction: Awaitable[Answer]) -> Answer:
    """Awaits a short transaction to its end, also when the caller is cancelled, who then knows what it has written.

    A caller may be cancelled more than once: by its client that hangs up, and by the server that stops.
    """
    task = asyncio.ensure_future(transaction)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait([task])
        raise


def unread_since() -> int:
    """The instant of the wall clock such that no request reads a world any more that was retired before it."""
    return wall_now() - _UNREAD_AFTER


def _since() -> LeftOver:
    """What is left over now. Copies that can be put back are left twice as long, for the next world of their kind."""
    now = wall_now()
    return LeftOver(now - _UNREAD_AFTER, now - 2 * _UNREAD_AFTER, now - _DEAD_AFTER)


def _left_over(db: Transaction, most: int) -> list[int]:
    return retired_worlds.left_over(db, _since(), most)


def _remove_some(db: Transaction, number: int) -> bool:
    """Removes as many rows of a world as there is time for, its own last; returns whether there may be more."""
    more = lasting(_SLICE)
    if not retired_worlds.lock_left_over(db, number, _since()):
        # A new world has taken its rows since it was listed.
        return False
    while world_rows.remove_some(db, number, _ROWS):
        if not more():
            return True
    retired_worlds.delete_world(db, number)
    return False


async def retry_while_away(work: Callable[[], Awaitable[None]]) -> None:
    """Does some work; begins it again while the database does not answer."""
    while True:
        try:
            return await work()
        except (DatabaseUnavailableError, OutcomeUnknownError):
            await asyncio.sleep(_AGAIN_AFTER_S)
