"""The start of a server: the worlds that every server has are made, or brought up to date."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType
from typing import Final

from ..domain.clock import MILLISECOND, instant, millis
from ..scenario.instants import NOW, check_start
from ..scenario.language import ScenarioKeys
from ..store import worlds
from ..store.database.protocol import Database, DatabaseInUseError, Transaction
from ..store.schema import version
from ..store.schema.version import UnknownSchemaError
from ..store.world import World
from ..wall_clock import wall_now
from . import clock_notes, credentials, first_documents, first_stations
from .build import Report, quiet
from .cleanup import retry_while_away, sweep
from .credentials import Chosen, Issued, Keys
from .lifecycle import DEFAULT, DOCUMENTED, Rest, Worlds
from .make import Wanted
from .publish import NameTakenError, publish
from .vendor import Vendors

_LOG: Final = logging.getLogger("wattif")
_SWEPT_FIRST: Final = 100
"""The slices of rows that are removed before a server begins to serve."""
_PLANNED_FIRST_S: Final = 0.5
"""How long days that `default` lacks are planned before a server begins to serve; it plans the others meanwhile."""
_UNSERVED: Final = 100 * MILLISECOND
"""The time after which a transaction copies no further rows before a server begins to serve."""


class OtherDatabaseError(Exception):
    """The database holds another world than was asked for, or no world of this program; the message says which."""


def ignored(_others: str) -> None:
    """Does nothing."""


@dataclass(frozen=True, slots=True)
class Sharing:
    """What a server does about others that serve the same worlds.

    `address` is its own, which others get to know. `tell` is called with theirs before any world is changed. Unless
    `sets_speed`, a speed that is wanted does not change the clock of `default` while others use it.
    """

    address: str = ""
    tell: Callable[[str], None] = ignored
    sets_speed: bool = False


@dataclass(frozen=True, slots=True)
class Started:
    """How a server found its database: whether the world `default` is new, and which others use it, in words.

    `rest` is the work that takes long, which the caller runs while the server serves.
    """

    rest: Rest
    is_new: bool = False
    others: str = ""


async def prepare(
    database: Database,
    lifecycle: Worlds,
    wanted: Wanted,
    report: Report,
    sharing: Sharing | None = None,
    *,
    keys: Keys = MappingProxyType({}),
) -> Started:
    """Makes the lasting worlds, or brings them up to date: plans what `default` lacks, and resets `documented`.

    `keys` are those of `default` that are chosen. While other servers use the database, `documented` and the keys of
    `default` stay as they are, because their callers are using them. Raises ValueError for a start at which no world
    can begin, and KeyTakenError.
    """
    sharing = sharing or Sharing()
    if wanted.start is not None:
        check_start(wanted.start)
    try:
        await prepare_tables(database, lifecycle.vendors)
    except UnknownSchemaError as error:
        raise OtherDatabaseError(str(error)) from error
    found = await database.ask(lambda db: worlds.named(db, DEFAULT))
    if found is not None:
        _check(found, wanted)
    others = await database.others()
    if others:
        sharing.tell(others)
    database.join(sharing.address)
    await clock_notes.catch_up(database)
    await sweep(database, _SWEPT_FIRST)
    default = await database.ask(lambda db: worlds.named(db, DEFAULT))
    is_new = default is None
    if default is None:
        await _make(lifecycle, DEFAULT, replace(wanted, scenario=wanted.scenario or "town"), report, keys)
        # Another server that was started at the same time may have made it, with other settings.
        default = await database.ask(lambda db: worlds.named(db, DEFAULT))
    if others and not sharing.sets_speed:
        wanted = replace(wanted, speed=None)
    if default is not None:
        await _resume(database, lifecycle, default, wanted, {} if others else keys)
    if await database.ask(lambda db: worlds.named(db, DOCUMENTED)) is None:
        await _make(lifecycle, DOCUMENTED, Wanted(DOCUMENTED), quiet, {})
    elif not others:
        await lifecycle.reset(DOCUMENTED)

    return Started(partial(retry_while_away, lifecycle.warm), is_new=is_new, others=others)


async def prepare_tables(database: Database, vendors: Vendors = ()) -> None:
    """Makes the tables, or brings those and the worlds of an earlier release up to date while no server uses them."""

    def take_over(db: Transaction) -> None:
        version.prepare(db)
        first_documents.complete(db, vendors)
        first_stations.complete(db, vendors)

    if not await database.ask(version.is_older):
        return await database.change(version.prepare)
    try:
        await database.change_alone(take_over)
    except DatabaseInUseError:
        # Another server that was started at the same time may have done it.
        if await database.ask(version.is_older):
            raise


async def _make(lifecycle: Worlds, name: str, wanted: Wanted, report: Report, keys: Keys) -> None:
    """Makes one of the lasting worlds, unless another server has made it in the meantime."""
    source = await lifecycle.templates.read_for_operator(wanted.scenario or name)
    issued = _issue(lifecycle.vendors, name, source.scenario.keys, keys)
    publish_it = partial(publish, vendors=lifecycle.vendors, keys=issued)
    try:
        await lifecycle.maker.make(source, wanted, publish_it, name=name, report=report, slice_us=_UNSERVED)
    except NameTakenError:
        return


def _issue(vendors: Vendors, name: str, of_scenario: ScenarioKeys, keys: Keys) -> Issued:
    """The keys of a lasting world. Those of `documented` are placeholders, which no other world can have."""
    if name == DOCUMENTED:
        placeholders = credentials.chosen_by_scenario(vendors, of_scenario, placeholders=True)
        return Issued(credentials.issue(vendors, name, Chosen(placeholders)).credentials)
    chosen = {**credentials.chosen_by_scenario(vendors, of_scenario), **keys}
    return credentials.issue(vendors, name, Chosen(chosen))


async def _resume(database: Database, lifecycle: Worlds, world: World, wanted: Wanted, keys: Keys) -> None:
    """Checks that a world is what was asked for, and adds missing days, as far as there is time."""
    _check(world, wanted)
    if await database.ask(partial(credentials.missing_kinds, vendors=lifecycle.vendors, number=world.n)):
        # Vendors have been added since the database was made.
        await database.change(partial(credentials.issue_missing, vendors=lifecycle.vendors))
    if keys:
        await _exchange_keys(database, lifecycle, world.name, keys)
    if wanted.speed is not None:
        world = await database.change(partial(_set_speed, world=world, speed=wanted.speed))
    source = await lifecycle.templates.read_for_operator(world.scenario)
    size = source.scenario.population
    if world.goes_on and source.fingerprint != world.fingerprint:
        await lifecycle.days_ahead.end(world)
    elif size is not None and size.goes_on and not world.goes_on:
        _LOG.warning(
            "The world %s was made by an earlier release, or before its scenario was changed, so it ends at its"
            " horizon, %s. POST /_sandbox/v1/worlds/%s/reset, or a start with --fresh, makes one that goes on.",
            *(world.name, millis(world.horizon), world.name),
        )
    with suppress(TimeoutError):
        async with asyncio.timeout(_PLANNED_FIRST_S):
            await lifecycle.days_ahead.catch_up(world.name)


def _check(world: World, wanted: Wanted) -> None:
    """Raises OtherDatabaseError if a world is another than was asked for."""
    for what, asked, has in (
        ("scenario", wanted.scenario, world.scenario),
        ("seed", wanted.seed, world.seed),
        ("start", wanted.start, world.start),
    ):
        if asked is not None and asked != has and not (what == "start" and _is_same_instant(str(asked), str(has))):
            raise OtherDatabaseError(f"the database holds a world of {what} {has}, not {asked}")
    if wanted.sessions not in {None, world.sessions}:
        made = "without --sessions" if world.sessions is None else f"with --sessions {world.sessions}"
        raise OtherDatabaseError(f"the world in the database was made {made}, not with --sessions {wanted.sessions}")


async def _exchange_keys(database: Database, lifecycle: Worlds, name: str, keys: Keys) -> None:
    """Replaces keys of a world by those that are chosen; returns when no process uses the former ones any more."""
    await lifecycle.expire()
    exchange = partial(credentials.exchange, vendors=lifecycle.vendors, name=name, keys=keys)
    if await database.change(exchange):
        await database.agreed()


def _is_same_instant(one: str, other: str) -> bool:
    """Whether two starts name one instant, in other words or in another offset. `now` is none."""
    return NOW not in {one, other} and instant(one) == instant(other)


def _set_speed(db: Transaction, world: World, speed: float) -> World:
    """Sets the speed of a world; returns the world, with the changes of other servers."""
    there = worlds.lock_named(db, world.name) or world
    paced = replace(there, clock=there.clock.paced(speed, wall_now()), first_speed=speed)
    worlds.save_world(db, paced)
    return paced


async def nothing() -> None:
    """No work is left."""
