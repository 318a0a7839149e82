"""Filling a world: hand-placed objects, people and stations, and day after day of sessions, in short transactions."""

import asyncio
import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final, TypeVar

import orjson

from ..domain import reservations
from ..domain.clock import DAY, SECOND
from ..domain.models import Reservation, Session
from ..domain.pricing import tariff
from ..domain.smart_charging import Market
from ..generate.catalogue import catalogue
from ..generate.day_inputs import DayInputs
from ..generate.day_plan import DayEntry, DayPlanner
from ..generate.people import Namer, Town, town_in_steps
from ..generate.samples import samples
from ..generate.scaling import TRIED, size_for
from ..scenario import conversion
from ..scenario.language import Scenario
from ..scenario.objects import Objects
from ..scenario.population import TownSize
from ..scenario.terms import channels_of
from ..store import availability, worlds, writes
from ..store.database.engine import Database, Transaction
from ..store.schema import version
from ..store.world_transaction import World
from ..wall_clock import wall_now
from .vendor import Vendors, reserving_channel, terms_of

Report = Callable[[int, int, int], None]
"""Takes the steps that are done, all steps, each of which takes as long as a day, and the sessions that are there."""

Insert = Callable[[Transaction, int, Sequence[Any]], None]
"""Inserts some rows into the world of that number."""

Step = TypeVar("Step")

_SLICE: Final = 25
"""To insert this number of rows among a million others takes about three milliseconds."""
_LONGEST_CATCH_UP: Final = 90
"""A world that was not served for longer gets only this number of the days that it missed."""


