"""Filling a world: hand-placed objects, people and places, and day after day of sessions, in short transactions."""

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
from ..generate import day_plan, samples
from ..generate.catalogue import catalogue
from ..generate.day_plan import Draft, Scenery
from ..generate.people import Namer, Town, founding
from ..generate.scaling import TRIED, grown
from ..scenario import conversion
from ..scenario.objects import Objects
from ..scenario.population import Population
from ..scenario.scenarios import Scenario
from ..store import availability, parties, stations, world_rows, worlds
from ..store.database.compiled_statements import Row
from ..store.database.protocol import Database, Transaction
from ..store.reservations import insert_reservations
from ..store.schema import version
from ..store.sessions import insert_sessions
from ..store.world import World
from ..wall_clock import wall_now

Report = Callable[[int, int, int], None]
"""Told how many of how many steps are done, each as long as a day, and how many sessions there are."""

Insert = Callable[..., None]
"""Inserts `entities` into the world of that `number`."""

Step = TypeVar("Step")

_SLICE: Final = 25
"""So many rows take about three milliseconds among a million others."""
_LONGEST_CATCH_UP: Final = 90
"""A world that nobody has opened for longer gets only so many of the days it missed."""


class Builder:
    """Fills one world. Nobody sees it before the last transaction, because no credential opens it yet."""

    def __init__(self, database: Database, world: World, scenario: Scenario, report: Report) -> None:
        self._database = database
        self._world = world
        self._scenario = scenario
        self._report = report
        self._noted_at = world.progressed_at
        self._made = 0
        self._next_n = world.next_n
        self._samples = samples.Samples()

    async def fill(self) -> World:
        """Everything that the scenario says; the world as it is to be opened."""
        await self._place(self._scenario.objects)
        horizon = self._world.horizon
        days = range(0)
        population = await self._population()
        if population is not None:
            namer = await asyncio.to_thread(_names, self._world.seed)
            people = await self._last(founding(population, self._world.seed, catalogue(), namer))
            await self._settle(people)
            days = population.days()
            await self._live(self._scenery(people, population), days)
            horizon = self._world.monday + days.stop * DAY
            self._samples.of_town(people)
        await self._index(len(days))
        # Thousands of tariffs of a big town, which nobody may ever ask for.
        tariff.cache_clear()
        self._samples.prescribed(self._scenario.sample)
        sample = orjson.dumps(self._samples.found).decode()
        return replace(self._world, horizon=horizon, next_n=self._next_n, first_n=self._next_n, sample=sample)

    def due(self, now: int) -> range:
        """The days between the world's horizon and where it should be by now."""
        population = self._scenario.population
        if population is None:
            return range(0)
        stop = self._day(now) + population.coming_days + 1
        return range(max(self._day(self._world.horizon), self._day(now) - _LONGEST_CATCH_UP), stop)

    def tried(self, now: int) -> int:
        """How many sessions, about, are tried to add the days that are due."""
        population, sessions = self._scenario.population, self._world.sessions
        if population is None:
            return 0
        if sessions is not None:
            return TRIED + len(self.due(now)) * sessions // len(population.days())
        a_day = population.charge_sessions + population.cariqa_sessions + population.podero_cars
        return len(self.due(now)) * a_day

    async def top_up(self, now: int) -> None:
        """Adds the days that are due to a world that people use."""
        days = self.due(now)
        population = await self._population()
        if not days or population is None:
            return
        people = await self._last(founding(population, self._world.seed, catalogue()))
        scenery = self._scenery(people, population)
        for day in days:
            if not await self._plan(scenery, day):
                return

    async def _population(self) -> Population | None:
        """How many of what: as the scenario says, or as many as it takes for the sessions that were asked for."""
        population, sessions = self._scenario.population, self._world.sessions
        await asyncio.to_thread(catalogue)
        if population is None or sessions is None:
            return population
        return await self._last(grown(population, self._world.seed, sessions, catalogue()))

    async def _place(self, objects: Objects) -> None:
        market = Market(self._world.seed, self._world.monday)
        connectors = [conversion.connector(place, plug) for place in objects.stations for plug in place.connectors]
        await self._slices(objects.fleets, parties.insert_fleets)
        await self._slices(objects.drivers, parties.insert_drivers)
        await self._slices(objects.users, parties.insert_users)
        await self._slices(objects.payment_methods, parties.insert_payment_methods)
        await self._slices([conversion.vehicle(car) for car in objects.vehicles], parties.insert_vehicles)
        await self._slices([conversion.station(place) for place in objects.stations], stations.insert_stations)
        await self._slices(connectors, stations.insert_connectors)
        placed = conversion.sessions(objects, market, self._next_n)
        self._next_n += len(placed)
        await self._slices(placed, insert_sessions)
        await self._slices(conversion.reservations(objects, self._next_n), insert_reservations)
        self._next_n += len(objects.reservations)

    async def _settle(self, people: Town) -> None:
        await self._slices(people.fleets, parties.insert_fleets)
        await self._slices(people.drivers, parties.insert_drivers)
        await self._slices(people.users, parties.insert_users)
        await self._slices(people.cards, parties.insert_payment_methods)
        await self._slices(people.vehicles, parties.insert_vehicles)
        await self._slices(people.stations, stations.insert_stations)
        await self._slices(people.connectors, stations.insert_connectors)

    async def _live(self, scenery: Scenery, days: range) -> None:
        for done, day in enumerate(days, start=1):
            for drafts in day_plan.slices_of(scenery, day):
                await self._live_through(drafts)
            self._report(done, len(days) + version.INDEXES, self._made)

    async def _live_through(self, drafts: list[Draft]) -> None:
        numbered, booked = self._numbered(drafts)
        self._made += len(numbered)
        if drafts:
            await self._database.change(partial(self._add_drafts, numbered=numbered, booked=booked))
        await self._pause()

    def _add_drafts(self, db: Transaction, numbered: list[Session], booked: list[Reservation]) -> None:
        insert_sessions(db, self._world.n, numbered)
        insert_reservations(db, self._world.n, booked)

    async def _index(self, days: int) -> None:
        """Makes the indexes that a database does without while it is empty; each takes as long as a day."""
        made = 0
        while await self._database.change(self._make_index):
            made += 1
            self._report(days + made, days + version.INDEXES, self._made)
        self._report(days + version.INDEXES, days + version.INDEXES, self._made)

    def _make_index(self, db: Transaction) -> bool:
        made = version.make_index(db)
        worlds.note_progress(db, self._world.n, wall_now())
        return made

    def _numbered(self, drafts: Iterable[Draft]) -> tuple[list[Session], list[Reservation]]:
        """The sessions and reservations of a day under the world's next numbers."""
        numbered, booked = [], []
        for draft in drafts:
            if draft.session is not None:
                numbered.append(draft.session.numbered(self._next_n))
            if draft.reservation is not None:
                fulfilled_by = self._next_n if draft.session is not None else None
                booked.append(replace(draft.reservation, n=self._next_n, session=fulfilled_by))
            self._next_n += 1
        return numbered, booked

    async def _plan(self, scenery: Scenery, day: int) -> bool:
        """Adds a day slice by slice, unless the world has gone meanwhile.

        A day that was begun and left is continued; another process may be doing the same.
        """
        done = 0
        for drafts in day_plan.slices_of(scenery, day):
            if drafts:
                if not await self._database.change(partial(self._continue, day=day, done=done, drafts=drafts)):
                    return False
                done += 1
            await asyncio.sleep(0)
        return await self._database.change(partial(self._continue, day=day, done=done, drafts=None))

    def _continue(self, db: Transaction, day: int, done: int, drafts: list[Draft] | None) -> bool:
        """Adds a slice of a day of which so many slices are there, or the end of the day; False if the world has gone.

        A planned session gives way to those that people have started. The world counts the slices of the day after its
        horizon, so that each is added once.
        """
        world = worlds.lock_named(db, self._world.name)
        dawn = self._world.monday + day * DAY
        if world is None or world.n != self._world.n:
            return False
        if world.horizon > dawn or (world.planned_slices if world.horizon == dawn else 0) != done:
            return True
        self._next_n = world.next_n
        planned = -self._next_n
        if drafts is not None:
            numbered, booked = self._numbered([_around(db, world, draft) for draft in drafts])
            self._add_drafts(db, numbered, booked)
        planned += self._next_n
        grown = replace(world, next_n=self._next_n, first_n=world.first_n + planned)
        if drafts is None:
            worlds.save_world(db, replace(grown, horizon=dawn + DAY, planned_slices=0))
        else:
            worlds.save_world(db, replace(grown, horizon=dawn, planned_slices=done + 1))
        return True

    def _scenery(self, people: Town, population: Population) -> Scenery:
        market = Market(self._world.seed, self._world.monday)
        return Scenery(people, population, catalogue(), self._world.seed, market)

    def _day(self, at: int) -> int:
        return (at - self._world.monday) // DAY

    async def _slices(self, things: Sequence[Any], insert: Insert) -> None:
        for begin in range(0, len(things), _SLICE):
            some = things[begin : begin + _SLICE]
            await self._database.change(partial(insert, number=self._world.n, entities=some))
            await self._pause()

    async def _last(self, steps: Iterator[Step]) -> Step:
        """What many steps lead to."""
        reached = next(steps)
        for step in steps:
            reached = step
            await self._pause()
        return reached

    async def _pause(self) -> None:
        """Lets others in, and notes now and then that the world still grows.

        What grows lives long, so nobody is made to wait while all of it is looked through for garbage.
        """
        await asyncio.sleep(0)
        at = wall_now()
        if at - self._noted_at > SECOND:
            self._noted_at = at
            gc.freeze()
            await self._database.change(partial(worlds.note_progress, number=self._world.n, wall=at))


