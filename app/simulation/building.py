"""Filling a world: hand-placed objects, people and places, and day after day of sessions, in short transactions."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

import orjson

from ..store import changes, scenes, worlds
from ..store.engine import Database, Transaction
from ..store.moment import Moment, World
from ..world import reservations, timeline
from ..world.clock import DAY
from ..world.entities import Reservation, Session
from ..world.smart import Market
from . import itineraries, placing, samples
from .catalogue import catalogue
from .clock import wall
from .itineraries import Draft, Scenery
from .objects import Objects
from .population import Namer, Population, Town, town
from .scenarios import Scenario

Report = Callable[[int, int], None]
"""Told how many of how many steps are done."""

Add = Callable[[Transaction, int, Sequence[Any]], None]
"""Adds some things to the world of that number."""

_SLICE: Final = 50
_LONGEST_CATCH_UP: Final = 90
"""A world that nobody has opened for longer gets only so many of the days it missed."""


class Builder:
    """Fills one world. Nobody sees it before the last transaction, because no credential opens it yet."""

    def __init__(self, database: Database, world: World, scenario: Scenario, report: Report) -> None:
        self._database = database
        self._world = world
        self._scenario = scenario
        self._report = report
        self._next_n = world.next_n
        self._samples = samples.Samples(world.clock.anchor)

    async def fill(self) -> World:
        """Everything that the scenario says; the world as it is to be opened."""
        objects, population = self._scenario.objects, self._scenario.population
        await self._place(objects)
        horizon = self._world.horizon
        if population is not None:
            people = town(population, self._world.seed, catalogue(), _names(self._world.seed))
            await self._settle(people)
            today = self._day(self._world.clock.anchor)
            days = range(today - population.past_days, today + population.coming_days + 1)
            await self._live(self._scenery(people, population), days)
            horizon = self._world.monday + days.stop * DAY
            self._samples.of_town(people)
        self._samples.prescribed(self._scenario.sample)
        sample = orjson.dumps(self._samples.found).decode()
        return replace(self._world, horizon=horizon, next_n=self._next_n, sample=sample)

    async def top_up(self, now: int) -> None:
        """The days between the world's horizon and where it should be by now."""
        population = self._scenario.population
        if population is None:
            return
        stop = self._day(now) + population.coming_days + 1
        first = max(self._day(self._world.horizon), self._day(now) - _LONGEST_CATCH_UP)
        if first >= stop:
            return
        scenery = self._scenery(town(population, self._world.seed, catalogue()), population)
        for done, day in enumerate(range(first, stop), start=1):
            await self._database.change(partial(self._add_day, scenery=scenery, day=day))
            self._report(done, stop - first)
            await asyncio.sleep(0)

    async def _place(self, objects: Objects) -> None:
        market = Market(self._world.seed, self._world.monday)
        connectors = [placing.connector(place, plug) for place in objects.stations for plug in place.connectors]
        await self._add(objects.fleets)
        await self._add(objects.drivers)
        await self._add(objects.users)
        await self._add(objects.payment_methods)
        await self._add([placing.vehicle(car) for car in objects.vehicles])
        await self._add([placing.station(place) for place in objects.stations])
        await self._add(connectors)
        placed = placing.sessions(objects, market, self._next_n)
        self._next_n += len(placed)
        await self._slices(placed, changes.add_sessions)
        await self._add(placing.reservations(objects, self._next_n))
        self._next_n += len(objects.reservations)

    async def _settle(self, people: Town) -> None:
        for kind in (
            people.fleets,
            people.drivers,
            people.users,
            people.cards,
            people.vehicles,
            people.stations,
            people.connectors,
        ):
            await self._add(kind)

    async def _live(self, scenery: Scenery, days: range) -> None:
        for done, day in enumerate(days, start=1):
            drafts = itineraries.day_of(scenery, day)
            numbered, booked = self._numbered(drafts)
            self._samples.of_day(numbered)
            await self._slices(numbered, changes.add_sessions)
            await self._add(booked)
            self._report(done, len(days))

    def _numbered(self, drafts: Iterable[Draft]) -> tuple[list[Session], list[Reservation]]:
        """The sessions and reservations of a day under the world's next numbers."""
        numbered, booked = [], []
        for draft in drafts:
            if draft.session is not None:
                numbered.append(replace(draft.session, n=self._next_n))
            if draft.reservation is not None:
                fulfilled_by = self._next_n if draft.session is not None else None
                booked.append(replace(draft.reservation, n=self._next_n, session=fulfilled_by))
            self._next_n += 1
        return numbered, booked

    def _add_day(self, db: Transaction, scenery: Scenery, day: int) -> None:
        """Adds a day to a world that people use: whatever they have plugged in for longer comes first."""
        world = worlds.locked(db, self._world.name)
        if world is None or world.n != self._world.n or self._day(world.horizon) > day:
            return
        dawn = world.monday + day * DAY
        staying = scenes.plugged_in_between(Moment(db, world, dawn), dawn + 2 * DAY)
        self._next_n = world.next_n
        drafts = [_around(draft, staying) for draft in itineraries.day_of(scenery, day)]
        numbered, booked = self._numbered(drafts)
        changes.add_sessions(db, world.n, numbered)
        changes.add(db, world.n, booked)
        worlds.save(db, replace(world, horizon=dawn + DAY, next_n=self._next_n))

    def _scenery(self, people: Town, population: Population) -> Scenery:
        market = Market(self._world.seed, self._world.monday)
        return Scenery(people, population, catalogue(), self._world.seed, market)

    def _day(self, at: int) -> int:
        return (at - self._world.monday) // DAY

    async def _add(self, things: Sequence[Any]) -> None:
        await self._slices(things, changes.add)

    async def _slices(self, things: Sequence[Any], add: Add) -> None:
        for begin in range(0, len(things), _SLICE):
            some = things[begin : begin + _SLICE]
            await self._database.change(partial(self._add_slice, some=some, add=add))
            await asyncio.sleep(0)

    def _add_slice(self, db: Transaction, some: Sequence[Any], add: Add) -> None:
        add(db, self._world.n, some)
        worlds.still_building(db, self._world.n, wall())


def _names(seed: int) -> Namer:
    from .names import faker_names  # noqa: PLC0415 - Faker takes 100 ms that only a new world needs

    return faker_names(seed)


def _around(draft: Draft, staying: Sequence[Session]) -> Draft:
    """The draft without its session, if somebody is still plugged in where or with whom it would take place."""
    if draft.session is None or not any(timeline.displaced(stays, draft.session) for stays in staying):
        return draft
    return Draft(None, draft.reservation and reservations.unfulfilled(draft.reservation))
