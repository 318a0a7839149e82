"""How worlds come to be and go: built in short transactions that nobody sees until the last one opens them."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from typing import Final

from ..store import changes, schema, worlds
from ..store.engine import Database, DatabaseUnavailableError, OutcomeUnknownError, Transaction
from ..store.moment import World
from ..world.clock import MILLISECOND, SECOND, Clock, instant, monday
from . import credentials
from .building import Builder, Report
from .clock import wall
from .scenarios import BadScenarioError, Keys, Read, read

DEFAULT: Final = "default"
DOCUMENTED: Final = "documented"
"""The worlds that every server has."""

_SLICE: Final = 25
_DEAD_AFTER: Final = 10 * SECOND
"""A world that is being built and has not grown for so long was left by a crash."""
_UNREAD_AFTER: Final = 2 * SECOND
"""Whoever looked into a world when it was retired has his answer by then."""
_SWEPT_AT_ONCE: Final = 100
_PLANNED_AT_ONCE: Final = 2_000
"""So many slices of rows are removed, and so many sessions tried, before a server begins to serve; more come after."""

_AGAIN_AFTER_S: Final = 1

Rest = Callable[[], Awaitable[None]]
"""What of the preparations is left to be done while the server serves."""


class OtherDatabaseError(Exception):
    """The database holds something else than was asked for; the message says what, and what to do."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What `default` is to be; None takes what the database or the scenario says."""

    scenario: str | None = None
    seed: int | None = None
    start: str | None = None
    speed: float | None = None
    sessions: int | None = None


async def prepare(database: Database, wanted: Wanted, report: Report) -> Rest:
    """Makes sure that the lasting worlds are there: `default` filled up to its horizon, `documented` as it was.

    What would take long in a world that is there already is left for later.
    """
    if not await database.change(worlds.prepare):
        raise OtherDatabaseError("the database was made by another version of Wattif")
    await sweep(database, _SWEPT_AT_ONCE)
    default = await database.ask(lambda db: worlds.named(db, DEFAULT))
    if default is None:
        await _build(database, DEFAULT, read(wanted.scenario or "town"), wanted, report)
        # Another server, started at the same time, may have been first, and have been asked for something else.
        default = await database.ask(lambda db: worlds.named(db, DEFAULT))
    top_up = nothing if default is None else await _keep(database, default, wanted)
    documented = await database.ask(lambda db: worlds.named(db, DOCUMENTED))
    await _build(database, DOCUMENTED, read(DOCUMENTED), Wanted(), quiet, replaces=documented)

    return partial(_patiently, top_up)


async def reset(database: Database, world: World) -> None:
    """Makes a world anew from its scenario, seed, start and size, under the same keys."""
    wanted = Wanted(world.scenario, world.seed, world.start, world.first_speed, world.sessions)
    await _build(database, world.name, await asyncio.to_thread(read, world.scenario), wanted, quiet, replaces=world)


async def keep_swept(database: Database, retired: asyncio.Event) -> None:
    """Sweeps what a start has found or left, and then whenever a world has been retired; never ends by itself."""
    await asyncio.sleep(_DEAD_AFTER / SECOND)
    while True:
        retired.clear()
        await _patiently(partial(sweep, database))
        await retired.wait()
        await asyncio.sleep(2 * _UNREAD_AFTER / SECOND)


async def sweep(database: Database, slices_at_most: int | None = None) -> None:
    """Removes what retired worlds and crashed builds have left, in short transactions."""

    def gone(db: Transaction) -> list[World]:
        ages = {worlds.RETIRED: _UNREAD_AFTER, worlds.BUILDING: _DEAD_AFTER}
        left = ((world, age) for state, age in ages.items() for world in worlds.every(db, state))
        return [world for world, age in left if world.clock.wall < wall() - age]

    left = count() if slices_at_most is None else iter(range(slices_at_most))
    for world in await database.ask(gone):
        for _ in left:
            if not await database.change(partial(changes.sweep, number=world.n, rows_at_most=_SLICE)):
                await database.change(partial(worlds.forget, number=world.n))
                break
            await asyncio.sleep(0)


