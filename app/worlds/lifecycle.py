"""Worlds are created, forked, imported, reset and deleted here. Callers see a world whole, from its last change on."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from ..archive.archives import Archive
from ..domain.clock import LATEST, MILLISECOND, NEVER, Clock, instant, monday
from ..domain.errors import ClockEndsError
from ..scenario.files import BadScenarioError
from ..scenario.instants import NOW
from ..scenario.scenarios import Read
from ..store import worlds
from ..store.database.engine import Database, Transaction
from ..store.world_transaction import World
from ..wall_clock import random_token, wall_now
from . import credentials, imports
from .build import Builder, Report, insert_world, quiet
from .cleanup import keep_swept
from .copy import SLICE, Publish, copy_template, copy_world
from .directory import WorldGoneError
from .publish import publish, publish_import, publish_in_place
from .spares import Spares, kind_of
from .templates import TemplateGoneError, Templates, new_world
from .vendor import Vendors

DEFAULT: Final = "default"
DOCUMENTED: Final = "documented"
LASTING: Final = (DEFAULT, DOCUMENTED)
"""The worlds that every server has."""
VILLAGE: Final = "village"
"""The scenario of a world for which none is named."""

_COPIED: Final = 100_000
"""A world with more sessions has no template: to copy it would take as long as to build it."""

Rest = Callable[[], Awaitable[None]]
"""The part of the preparations that is done while the server serves."""


class LastingWorldError(Exception):
    """The worlds `default` and `documented` cannot be deleted."""


class TooManyRowsError(Exception):
    """The world has had more sessions than may be copied or imported; `most` is that number."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


@dataclass(frozen=True, slots=True)
class Bounds:
    """The most worlds of a server, and the most sessions that may be copied, imported or started in one."""

    worlds: int = 2_000
    rows: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a world is to be. None stands for what its scenario says, or what the database holds."""

    scenario: str | None = None
    seed: int | None = None
    start: str | None = None
    speed: float | None = None
    sessions: int | None = None


class Worlds:
    """The worlds of a database, for the users of these vendors. Scenarios are looked for in `folder` as well."""

    def __init__(
        self, database: Database, bounds: Bounds | None = None, folder: Path | None = None, vendors: Vendors = ()
    ) -> None:
        self.bounds = bounds or Bounds()
        self.vendors = vendors
        self.templates = Templates(database, folder, vendors)
        self._database = database
        self._retired = asyncio.Event()
        self._spares = Spares(database, self._retired)

    async def create(self, name: str | None, wanted: Wanted, expires_at: int = NEVER) -> World:
        """Makes a world with new keys, and a random name if it is given none.

        Raises BadScenarioError, NameTakenError or TooManyWorldsError.
        """
        wanted = replace(wanted, scenario=wanted.scenario or VILLAGE)
        source = await self.templates.read(wanted.scenario or VILLAGE)
        name = name or _random_name(source.scenario.name)
        world = await self.make(source, wanted, self._publish(name), name=name, expires_at=expires_at)
        self._request_spare(world)
        return world

    async def fork(self, of: str, name: str | None, speed: float | None, expires_at: int = NEVER) -> World:
        """Makes a world with the rows and the clock of the world `of`, and with new keys.

        Raises WorldGoneError, TooManyRowsError, NameTakenError or TooManyWorldsError.
        """
        async with self._database.view() as view:
            source = await view.ask(lambda db: worlds.named(db, of))
            if source is None:
                raise WorldGoneError(of)
            if source.next_n > self.bounds.rows:
                raise TooManyRowsError(self.bounds.rows)
            clock = source.clock if speed is None else source.clock.paced(speed, wall_now())
            name = name or _random_name(of)
            world = replace(source, name=name, state=worlds.BUILDING, clock=clock, template=None, expires_at=expires_at)
            fork = await copy_world(self._database, view, source, world)
        return await self._finish(fork, self._publish(name))

    async def import_world(self, archive: Archive, name: str | None, expires_at: int = NEVER) -> World:
        """Makes a world from an export, as it was when it was written, with new keys.

        Raises TooManyRowsError, NameTakenError or TooManyWorldsError.
        """
        if max(len(archive.held["sessions"]), archive.world.sessions or 0) > self.bounds.rows:
            raise TooManyRowsError(self.bounds.rows)
        name = name or archive.world.name
        new = await imports.insert(self._database, archive, name=name, expires_at=expires_at)
        keys = credentials.issue(self.vendors, name)
        return await self._finish(new, partial(publish_import, credentials=keys, most=self.bounds.worlds))

    async def reset(self, name: str) -> None:
        """Makes a world anew from its scenario, seed, start and size, under the same keys.

        Raises WorldGoneError, or BadScenarioError if its scenario cannot be read any more.
        """
        world = await self._database.ask(lambda db: worlds.named(db, name))
        if world is None:
            raise WorldGoneError(name)
        source = await self.templates.read(world.scenario)
        wanted = Wanted(world.scenario, world.seed, world.start, world.first_speed, world.sessions)
        anew = await self.make(source, wanted, partial(publish_in_place, vendors=self.vendors), name=name)
        self._request_spare(anew)
        await self._announce_retired()

    async def delete(self, name: str) -> None:
        """Deletes a world. Raises WorldGoneError or LastingWorldError."""
        if name in LASTING:
            raise LastingWorldError(name)
        await self._database.change(partial(_retire, name=name))
        await self._announce_retired()

    async def expire(self) -> None:
        """Deletes the worlds that have expired."""
        at = wall_now()
        if await self._database.ask(lambda db: worlds.expired(db, at)):
            await self._database.change(partial(_retire_expired, at=at))
            await self._announce_retired()

    async def make(
        self,
        source: Read,
        wanted: Wanted,
        publish_it: Publish,
        *,
        name: str,
        expires_at: int = NEVER,
        report: Report = quiet,
        slice_us: int = SLICE,
    ) -> World:
        """Makes and publishes a world of a scenario from a spare or a template; builds it by itself if it is large."""
        if wanted.sessions is not None or _is_large(source):
            return await self._build(source, wanted, publish_it, name=name, expires_at=expires_at, report=report)
        while True:
            template = await self.templates.find_or_make(source, wanted.seed, report)
            world = replace(_begun(template, wanted, name), expires_at=expires_at)
            try:
                found = await self._database.change(partial(_publish_spare, world=world, publish_it=publish_it))
                if found is not None:
                    return found
                return await copy_template(self._database, template, world, publish_it, slice_us=slice_us)
            except TemplateGoneError:
                continue

    async def warm(self) -> None:
        """Makes what is likely to be asked for first: the template of a village, and a spare of it."""
        source = await self.templates.read(VILLAGE)
        template = await self.templates.find_or_make(source, None, quiet)
        self._spares.request((template.n, template.monday))

    async def keep(self, rest: Rest) -> None:
        """Does the work that goes on while the server serves; never ends by itself."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._spares.keep())
                tasks.create_task(keep_swept(self._database, self._retired))
                await rest()
        finally:
            await self.templates.stop()

    def _publish(self, name: str) -> Publish:
        """The last change of a new world of that name: it opens it to new keys."""
        keys = credentials.issue(self.vendors, name)
        return partial(publish, vendors=self.vendors, credentials=keys, most=self.bounds.worlds)

    def _request_spare(self, world: World) -> None:
        """A world of that kind was asked for, and another one may be."""
        if world.template is not None:
            self._spares.request(kind_of(world))

    async def _build(
        self, source: Read, wanted: Wanted, publish_it: Publish, *, name: str, expires_at: int, report: Report
    ) -> World:
        """Builds a world without a template, because it is large or has a size of its own."""
        start = _begin(wanted.start or source.scenario.clock.start)
        source = await self.templates.read(wanted.scenario or source.scenario.name, monday(start))
        if source.scenario.population is None:
            named = wanted.scenario or source.scenario.name
            raise BadScenarioError(f"the scenario {named} has no population that could grow to that many sessions")
        seed = source.scenario.seed if wanted.seed is None else wanted.seed
        begun = _begun(new_world(source, seed), wanted, name)
        world = replace(begun, template=None, sessions=wanted.sessions, expires_at=expires_at)
        world = await self._database.change(partial(insert_world, world=world))
        builder = Builder(self._database, world, source.scenario, self.vendors, report)
        return await self._finish(await builder.fill(), publish_it)

    async def _finish(self, world: World, publish_it: Publish) -> World:
        """Publishes a world; retires it if that is refused."""
        try:
            return await self._database.change(partial(publish_it, world=world))
        except Exception:
            await self._database.change(partial(worlds.retire, number=world.n, wall=wall_now()))
            self._retired.set()
            raise

    async def _announce_retired(self) -> None:
        """Has the rows of retired worlds removed, and returns once no process goes by their keys any more."""
        self._retired.set()
        await self._database.agreed()


