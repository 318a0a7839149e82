"""Creates, forks, imports, resets and deletes worlds. Callers see a world when it is complete."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from ..archive.archives import Archive
from ..domain.clock import NEVER
from ..store import worlds
from ..store.database.protocol import Database, Transaction
from ..store.world import World
from ..wall_clock import random_token, wall_now
from . import credentials, imports
from .build import quiet
from .cleanup import keep_swept
from .clock_notes import keep_noted
from .copy import Publish, copy_world
from .directory import WorldGoneError
from .make import Maker, Wanted
from .publish import publish, publish_import, publish_in_place
from .spares import Spares, kind_of
from .templates import Templates
from .vendor import Vendors

DEFAULT: Final = "default"
DOCUMENTED: Final = "documented"
LASTING: Final = (DEFAULT, DOCUMENTED)
"""The worlds that every server has."""
VILLAGE: Final = "village"
"""The scenario of a world for which none is named."""

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
        self.maker = Maker(database, self.templates, vendors, self._retired)
        self._spares = Spares(database, self._retired)

    async def create(self, name: str | None, wanted: Wanted, expires_at: int = NEVER) -> World:
        """Makes a world with new keys, and a random name if it is given none.

        Raises BadScenarioError, NameTakenError or TooManyWorldsError.
        """
        scenario = wanted.scenario or VILLAGE
        source = await self.templates.read(scenario)
        name = name or _random_name(source.scenario.name)
        wanted = replace(wanted, scenario=scenario)
        world = await self.maker.make(source, wanted, self._publish(name), name=name, expires_at=expires_at)
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
        return await self.maker.finish(fork, self._publish(name))

    async def import_world(self, archive: Archive, name: str | None, expires_at: int = NEVER) -> World:
        """Makes a world from an export, as it was when it was written, with new keys.

        Raises TooManyRowsError, NameTakenError or TooManyWorldsError.
        """
        if max(len(archive.held["sessions"]), archive.world.sessions or 0) > self.bounds.rows:
            raise TooManyRowsError(self.bounds.rows)
        name = name or archive.world.name
        new = await imports.insert(self._database, archive, name=name, expires_at=expires_at)
        keys = credentials.issue(self.vendors, name)
        return await self.maker.finish(new, partial(publish_import, credentials=keys, most=self.bounds.worlds))

    async def reset(self, name: str) -> None:
        """Makes a world again from its scenario, seed, start and size, under the same keys.

        Raises WorldGoneError, or BadScenarioError if its scenario can no longer be read.
        """
        world = await self._database.ask(lambda db: worlds.named(db, name))
        if world is None:
            raise WorldGoneError(name)
        source = await self.templates.read(world.scenario)
        wanted = Wanted(
            scenario=world.scenario,
            seed=world.seed,
            start=world.start,
            speed=world.first_speed,
            sessions=world.sessions,
        )
        again = await self.maker.make(source, wanted, partial(publish_in_place, vendors=self.vendors), name=name)
        self._request_spare(again)
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
                tasks.create_task(keep_noted(self._database))
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

    async def _announce_retired(self) -> None:
        """Has the rows of retired worlds removed; returns when no process uses their keys any more."""
        self._retired.set()
        await self._database.agreed()


def _random_name(after: str) -> str:
    return f"{after.replace('_', '-')[:40]}-{random_token(8).lower()}"


def _retire(db: Transaction, name: str) -> None:
    world = worlds.lock_named(db, name)
    if world is None:
        raise WorldGoneError(name)
    worlds.retire(db, world.n, wall_now())


def _retire_expired(db: Transaction, at: int) -> None:
    for name in worlds.expired(db, at):
        world = worlds.lock_named(db, name)
        if world is not None and world.expires_at <= at:
            worlds.retire(db, world.n, wall_now())
