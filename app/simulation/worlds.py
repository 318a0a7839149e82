"""How worlds come to be and go: built in short transactions that nobody sees until the last one opens them."""

import asyncio
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from ..store import changes, worlds
from ..store.engine import Database, Transaction
from ..store.moment import World
from ..world.clock import MILLISECOND, SECOND, Clock, instant, monday
from . import credentials
from .building import Builder, Report
from .clock import wall
from .scenarios import Keys, Read, read

DEFAULT: Final = "default"
DOCUMENTED: Final = "documented"
LASTING: Final = (DEFAULT, DOCUMENTED)
"""The worlds that every server has."""

_SLICE: Final = 50
_DEAD_AFTER: Final = 10 * SECOND
"""A world that is being built and has not grown for so long was left by a crash."""


class OtherDatabaseError(Exception):
    """The database holds something else than was asked for; the message says what, and what to do."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What `default` is to be; None takes what the database or the scenario says."""

    scenario: str | None = None
    seed: int | None = None
    start: str | None = None
    speed: float | None = None


async def prepare(database: Database, wanted: Wanted, report: Report) -> None:
    """Makes sure that the lasting worlds are there: `default` filled up to its horizon, `documented` as it was."""
    if not await database.change(worlds.prepare):
        raise OtherDatabaseError("the database was made by another version of Wattif")
    await sweep(database)
    default = await database.ask(lambda db: worlds.named(db, DEFAULT))
    if default is None:
        await _build(database, DEFAULT, read(wanted.scenario or "town"), wanted, report)
    else:
        await _keep(database, default, wanted, report)
    documented = await database.ask(lambda db: worlds.named(db, DOCUMENTED))
    await _build(database, DOCUMENTED, read(DOCUMENTED), Wanted(), quiet, replaces=documented)
    await sweep(database)


async def reset(database: Database, world: World) -> None:
    """Makes a world anew from its scenario, seed and start, under the same keys."""
    wanted = Wanted(world.scenario, world.seed, world.start, world.first_speed)
    await _build(database, world.name, read(world.scenario), wanted, quiet, replaces=world)
    await sweep(database)


async def sweep(database: Database) -> None:
    """Removes what retired worlds and crashed builds have left, in short transactions."""

    def gone(db: Transaction) -> list[World]:
        crashed = [world for world in worlds.every(db, worlds.BUILDING) if world.clock.wall < wall() - _DEAD_AFTER]
        return [*worlds.every(db, worlds.RETIRED), *crashed]

    for world in await database.ask(gone):
        while await database.change(partial(changes.sweep, number=world.n, rows_at_most=_SLICE)):  # noqa: ASYNC110 - it sleeps to let others in
            await asyncio.sleep(0)
        await database.change(partial(worlds.forget, number=world.n))


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
    )
    world = await database.change(lambda db: _added(db, world))
    world = await Builder(database, world, source.scenario, report).fill()
    shown = world.clock if start == "now" else replace(world.clock, wall=wall())
    keys = credentials.issued(scenario.keys if name == DOCUMENTED else Keys(), name)
    await database.change(lambda db: _open(db, replace(world, state=worlds.OPEN, clock=shown), keys, replaces))


async def _keep(database: Database, world: World, wanted: Wanted, report: Report) -> None:
    """Keeps a world that is there already: it must be what was asked for, and is planned up to its horizon again."""
    for what, asked, has in (
        ("scenario", wanted.scenario, world.scenario),
        ("seed", wanted.seed, world.seed),
        ("start", wanted.start, world.start),
    ):
        if asked is not None and asked != has:
            raise OtherDatabaseError(f"the database holds a world of {what} {has}, not {asked}")
    if wanted.speed is not None:
        world = replace(world, clock=world.clock.paced(wanted.speed, wall()), first_speed=wanted.speed)
        await database.change(partial(worlds.save, world=world))
    source = read(world.scenario)
    if source.fingerprint == world.fingerprint:
        await Builder(database, world, source.scenario, report).top_up(world.clock.at(wall()))


def _added(db: Transaction, world: World) -> World:
    numbered = replace(world, n=worlds.take_number(db))
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
        worlds.hand_over(db, before, world)


def quiet(_done: int, _total: int) -> None:
    """For worlds that are made too fast for a progress bar."""