def _begun(template: World, wanted: Wanted, name: str) -> World:
    """The world that is wanted at its beginning: the template's, moved by whole weeks."""
    start = wanted.start or template.start
    began, speed = wall_now(), template.first_speed if wanted.speed is None else wanted.speed
    at = _begin(start)
    week = monday(at)
    shift = week - template.monday
    return replace(
        template,
        name=name,
        state=worlds.BUILDING,
        scenario=wanted.scenario or template.scenario,
        start=start,
        monday=week,
        clock=Clock(at, began, speed),
        first_speed=speed,
        # A world without a population has its horizon at its beginning.
        horizon=at if template.horizon == template.clock.anchor else template.horizon + shift,
        page_break_at=template.page_break_at and template.page_break_at + shift,
        template=template.n,
    )


def _is_large(source: Read) -> bool:
    size = source.scenario.population
    return size is not None and size.sessions_a_day * len(size.days()) > _COPIED


def _begin(start: str) -> int:
    """The instant of a start, `now` or RFC 3339, in whole milliseconds."""
    at = (wall_now() if start == NOW else instant(start)) // MILLISECOND * MILLISECOND
    if at > LATEST:
        raise ClockEndsError
    return at


def _random_name(after: str) -> str:
    return f"{after.replace('_', '-')[:40]}-{random_token(8).lower()}"


def _publish_spare(db: Transaction, world: World, publish_it: Publish) -> World | None:
    """Publishes a spare as that world, if there is one."""
    spare = worlds.take_spare(db, world.template or 0, world.monday)
    return None if spare is None else publish_it(db, world=replace(world, n=spare.n))


def _retire(db: Transaction, name: str) -> None:
    world = worlds.locked(db, name)
    if world is None:
        raise WorldGoneError(name)
    worlds.retire(db, world.n, wall_now())


def _retire_expired(db: Transaction, at: int) -> None:
    for name in worlds.expired(db, at):
        world = worlds.locked(db, name)
        if world is not None and world.expires_at <= at:
            worlds.retire(db, world.n, wall_now())
