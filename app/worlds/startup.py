"""The start of a server: the worlds that every server has are made, or brought up to date."""

from dataclasses import replace
from functools import partial
from typing import Final

from ..domain.clock import MILLISECOND
from ..scenario.scenarios import Keys
from ..store import worlds
from ..store.database.protocol import Database, Transaction
from ..store.schema import version
from ..store.schema.version import ForeignDatabaseError, UnknownSchemaError
from ..store.world import World
from ..wall_clock import wall_now
from . import credentials, publish
from .build import Builder, Report, quiet
from .cleanup import patiently, sweep
from .lifecycle import DEFAULT, DOCUMENTED, Rest, Wanted, Worlds
from .publish import NameTakenError

_SWEPT_AT_ONCE: Final = 100
_PLANNED_AT_ONCE: Final = 2_000
"""So many slices of rows are removed, and so many sessions tried, before a server begins to serve; more come after."""
_UNSERVED: Final = 100 * MILLISECOND
"""As long as nobody is served, nobody is kept waiting by a transaction that goes on for so long."""


class OtherDatabaseError(Exception):
    """The database holds something else than was asked for; the message says what, and what to do."""


async def prepare(database: Database, lives: Worlds, wanted: Wanted, report: Report) -> Rest:
    """Makes sure that the lasting worlds are there: `default` filled up to its horizon, `documented` as it was.

    What would take long in a world that is there already is left for later.
    """
    try:
        await database.change(version.prepare)
    except (UnknownSchemaError, ForeignDatabaseError) as error:
        raise OtherDatabaseError(str(error)) from error
    await sweep(database, _SWEPT_AT_ONCE)
    default = await database.ask(lambda db: worlds.named(db, DEFAULT))
    if default is None:
        await _make(lives, DEFAULT, replace(wanted, scenario=wanted.scenario or "town"), report)
        # Another server, started at the same time, may have been first, and have been asked for something else.
        default = await database.ask(lambda db: worlds.named(db, DEFAULT))
    top_up = None if default is None else await _keep(database, lives, default, wanted)
    if await database.ask(lambda db: worlds.named(db, DOCUMENTED)) is None:
        await _make(lives, DOCUMENTED, Wanted(DOCUMENTED), quiet)
    else:
        await lives.reset(DOCUMENTED)

    async def rest() -> None:
        await patiently(top_up or nothing)
        await patiently(lives.warm)

    return rest


async def _make(lives: Worlds, name: str, wanted: Wanted, report: Report) -> None:
    """Makes one of the lasting worlds, unless another server has done so meanwhile."""
    source = await lives.templates.read(wanted.scenario or name)
    keys = credentials.issued(source.scenario.keys if name == DOCUMENTED else Keys(), name)
    open_ = partial(publish.opened, credentials=keys)
    try:
        await lives.made(source, wanted, open_, name=name, report=report, slice_us=_UNSERVED)
    except NameTakenError:
        return


async def _keep(database: Database, lives: Worlds, world: World, wanted: Wanted) -> Rest | None:
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
    source = await lives.templates.read(world.scenario)
    now = world.clock.at(wall_now())
    builder = Builder(database, world, source.scenario, quiet)
    if source.fingerprint != world.fingerprint or not builder.due(now):
        return None
    if builder.tried(now) > _PLANNED_AT_ONCE:
        return partial(builder.top_up, now)
    await builder.top_up(now)
    return None


def _paced(db: Transaction, world: World, speed: float) -> World:
    """The world at another speed; what other servers have meanwhile done in it stays."""
    there = worlds.lock_named(db, world.name) or world
    paced = replace(there, clock=there.clock.paced(speed, wall_now()), first_speed=speed)
    worlds.save_world(db, paced)
    return paced


async def nothing() -> None:
    """When nothing is left to be done."""