class Builder:
    """Fills one world, which no credential opens before it is published."""

    def __init__(self, database: Database, world: World, scenario: Scenario, vendors: Vendors, report: Report) -> None:
        self._database = database
        self._world = world
        self._scenario = scenario
        self._terms = terms_of(vendors)
        self._channels = channels_of(self._terms)
        self._reserving = reserving_channel(vendors)
        self._report = report
        self._noted_at = world.clock.wall
        self._made = 0
        self._next_n = world.next_n
        self._samples: dict[str, dict[str, str | None]] = {vendor.name: {} for vendor in vendors}

    async def fill(self) -> World:
        """Inserts everything that the scenario says; returns the world as it is to be published."""
        await self._insert_objects(self._scenario.objects)
        horizon = self._world.horizon
        days = range(0)
        size = await self._size()
        if size is not None:
            namer = await asyncio.to_thread(_names, self._world.seed)
            town = await self._last(town_in_steps(size, self._world.seed, catalogue(), namer))
            await self._insert_town(town)
            days = size.days()
            await self._insert_days(self._planner(town, size), days)
            horizon = self._world.monday + days.stop * DAY
            self._samples |= samples(town, self._terms)
        await self._make_indexes(len(days))
        # A big town has thousands of tariffs, which may never be needed again.
        tariff.cache_clear()
        for vendor, ids in self._scenario.sample.items():
            self._samples[vendor] |= ids
        sample = orjson.dumps(self._samples).decode()
        return replace(self._world, horizon=horizon, next_n=self._next_n, first_n=self._next_n, sample=sample)

    def due(self, now: int) -> range:
        """The days between the world's horizon and where it should be by now."""
        size = self._scenario.population
        if size is None:
            return range(0)
        stop = self._day(now) + size.coming_days + 1
        return range(max(self._day(self._world.horizon), self._day(now) - _LONGEST_CATCH_UP), stop)

    def drawn(self, now: int) -> int:
        """About how many sessions are drawn for the days that are due."""
        size, sessions = self._scenario.population, self._world.sessions
        if size is None:
            return 0
        if sessions is not None:
            return TRIED + len(self.due(now)) * sessions // len(size.days())
        return len(self.due(now)) * size.sessions_a_day

    async def top_up(self, now: int) -> None:
        """Adds the days that are due to a world that is being used."""
        days = self.due(now)
        size = await self._size()
        if not days or size is None:
            return
        town = await self._last(town_in_steps(size, self._world.seed, catalogue()))
        planner = self._planner(town, size)
        for day in days:
            if not await self._plan(planner, day):
                return

    async def _size(self) -> TownSize | None:
        """The size of the scenario's town, scaled to the number of sessions if one was asked for."""
        size, sessions = self._scenario.population, self._world.sessions
        await asyncio.to_thread(catalogue)
        if size is None or sessions is None:
            return size
        scaled = size_for(
            size, self._world.seed, sessions, catalogue(), channels=self._channels, reserving=self._reserving
        )
        return await self._last(scaled)

    async def _insert_objects(self, objects: Objects) -> None:
        market = Market(self._world.seed, self._world.monday)
        connectors = [conversion.connector(at, each) for at in objects.stations for each in at.connectors]
        await self._insert(objects.fleets)
        await self._insert(objects.drivers)
        await self._insert(objects.users)
        await self._insert(objects.payment_methods)
        await self._insert([conversion.vehicle(vehicle) for vehicle in objects.vehicles])
        await self._insert([conversion.station(station) for station in objects.stations])
        await self._insert(connectors)
        placed = conversion.sessions(objects, self._channels, market, self._next_n)
        self._next_n += len(placed)
        await self._insert_slices(placed, writes.add_sessions)
        await self._insert(conversion.reservations(objects, self._next_n))
        self._next_n += len(objects.reservations)

    async def _insert_town(self, town: Town) -> None:
        for kind in (
            town.fleets,
            town.drivers,
            town.users,
            town.cards,
            town.vehicles,
            town.stations,
            town.connectors,
        ):
            await self._insert(kind)

    async def _insert_days(self, planner: DayPlanner, days: range) -> None:
        for done, day in enumerate(days, start=1):
            for entries in planner.slices(day):
                await self._insert_entries(entries)
            self._report(done, len(days) + version.INDEXES, self._made)

    async def _insert_entries(self, entries: list[DayEntry]) -> None:
        numbered, booked = self._numbered(entries)
        self._made += len(numbered)
        if entries:
            await self._database.change(partial(self._insert_numbered, numbered=numbered, booked=booked))
        await self._pause()

    def _insert_numbered(self, db: Transaction, numbered: list[Session], booked: list[Reservation]) -> None:
        writes.add_sessions(db, self._world.n, numbered)
        writes.add(db, self._world.n, booked)

    async def _make_indexes(self, days: int) -> None:
        """Makes the indexes that an empty database is filled without; each takes as long as a day."""
        made = 0
        while await self._database.change(self._make_index):
            made += 1
            self._report(days + made, days + version.INDEXES, self._made)
        self._report(days + version.INDEXES, days + version.INDEXES, self._made)

    def _make_index(self, db: Transaction) -> bool:
        made = version.make_index(db)
        worlds.still_building(db, self._world.n, wall_now())
        return made

    def _numbered(self, entries: Iterable[DayEntry]) -> tuple[list[Session], list[Reservation]]:
        """The sessions and reservations of these entries under the world's next numbers."""
        numbered, booked = [], []
        for entry in entries:
            if entry.session is not None:
                numbered.append(entry.session.numbered(self._next_n))
            if entry.reservation is not None:
                fulfilled_by = self._next_n if entry.session is not None else None
                booked.append(replace(entry.reservation, n=self._next_n, session=fulfilled_by))
            self._next_n += 1
        return numbered, booked

    async def _plan(self, planner: DayPlanner, day: int) -> bool:
        """Adds a day slice by slice; returns False if the world has gone meanwhile.

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
        """Adds the slice after the first `done` slices of a day, or the end of the day; False if the world has gone.

        A session that callers have started takes precedence. The horizon counts the slices, so that each is added once.
        """
        world = worlds.locked(db, self._world.name)
        dawn = self._world.monday + day * DAY
        if world is None or world.n != self._world.n:
            return False
        if max(0, world.horizon - dawn) != done:
            return True
        self._next_n = world.next_n
        planned = -self._next_n
        if entries is not None:
            numbered, booked = self._numbered([_around(db, world, entry) for entry in entries])
            self._insert_numbered(db, numbered, booked)
        horizon = dawn + (DAY if entries is None else done + 1)
        planned += self._next_n
        worlds.save(db, replace(world, horizon=horizon, next_n=self._next_n, first_n=world.first_n + planned))
        return True

    def _planner(self, town: Town, size: TownSize) -> DayPlanner:
        seed, market = self._world.seed, Market(self._world.seed, self._world.monday)
        return DayPlanner(DayInputs(town, size, catalogue(), self._channels, self._reserving, seed, market))

    def _day(self, at: int) -> int:
        return (at - self._world.monday) // DAY

    async def _insert(self, things: Sequence[Any]) -> None:
        await self._insert_slices(things, writes.add)

    async def _insert_slices(self, things: Sequence[Any], insert: Insert) -> None:
        for begin in range(0, len(things), _SLICE):
            some = things[begin : begin + _SLICE]
            await self._database.change(partial(self._insert_slice, insert=insert, some=some))
            await self._pause()

    def _insert_slice(self, db: Transaction, insert: Insert, some: Sequence[Any]) -> None:
        insert(db, self._world.n, some)

    async def _last(self, steps: Iterator[Step]) -> Step:
        """The last of many steps."""
        reached = next(steps)
        for step in steps:
            reached = step
            await self._pause()
        return reached

    async def _pause(self) -> None:
        """Lets other tasks run, and notes each second that the world is still being built.

        What is built lives long: freezing it spares other tasks the wait for a full garbage collection.
        """
        await asyncio.sleep(0)
        at = wall_now()
        if at - self._noted_at > SECOND:
            self._noted_at = at
            gc.freeze()
            await self._database.change(partial(worlds.still_building, number=self._world.n, wall=at))


def insert_world(db: Transaction, world: World) -> World:
    """Inserts the row of a world that is to be built, under a new number."""
    # Of servers that start at the same time on an empty database, all but the first wait here until it is not empty.
    numbered = replace(world, n=worlds.take_number(db))
    if worlds.is_empty(db):
        version.drop_indexes(db)
    worlds.add(db, numbered)
    return numbered


def quiet(_done: int, _total: int, _sessions: int) -> None:
    """Reports nothing: for worlds that are made too fast for a progress bar."""


def _names(seed: int) -> Namer:
    from ..generate.names import faker_names  # noqa: PLC0415 - Faker takes 100 ms that only a new world needs

    return faker_names(seed)


def _around(db: Transaction, world: World, entry: DayEntry) -> DayEntry:
    """The entry without its session, if its connector, vehicle or driver is busy in the world."""
    if entry.session is None or availability.is_free(db, world.n, entry.session):
        return entry
    return DayEntry(None, entry.reservation and reservations.unfulfilled(entry.reservation))
