"""Filling a new world: hand-placed objects, a town, and day after day of sessions, in short transactions."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import Any, Final

import orjson

from ..domain.clock import DAY
from ..domain.models import Document
from ..domain.pricing import tariff
from ..domain.smart_charging import Market
from ..generate.day_entry import DayEntry
from ..generate.day_plan import DayPlanner
from ..generate.people import Namer, Town
from ..generate.samples import samples
from ..scenario import conversion
from ..scenario.language import Scenario
from ..scenario.objects import Objects
from ..scenario.terms import channels_of
from ..store import documents, parties, stations, world_rows, worlds
from ..store.database.compiled_statements import Row
from ..store.database.protocol import Database, Transaction
from ..store.reservations import insert_reservations
from ..store.schema import version
from ..store.sessions import insert_sessions
from ..store.world import World
from ..wall_clock import wall_now
from . import first_documents, first_stations
from .cleanup import abandon, finished
from .planning import draw_planner, insert_entries, pause_for
from .vendor import Vendors

Report = Callable[[int, int, int], None]
"""Takes the steps that are done, all steps, each of which takes as long as a day, and the sessions that are there."""

Insert = Callable[..., None]
"""Inserts `entities` into the world of that `number`."""

SLICE: Final = 25
"""The rows of one transaction: to insert them among a million others takes about three milliseconds."""


class Builder:
    """Fills one world, which no credential opens before it is published."""

    def __init__(self, database: Database, world: World, scenario: Scenario, vendors: Vendors, report: Report) -> None:
        self._database = database
        self._world = world
        self._scenario = scenario
        self._vendors = vendors
        self._report = report
        self._pause = pause_for(database, world)
        self._made = 0
        self._next_n = world.next_n

    async def fill(self) -> World:
        """Inserts all that the scenario places and draws; returns the world as it is to be published."""
        await self._insert_objects(self._scenario.objects)
        size = self._scenario.population
        sample: dict[str, dict[str, str | None]] = {vendor.name: {} for vendor in self._vendors}
        horizon, days = self._world.horizon, range(0)
        if size is not None:
            namer = await asyncio.to_thread(_names, self._world.seed)
            planner = await draw_planner(self._world, size, self._vendors, self._pause, namer)
            town, days = planner.inputs.town, size.days()
            await self._insert_town(town)
            await self._insert(self._documents_of(town), documents.insert_documents)
            await self._insert_days(planner, days)
            horizon = self._world.monday + days.stop * DAY
            sample |= samples(town, self._vendors)
        placed = conversion.documents(self._scenario.objects, self._world.monday)
        lacking = first_documents.missing(self._world, self._vendors, {(each.vendor, each.kind) for each in placed})
        await self._insert([*placed, *lacking], documents.insert_documents)
        await self._make_indexes(len(days))
        # A big town has thousands of tariffs, which may never be needed again.
        tariff.cache_clear()
        for vendor, ids in self._scenario.sample.items():
            sample[vendor] |= ids
        written = first_documents.sampled(orjson.dumps(sample).decode(), self._vendors, [*placed, *lacking])
        return replace(self._world, horizon=horizon, next_n=self._next_n, first_n=self._next_n, sample=written)

    async def _insert_objects(self, objects: Objects) -> None:
        market = Market(self._world.seed, self._world.monday)
        connectors = [conversion.connector(at, each) for at in objects.stations for each in at.connectors]
        monday = self._world.monday
        await self._insert(conversion.fleets(objects, monday), parties.insert_fleets)
        await self._insert(conversion.drivers(objects, monday), parties.insert_drivers)
        await self._insert(conversion.attachments(objects), parties.insert_attachments)
        await self._insert(conversion.users(objects, monday), parties.insert_users)
        await self._insert(conversion.payment_methods(objects, monday), parties.insert_payment_methods)
        await self._insert(conversion.vehicles(objects, monday), parties.insert_vehicles)
        there = first_stations.Stations(conversion.stations(objects, monday), connectors)
        lacking = first_stations.missing(monday, self._vendors, there)
        await self._insert([*there.stations, *lacking.stations], stations.insert_stations)
        await self._insert([*connectors, *lacking.connectors], stations.insert_connectors)
        placed = conversion.sessions(objects, channels_of(self._vendors), market, self._next_n)
        self._next_n += len(placed)
        await self._insert(placed, insert_sessions)
        await self._insert(conversion.reservations(objects, self._next_n), insert_reservations)
        self._next_n += len(objects.reservations)

    async def _insert_town(self, town: Town) -> None:
        await self._insert(town.fleets, parties.insert_fleets)
        await self._insert(town.drivers, parties.insert_drivers)
        await self._insert(town.attachments, parties.insert_attachments)
        await self._insert([*town.users, *town.owners], parties.insert_users)
        await self._insert(town.cards, parties.insert_payment_methods)
        await self._insert(town.vehicles, parties.insert_vehicles)
        await self._insert(town.stations, stations.insert_stations)
        await self._insert(town.connectors, stations.insert_connectors)

    def _documents_of(self, town: Town) -> list[Document]:
        """What the vendors have of the people of a town who charge at home."""
        homes = [(vehicle, town.homes[vehicle.id]) for vehicle in town.smart_vehicles]
        return [each for vendor in self._vendors for each in vendor.town_documents(self._world.seed, homes)]

    async def _insert_days(self, planner: DayPlanner, days: range) -> None:
        for done, day in enumerate(days, start=1):
            for entries in planner.slices(day):
                await self._insert_entries(entries)
            self._report(done, len(days) + version.INDEXES, self._made)

    async def _insert_entries(self, entries: list[DayEntry]) -> None:
        if entries:
            first_n = self._next_n
            insert = partial(insert_entries, number=self._world.n, entries=entries, first_n=first_n)
            await self._database.change(insert)
            self._next_n += len(entries)
            self._made += sum(entry.session is not None for entry in entries)
        await self._pause()

    async def _make_indexes(self, days: int) -> None:
        """Makes the indexes that an empty database is filled without; each takes as long as a day."""
        made = 0
        while await self._database.change(self._make_index):
            made += 1
            self._report(days + made, days + version.INDEXES, self._made)
        self._report(days + version.INDEXES, days + version.INDEXES, self._made)

    def _make_index(self, db: Transaction) -> bool:
        made = version.make_index(db)
        worlds.note_progress(db, self._world.n, wall_now())
        return made

    async def _insert(self, entities: Sequence[Any], insert: Insert) -> None:
        for begin in range(0, len(entities), SLICE):
            some = entities[begin : begin + SLICE]
            await self._database.change(partial(insert, number=self._world.n, entities=some))
            await self._pause()


def insert_world(db: Transaction, world: World) -> World:
    """Inserts the row of a world that is to be built, under a new number."""
    # Of servers that start at the same time on an empty database, all but the first wait here until it is not empty.
    numbered = replace(world, n=worlds.take_number(db), progressed_at=wall_now())
    if worlds.is_empty(db):
        version.drop_indexes(db)
    worlds.insert_world(db, numbered)
    return numbered


@asynccontextmanager
async def begun(database: Database, world: World, retired: asyncio.Event) -> AsyncIterator[World]:
    """Inserts the row of a world, which the block fills and publishes.

    If the block fails or is cancelled, the world is abandoned, and `retired` is set.
    """
    new: World | None = None

    def begin(db: Transaction) -> World:
        nonlocal new
        new = insert_world(db, world)
        return new

    try:
        yield await finished(database.change(begin))
    except BaseException:
        if new is not None:
            await abandon(database, new.n, retired)
        raise


def insert_rows(db: Transaction, *, table: str, number: int, rows: Sequence[Row]) -> None:
    """Inserts rows into a world that is being built, and notes its progress."""
    world_rows.insert_rows(db, table, number, rows)
    worlds.note_progress(db, number, wall_now())


def quiet(_done: int, _total: int, _sessions: int) -> None:
    """Reports nothing: for worlds that are made too fast for a progress bar."""


def _names(seed: int) -> Namer:
    from ..generate.names import faker_names  # noqa: PLC0415 - Faker takes 100 ms that only a new world needs

    return faker_names(seed)
