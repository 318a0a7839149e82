"""The days that a world in use lacks, from its horizon to some days after its clock."""

import asyncio
from dataclasses import replace
from functools import partial
from typing import Final

from ..domain.clock import DAY, EARLIEST
from ..generate.day_entry import DayEntry
from ..generate.day_plan import DayPlanner
from ..generate.scaling import TRIED
from ..operations.displaced_plans import Gap, close_gaps
from ..operations.late_plans import late_plans
from ..scenario.population import TownSize
from ..scenario.terms import channels_of
from ..store import worlds
from ..store.database.protocol import Database, Transaction
from ..store.world import World
from ..store.world_transaction import WorldTransaction
from ..wall_clock import wall_now
from .planning import draw_planner, insert_entries, pause_for
from .vendor import Vendors

_LONGEST: Final = 90
"""A world that was not served for more days gets only the last of the days that it missed."""


class TopUp:
    """The missing days of a world whose scenario has a population of that size, if it has one."""

    def __init__(self, database: Database, world: World, size: TownSize | None, vendors: Vendors) -> None:
        self._database = database
        self._world = world
        self._size = size
        self._vendors = vendors
        self._since = EARLIEST

    def days(self, now: int) -> range:
        """The days between the world's horizon and where it should be by now."""
        if self._size is None:
            return range(0)
        stop = self._day(now) + self._size.coming_days + 1
        return range(max(self._day(self._world.horizon), self._day(now) - _LONGEST), stop)

    def sessions(self, now: int) -> int:
        """About how many sessions are drawn for these days."""
        size, sessions = self._size, self._world.sessions
        if size is None:
            return 0
        if sessions is not None:
            return TRIED + len(self.days(now)) * sessions // len(size.days())
        return len(self.days(now)) * size.sessions_a_day

    async def run(self, now: int) -> None:
        """Adds the days, in short transactions."""
        days = self.days(now)
        if not days or self._size is None:
            return
        if days.start > self._day(self._world.horizon):
            # The days before are never planned, so no session follows from one before them.
            self._since = self._world.monday + days.start * DAY
        pause = pause_for(self._database, self._world)
        planner = await draw_planner(self._world, self._size, self._vendors, pause)
        for day in days:
            if not await self._add_day(planner, day):
                return

    async def _add_day(self, planner: DayPlanner, day: int) -> bool:
        """Adds a day slice by slice; returns False if the world is gone.

        A day that was begun before is continued; another process may be doing the same.
        """
        done = 0
        for entries in planner.slices(day):
            if entries:
                if not await self._database.change(partial(self._continue, day=day, done=done, entries=entries)):
                    return False
                done += 1
            await asyncio.sleep(0)
        return await self._database.change(partial(self._continue, day=day, done=done, entries=None))

    def _continue(self, db: Transaction, day: int, done: int, entries: list[DayEntry] | None) -> bool:
        """Adds the slice after the first `done` slices of a day, or the end of the day; False if the world is gone.

        A session that callers have started takes precedence. The world counts the slices of the day after its horizon,
        so that each is added once.
        """
        world = worlds.lock_named(db, self._world.name)
        dawn = self._world.monday + day * DAY
        if world is None or world.n != self._world.n:
            return False
        if world.horizon > dawn or (world.planned_slices if world.horizon == dawn else 0) != done:
            return True
        if entries is None:
            worlds.save_world(db, replace(world, horizon=dawn + DAY, planned_slices=0))
            return True
        tx = WorldTransaction(db, world, world.clock.at(wall_now()), channels_of(self._vendors))
        around, gaps = _around(tx, entries, self._since)
        insert_entries(db, world.n, around, world.next_n)
        close_gaps(tx, gaps, self._since)
        next_n, first_n = world.next_n + len(entries), world.first_n + len(entries)
        worlds.save_world(db, replace(world, next_n=next_n, first_n=first_n, horizon=dawn, planned_slices=done + 1))
        return True

    def _day(self, at: int) -> int:
        return (at - self._world.monday) // DAY


def _around(tx: WorldTransaction, entries: list[DayEntry], since: int) -> tuple[list[DayEntry], list[Gap]]:
    """The entries without the sessions that are not possible in the world, and the gaps that these leave in it."""
    late = late_plans(tx, [entry.session for entry in entries if entry.session is not None], since)

    def is_kept(entry: DayEntry) -> bool:
        return entry.session is None or entry.session.id in late.possible

    return [entry if is_kept(entry) else entry.without_session() for entry in entries], late.gaps
