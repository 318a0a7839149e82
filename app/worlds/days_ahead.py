"""Keeps the worlds that go on planned ahead of their clocks, while the server serves."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from ..domain.clock import DAY, SECOND, millis
from ..domain.planned_days import newest_first
from ..generate.day_plan import DayPlanner
from ..scenario.files import BadScenarioError
from ..scenario.population import TownSize
from ..store import worlds
from ..store.database.protocol import Database, Transaction
from ..store.world import World
from ..wall_clock import wall_now
from .cleanup import retry_while_away
from .day_insertion import add_day, breathe
from .directory import WorldGoneError, world_there
from .planning import draw_planner
from .templates import Templates
from .turns import Turns
from .vendor import Vendors

_LOG: Final = logging.getLogger("wattif")
_LOOK_EVERY_S: Final = 60
"""How often worlds are looked at without being told to: another process may have moved a clock, and be gone."""
_READ: Final = 50
"""The worlds that are read before other requests get their turn."""
_MOST_PLANNERS: Final = 4


@dataclass(slots=True)
class _Town:
    """What one world's days are drawn by; a planner draws one day at a time."""

    planner: DayPlanner | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class DaysAhead:
    """Plans the worlds that go on: those whose clock runs in the background, newest days first."""

    def __init__(self, database: Database, templates: Templates, vendors: Vendors, turns: Turns) -> None:
        self._database = database
        self._templates = templates
        self._vendors = vendors
        self._turns = turns
        self._woken = asyncio.Event()
        self._wait_s = float(_LOOK_EVERY_S)
        self._towns: dict[int, _Town] = {}

    def wake(self, world: World) -> None:
        """Has the worlds looked at, because that one was made, or its clock was moved or set to a speed."""
        if world.goes_on:
            self._woken.set()

    async def keep(self) -> None:
        """Plans what the worlds lack, and then waits until one of them lacks a day; never ends by itself."""
        while True:
            self._woken.clear()
            await retry_while_away(self._plan_missing)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._wait_s):
                    await self._woken.wait()

    async def plan_up_to(self, name: str, to: int) -> None:
        """Adds the days that a world lacks when its clock shows `to`, oldest first.

        Raises WorldGoneError, or BusyError if too many callers wait.
        """
        async with self._turns.one():
            while world := await self._database.ask(partial(world_there, name=name)):
                missing = world.missing_days(to)
                if not missing:
                    return
                await self._add_day(world, missing[0][0])
        raise WorldGoneError(name)

    async def catch_up(self, name: str) -> None:
        """Adds the days that a world lacks now, newest first."""
        while world := await self._database.ask(partial(world_there, name=name)):
            now = world.clock.at(wall_now())
            missing = world.missing_days(now)
            if not missing:
                return
            await self._add_day(world, newest_first(missing, now))

    async def size_of(self, world: World) -> TownSize | None:
        """The population of a world's scenario; None if it has none, or is not there as it was when it was read."""
        try:
            source = await self._templates.read_again(world)
        except BadScenarioError:
            return None
        return source.scenario.population if source.fingerprint == world.fingerprint else None

    async def end(self, world: World) -> None:
        """Lets a world end at its horizon, because its scenario is not there as it was when the world was made."""
        if await self._database.change(partial(_end, name=world.name, number=world.n)):
            ends = f"The world {world.name} ends at its horizon, {millis(world.horizon)}"
            _LOG.warning("%s, because its scenario has changed or is gone. A reset makes it anew.", ends)

    async def _plan_missing(self) -> None:
        """Adds a day to each world that lacks some, until none does, and notes how long that will be so."""
        lacks = True
        while lacks:
            lacks, self._wait_s = False, float(_LOOK_EVERY_S)
            async for world in self._to_be_planned():
                now = world.clock.at(wall_now())
                missing = world.missing_days(now)
                if missing:
                    lacks = True
                    await self._add_day(world, newest_first(missing, now))
                elif world.clock.speed:
                    self._wait_s = min(self._wait_s, _seconds_left(world, now))

    async def _to_be_planned(self) -> AsyncIterator[World]:
        number = 0
        while found := await self._database.ask(partial(worlds.to_be_planned, number=number, most=_READ)):
            for world in found:
                yield world
            number = found[-1].n
            await asyncio.sleep(0)

    async def _add_day(self, world: World, dawn: int) -> None:
        town = self._town_of(world)
        async with town.lock:
            try:
                if town.planner is None:
                    town.planner = await self._planner(world)
                if town.planner is None:
                    await self.end(world)
                else:
                    await add_day(self._database, town.planner, world, dawn)
            except BaseException:
                # It may have been left in the middle of a day.
                town.planner = None
                raise

    def _town_of(self, world: World) -> _Town:
        """The town of a world; those that were used last are remembered."""
        town = self._towns[world.n] = self._towns.pop(world.n, _Town())
        while len(self._towns) > _MOST_PLANNERS:
            del self._towns[next(iter(self._towns))]
        return town

    async def _planner(self, world: World) -> DayPlanner | None:
        size = await self.size_of(world)
        return None if size is None else await draw_planner(world, size, self._vendors, breathe)


def _seconds_left(world: World, now: int) -> float:
    """The seconds of real time after which a world that lacks no day lacks one; none is planned at the end of time."""
    lacks_at = world.horizon - (world.coming_days or 0) * DAY
    return (lacks_at - now) / world.clock.speed / SECOND if lacks_at > now else _LOOK_EVERY_S


def _end(db: Transaction, name: str, number: int) -> bool:
    """Notes that a world does not go on; returns False if it did not before, or is gone."""
    world = worlds.lock_named(db, name)
    if world is None or world.n != number or not world.goes_on:
        return False
    worlds.save_world(db, replace(world, coming_days=None))
    return True
