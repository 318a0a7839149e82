"""Adds a day to a world that callers use: only what the day lacks, around what callers have started."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from ..domain.channels import Channels
from ..domain.clock import DAY, MILLISECOND
from ..generate.day_entry import DayEntry
from ..generate.day_plan import DayPlanner
from ..operations.displaced_plans import Gap, close_gaps
from ..operations.late_plans import late_plans
from ..store import reservations, sessions, worlds
from ..store.database.protocol import Database, Transaction
from ..store.world import MOST_PASSED, PLANNED_FROM, World
from ..store.world_transaction import WorldTransaction
from ..wall_clock import lasting, wall_now
from .planning import insert_entries

_SLICE: Final = 2 * MILLISECOND
"""The time after which a transaction looks at no further entries; to save them takes about as long again."""
_AT_ONCE: Final = 8
"""The entries that are added in one transaction, at most: each is compared with what is around it."""
_PAUSE_S: Final = 0.001


async def add_day(database: Database, planner: DayPlanner, world: World, dawn: int) -> None:
    """Adds the day that begins at `dawn`, in short transactions, as long as the world is there and lacks the day.

    Entries are found by their ids. So a day that was begun before is completed, and other processes may add the same
    day at the same time. The planner draws all of the day in any case, and is ready for the next one.
    """
    add_some = partial(_add_some, of=world, channels=planner.inputs.channels)
    lacks = True
    for entries in planner.slices((dawn - world.monday) // DAY):
        begin = 0
        while lacks and begin < len(entries):
            some = partial(add_some, dawn=dawn, entries=entries[begin:])
            added = await database.change(some, keeps_worlds=True)
            lacks = added > 0
            begin += added
            await breathe()
        await breathe()
    await database.change(partial(_note_day, name=world.name, number=world.n, dawn=dawn), keeps_worlds=True)


async def breathe() -> None:
    """Lets other requests be answered. Each needs several turns of the event loop, so that one turn is not enough."""
    await asyncio.sleep(_PAUSE_S)


def _add_some(db: Transaction, of: World, channels: Channels, dawn: int, entries: Sequence[DayEntry]) -> int:
    """Adds some of the entries; returns how many of them are there, or 0 if the day is no longer to be planned."""
    world = _locked(db, of.name, of.n, dawn)
    if world is None:
        return 0
    more, looked_at, missing = lasting(_SLICE), 0, list[DayEntry]()
    while looked_at < len(entries) and len(missing) < _AT_ONCE and (more() or not looked_at):
        if not _is_there(db, of.n, entries[looked_at]):
            missing.append(entries[looked_at])
        looked_at += 1
    if missing:
        tx = WorldTransaction(db, world, world.clock.at(wall_now()), channels)
        since = world.planned.unbroken_since(dawn)
        around, gaps = _around(tx, missing, since)
        insert_entries(db, of.n, around, PLANNED_FROM + world.planned_n)
        close_gaps(tx, gaps, since)
        worlds.save_world(db, replace(world, planned_n=world.planned_n + len(missing)))
    return looked_at


def _note_day(db: Transaction, name: str, number: int, dawn: int) -> None:
    """Notes that a day is planned, and forgets gaps that the world's clock has left too far behind."""
    world = _locked(db, name, number, dawn)
    if world is not None:
        forgotten = world.clock.at(wall_now()) - (MOST_PASSED + 1) * DAY
        worlds.save_world(db, world.with_planned(world.planned.with_day(dawn).since(forgotten)))


def _locked(db: Transaction, name: str, number: int, dawn: int) -> World | None:
    """The world, locked, if it is still that one and lacks the day."""
    world = worlds.lock_named(db, name)
    if world is None or world.n != number or not world.goes_on or not world.planned.missing(dawn, dawn + DAY):
        return None
    return world


def _is_there(db: Transaction, number: int, entry: DayEntry) -> bool:
    if entry.reservation is not None:
        return reservations.has_reservation(db, number, entry.reservation.id)
    return entry.session is None or sessions.has_session(db, number, entry.session.id)


def _around(tx: WorldTransaction, entries: list[DayEntry], since: int) -> tuple[list[DayEntry], list[Gap]]:
    """The entries without the sessions that are not possible in the world, and the gaps that these leave in it."""
    late = late_plans(tx, [entry.session for entry in entries if entry.session is not None], since)

    def is_kept(entry: DayEntry) -> bool:
        return entry.session is None or entry.session.id in late.possible

    return [entry if is_kept(entry) else entry.without_session() for entry in entries], late.gaps
