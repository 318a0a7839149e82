"""Deletion of worlds: of one, of all whose names begin alike, and of those that have expired."""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Final

from ..store import worlds
from ..store.database.protocol import Database, Transaction
from ..wall_clock import wall_now
from .directory import WorldGoneError, has_expired

_AT_ONCE: Final = 25
"""The worlds that one transaction retires, so that it does not hold up other requests."""


def retire(db: Transaction, name: str) -> None:
    """Retires the world of that name. Raises WorldGoneError."""
    world = worlds.lock_named(db, name)
    if world is None or has_expired(world):
        raise WorldGoneError(name)
    worlds.retire(db, world.n, wall_now())


async def retire_by_prefix(database: Database, prefix: str, spared: Sequence[str]) -> list[str]:
    """Retires the worlds whose names begin with that, a few in each transaction; returns their names, sorted.

    Worlds that are made in the meantime are among them.
    """
    retired: list[str] = []
    again = True
    while again:
        after, again = 0, False
        while found := await database.ask(partial(worlds.names_after, number=after, prefix=prefix, most=_AT_ONCE)):
            after = found[-1][0]
            names = [name for _, name in found if name not in spared]
            retired += await database.change(partial(_retire_some, names=names))
            # A world that is made meanwhile may have a smaller number than these, if it has the rows of a deleted one.
            again = again or bool(names)
            await asyncio.sleep(0)
    return sorted(retired)


async def retire_expired(database: Database) -> bool:
    """Retires the worlds that have expired, a few in each transaction; returns whether there were any."""
    at, any_expired = wall_now(), False
    while names := await database.ask(partial(worlds.expired, wall=at)):
        any_expired = True
        for begin in range(0, len(names), _AT_ONCE):
            await database.change(partial(_retire_some, names=names[begin : begin + _AT_ONCE], expired_by=at))
            await asyncio.sleep(0)
    return any_expired


def _retire_some(db: Transaction, names: Sequence[str], expired_by: int | None = None) -> list[str]:
    """Retires those of the worlds that are still there; of these, only those that have expired if an instant is given.

    Returns the names of the worlds that answered until now.
    """
    retired: list[str] = []
    for name in names:
        world = worlds.lock_named(db, name)
        if world is not None and (expired_by is None or world.expires_at <= expired_by):
            if not has_expired(world):
                retired.append(name)
            worlds.retire(db, world.n, wall_now())
    return retired
