"""Adds a day to a world that callers use: only what the day lacks, around what callers have started."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby
from typing import Final

from ..domain.channels import Channels
from ..domain.clock import DAY
from ..domain.planned_days import Span
from ..generate.day_entry import DayEntry
from ..generate.day_plan import DayPlanner
from ..operations.displaced_plans import Gap, close_gaps
from ..operations.home_plans import fire_boosts, wanted_sessions
from ..operations.late_plans import late_plans
from ..operations.planned_sessions import standings_of
from ..store import reservations, sessions, worlds
from ..store.database.protocol import Database, Transaction
from ..store.world import MOST_PASSED, PLANNED_FROM, World
from ..store.world_transaction import WorldTransaction
from ..wall_clock import wall_now
from .planning import insert_entries

_AT_ONCE: Final = 8
"""About how many entries are added in one transaction: each is compared with what is around it."""
_PAUSE_S: Final = 0.001


async def add_day(database: Database, planner: DayPlanner, world: World, dawn: int) -> None:
    """Adds the day that begins at `dawn`, in short transactions, as long as the world is there and lacks the day.

    Entries are found by their ids. So a day that was begun before is completed, and other processes may add the same
    day at the same time. The planner draws all of the day in any case, and is ready for the next one.
    """
    entries: list[DayEntry] = []
    for some in planner.slices((dawn - world.monday) // DAY):
        entries += some
        await breathe()
    add = partial(_add_some, of=world, channels=planner.inputs.channels, dawn=dawn)
    for batch in _batches(entries):
        if not await database.change(partial(add, entries=batch), keeps_worlds=True):
            return
        await breathe()
    await database.change(partial(_note_day, of=world, dawn=dawn), keeps_worlds=True)


def _batches(entries: Sequence[DayEntry]) -> Iterator[list[DayEntry]]:
    """The entries for a few vehicles at a time: what a vehicle does on a day is looked at together."""
    batch: list[DayEntry] = []
    for _, of_vehicle in groupby(sorted(entries, key=_vehicle), key=_vehicle):
        batch += of_vehicle
        if len(batch) >= _AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _vehicle(entry: DayEntry) -> str:
    return _involved(entry)[2]


async def breathe() -> None:
    """Lets other requests be answered. Each needs several turns of the event loop, so that one turn is not enough."""
    await asyncio.sleep(_PAUSE_S)


def _add_some(db: Transaction, of: World, channels: Channels, dawn: int, entries: Sequence[DayEntry]) -> bool:
    """Adds the entries that are not there yet; returns False if the day is no longer to be planned."""
    world = _locked(db, of, dawn)
    if world is None:
        return False
    missing = [entry for entry in entries if not _is_there(db, world.n, entry)]
    if missing:
        tx = WorldTransaction(db, world, world.clock.at(wall_now()), channels)
        unbroken = world.planned.unbroken_around(dawn)
        around, gaps = _around(tx, missing, unbroken)
        insert_entries(db, world.n, around, PLANNED_FROM + world.planned_n)
        close_gaps(tx, gaps, unbroken)
        fire_boosts(tx, (entry.session for entry in around if entry.session is not None))
        worlds.save_world(db, replace(world, planned_n=world.planned_n + len(missing)))
    return True


def _note_day(db: Transaction, of: World, dawn: int) -> None:
    """Notes that a day is planned, and forgets gaps that the world's clock has left too far behind."""
    world = _locked(db, of, dawn)
    if world is not None:
        forgotten = world.clock.at(wall_now()) - (MOST_PASSED + 1) * DAY
        worlds.save_world(db, world.with_planned(world.planned.with_day(dawn).since(forgotten)))


def _locked(db: Transaction, of: World, dawn: int) -> World | None:
    """The world, locked, if it is still that one and lacks the day."""
    world = worlds.lock_named(db, of.name)
    if world is None or world.n != of.n or not world.goes_on or not world.planned.missing(dawn, dawn + DAY):
        return None
    return world


def _is_there(db: Transaction, number: int, entry: DayEntry) -> bool:
    if entry.reservation is not None:
        return reservations.has_reservation(db, number, entry.reservation.id)
    return entry.session is None or sessions.has_session(db, number, entry.session.id)


def _around(tx: WorldTransaction, entries: list[DayEntry], unbroken: Span) -> tuple[list[DayEntry], list[Gap]]:
    """The entries without the sessions that are not possible in the world, and the gaps that these leave in it.

    Drivers, users and vehicles that are not active any more have neither sessions nor reservations.
    """
    standings = standings_of(tx, map(_involved, entries))
    idle = [entry for entry in entries if not standings.are_active(_buyer(entry, tx.channels), *_involved(entry)[1:])]
    refused = {entry.session.id for entry in idle if entry.session is not None}
    drawn = [entry.session for entry in entries if entry.session is not None]
    wanted = wanted_sessions(tx, drawn)
    late = late_plans(tx, (wanted.get(each.id, each) for each in drawn), unbroken, refused)

    def placed(entry: DayEntry) -> DayEntry:
        if entry.session is None:
            return entry
        if entry.session.id not in late.possible:
            return entry.without_session()
        session = wanted.get(entry.session.id, entry.session)
        return replace(entry, session=standings.applied(session, tx.channels))

    return [placed(entry) for entry in entries if entry not in idle], late.gaps


def _buyer(entry: DayEntry, channels: Channels) -> str | None:
    """The driver of an entry, unless its session is of a channel that is not for drivers, such as the one at home."""
    is_for_others = entry.session is not None and channels[entry.session.channel].buyer != "driver"
    return None if is_for_others else _involved(entry)[0]


def _involved(entry: DayEntry) -> tuple[str | None, str | None, str]:
    """The driver and the user of an entry, if there are some, and its vehicle."""
    made = entry.session or entry.reservation
    user = None if entry.session is None else entry.session.user
    return (made.driver, user, made.vehicle) if made else (None, None, "")