def added(db: Transaction, world: World) -> World:
    """Adds the row of a world that is to be built, under a number of its own."""
    # Of servers that start at once on one empty database, all but the first wait here until it is no longer empty.
    numbered = replace(world, n=worlds.take_number(db), progressed_at=wall_now())
    if worlds.is_empty(db):
        version.drop_indexes(db)
    worlds.insert_world(db, numbered)
    return numbered


def insert_rows(db: Transaction, *, table: str, number: int, rows: Sequence[Row]) -> None:
    """Inserts rows into a world that is being built, and notes its progress."""
    world_rows.insert_rows(db, table, number, rows)
    worlds.note_progress(db, number, wall_now())


def quiet(_done: int, _total: int, _sessions: int) -> None:
    """For worlds that are made too fast for a progress bar."""


def _names(seed: int) -> Namer:
    from ..generate.names import faker_names  # noqa: PLC0415 - Faker takes 100 ms that only a new world needs

    return faker_names(seed)


def _around(db: Transaction, world: World, draft: Draft) -> Draft:
    """The draft without its session, if somebody is plugged in where or with whom it would take place."""
    if draft.session is None or availability.is_free(db, world.n, draft.session):
        return draft
    return Draft(None, draft.reservation and reservations.unfulfilled(draft.reservation))