async def _build(
    database: Database, name: str, source: Read, wanted: Wanted, report: Report, *, replaces: World | None = None
) -> None:
    """Builds a world in slices and opens it, in the place of another if one is given."""
    began = wall()
    scenario = source.scenario
    start = wanted.start or scenario.clock.start
    at = began // MILLISECOND * MILLISECOND if start == "now" else instant(start) // MILLISECOND * MILLISECOND
    seed = scenario.seed if wanted.seed is None else wanted.seed
    speed = scenario.clock.speed if wanted.speed is None else wanted.speed
    world = World(
        n=0,
        name=name,
        state=worlds.BUILDING,
        scenario=wanted.scenario or scenario.name,
        fingerprint=source.fingerprint,
        seed=seed,
        start=start,
        monday=monday(at),
        clock=Clock(at, began, speed),
        first_speed=speed,
        horizon=at,
        page_break_at=scenario.page_break,
        next_n=1,
        sample="{}",
        sessions=wanted.sessions,
    )
    if wanted.sessions is not None and scenario.population is None:
        raise BadScenarioError(f"the scenario {world.scenario} has no population that could grow to so many sessions")
    world = await database.change(lambda db: _added(db, world))
    world = await Builder(database, world, scenario, report).fill()
    shown = world.clock if start == "now" else replace(world.clock, wall=wall())
    keys = credentials.issued(scenario.keys if name == DOCUMENTED else Keys(), name)
    await database.change(lambda db: _open(db, replace(world, state=worlds.OPEN, clock=shown), keys, replaces))
    await database.agreed()


async def _keep(database: Database, world: World, wanted: Wanted) -> Rest:
    """Keeps a world that is there already: it must be what was asked for, and is planned up to its horizon again."""
    for what, asked, has in (
        ("scenario", wanted.scenario, world.scenario),
        ("seed", wanted.seed, world.seed),
        ("start", wanted.start, world.start),
    ):
        if asked is not None and asked != has:
            raise OtherDatabaseError(f"the database holds a world of {what} {has}, not {asked}")
    if wanted.sessions not in {None, world.sessions}:
        made = "without --sessions" if world.sessions is None else f"with --sessions {world.sessions}"
        raise OtherDatabaseError(f"the world in the database was made {made}, not with --sessions {wanted.sessions}")
    if wanted.speed is not None:
        world = await database.change(partial(_paced, world=world, speed=wanted.speed))
    source = read(world.scenario)
    now = world.clock.at(wall())
    builder = Builder(database, world, source.scenario, quiet)
    if source.fingerprint != world.fingerprint or not builder.due(now):
        return nothing
    if builder.tried(now) > _PLANNED_AT_ONCE:
        return partial(builder.top_up, now)
    await builder.top_up(now)
    return nothing


def _paced(db: Transaction, world: World, speed: float) -> World:
    """The world at another speed; what other servers have meanwhile done in it stays."""
    there = worlds.locked(db, world.name) or world
    paced = replace(there, clock=there.clock.paced(speed, wall()), first_speed=speed)
    worlds.save(db, paced)
    return paced


def _added(db: Transaction, world: World) -> World:
    # Of servers that start at once on one empty database, all but the first wait here until it is no longer empty.
    numbered = replace(world, n=worlds.take_number(db))
    if worlds.is_empty(db):
        schema.drop_indexes(db)
    worlds.add(db, numbered)
    return numbered


def _open(db: Transaction, world: World, keys: list[worlds.Credential], replaces: World | None) -> None:
    before = worlds.locked(db, world.name)
    if before is None:
        worlds.save(db, world)
        for key in keys:
            worlds.add_credential(db, world.n, key)
    elif replaces is None:
        # Another process, started at the same time, was first.
        worlds.save(db, replace(world, state=worlds.RETIRED))
    else:
        worlds.hand_over(db, before, world, wall())


async def _patiently(work: Rest) -> None:
    """Does it, however often the database has to be asked for it; no such work is harmed by being done again."""
    while True:
        try:
            return await work()
        except (DatabaseUnavailableError, OutcomeUnknownError):
            await asyncio.sleep(_AGAIN_AFTER_S)


def quiet(_done: int, _total: int, _sessions: int) -> None:
    """For worlds that are made too fast for a progress bar."""


async def nothing() -> None:
    """When nothing is left to be done."""
