"""Creates, forks, imports, resets and deletes worlds. Callers see a world when it is complete."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import gettempdir
from typing import Final, TypeAlias

from ..domain.clock import NEVER
from ..store import worlds
from ..store.database.protocol import Database
from ..store.world import Credential, World
from ..wall_clock import random_token, wall_now
from . import credentials, deletion, exports, imports
from .bounds import Bounds
from .build import quiet
from .cleanup import catch_up, keep_expired, keep_small, keep_swept
from .clock_notes import keep_noted
from .copy import Publish, copy_rows
from .credentials import Chosen, Issued
from .days_ahead import DaysAhead
from .directory import WorldGoneError, world_there
from .make import Maker, Wanted
from .publish import NameTakenError, check_room, publish, publish_import, publish_in_place
from .read_ahead import read_ahead
from .reuse import Reuse
from .spares import Spares, kind_of
from .templates import Templates
from .turns import Turns
from .vendor import Vendors

DEFAULT: Final = "default"
DOCUMENTED: Final = "documented"
LASTING: Final = (DEFAULT, DOCUMENTED)
"""The worlds that every server has."""
VILLAGE: Final = "village"
"""The scenario of a world for which none is named."""
_NONE_CHOSEN: Final = Chosen()

Rest = Callable[[], Awaitable[None]]
"""The part of the preparations that is done while the server serves."""


class LastingWorldError(Exception):
    """The worlds `default` and `documented` cannot be deleted."""


class TooManyRowsError(Exception):
    """The world has had more sessions than may be copied or imported; `most` is that number."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


New: TypeAlias = tuple[World, Sequence[Credential]]
"""A world that was made, and the keys that open it."""


class Worlds:
    """The worlds of a database, for the users of these vendors. Scenarios are looked for in `folder` as well.

    `operators` is the scenario that the operator of the server has named, if any.
    """

    def __init__(
        self,
        database: Database,
        bounds: Bounds | None = None,
        folder: Path | None = None,
        vendors: Vendors = (),
        operators: str | None = None,
        *,
        reuse: Reuse | None = None,
    ) -> None:
        reuse = reuse or Reuse(database)
        self.bounds = bounds or Bounds()
        self.vendors = vendors
        self._database = database
        self._retired = asyncio.Event()
        builds = Turns("scenarios", self.bounds.builds, self.bounds.waiting)
        self._copies = Turns("copies of worlds", self.bounds.copies, self.bounds.waiting)
        self.templates = Templates(database, folder, vendors, builds=builds, retired=self._retired, operators=operators)
        self.maker = Maker(
            database, self.templates, vendors, builds=builds, copies=self._copies, retired=self._retired, reuse=reuse
        )
        # Each holds a view of the database, and leaves some to exports.
        self._forks = Turns("forks", self.bounds.forks, self.bounds.waiting)
        self.imports = Turns("imports", self.bounds.imports, self.bounds.waiting, self.bounds.patience_s)
        self._reads = Turns("imports", 1, self.bounds.imports)
        self._exports = Turns("exports", self.bounds.exports, self.bounds.waiting, self.bounds.patience_s)
        advances = Turns("advances beyond the planned days", self.bounds.advances, self.bounds.waiting)
        self.days_ahead = DaysAhead(database, self.templates, vendors, advances)
        self._spares = Spares(database, self._retired, reuse)
        self._claimed: set[str] = set()

    async def create(
        self, name: str | None, wanted: Wanted, expires_at: int = NEVER, chosen: Chosen = _NONE_CHOSEN
    ) -> New:
        """Makes a world with the chosen keys, those of its scenario, or new ones, and a random name if it gets none.

        Raises BadScenarioError, NameTakenError, BadKeyError, TooManyWorldsError or BusyError.
        """
        async with self.claim(name):
            scenario = wanted.scenario or VILLAGE
            source = await self.templates.read(scenario)
            name = name or _random_name(source.scenario.name)
            of_scenario = credentials.chosen_by_scenario(self.vendors, source.scenario.keys)
            chosen = replace(chosen, keys={**of_scenario, **chosen.keys})
            await self._check_free(chosen)
            keys = credentials.issue(self.vendors, name, chosen)
            wanted = replace(wanted, scenario=scenario)
            world = await self.maker.make(source, wanted, self._publish(keys), name=name, expires_at=expires_at)
        self.days_ahead.wake(world)
        self._request_spare(world)
        return world, keys.credentials

    async def fork(
        self,
        of: str,
        name: str | None,
        speed: float | None,
        expires_at: int = NEVER,
        chosen: Chosen = _NONE_CHOSEN,
    ) -> New:
        """Makes a world with the rows and the clock of the world `of`, and with the chosen keys or new ones.

        Raises WorldGoneError, TooManyRowsError, NameTakenError, BadKeyError, TooManyWorldsError or BusyError.
        """
        async with self.claim(name), self._forks.one(), self._database.view() as view:
            await self._check_free(chosen)
            source = await view.ask(partial(world_there, name=of))
            if source is None:
                raise WorldGoneError(of)
            if source.next_n + source.planned_n > self.bounds.rows:
                raise TooManyRowsError(self.bounds.rows)
            clock = source.clock if speed is None else source.clock.paced(speed, wall_now())
            name = name or _random_name(of)
            world = replace(source, name=name, state=worlds.BUILDING, clock=clock, template=None, expires_at=expires_at)
            keys = credentials.issue(self.vendors, name, chosen)

            async def fill(fork: World) -> World:
                await copy_rows(self._database, view, source, fork)
                return fork

            made = await self.maker.make_by(fill, world, self._publish(keys))
        self.days_ahead.wake(made)
        return made, keys.credentials

    async def export(self, name: str) -> AsyncGenerator[bytes, None]:
        """Yields the pieces of the file of a world. Raises WorldGoneError, BusyError or NoSpaceError."""
        async with self._exports.one(), aclosing(read_ahead(exports.export_world(self._database, name))) as pieces:
            async for piece in pieces:
                yield piece

    async def import_world(self, raw: bytes, name: str | None, expires_at: int = NEVER) -> New:
        """Makes a world from an export, as it was when it was written, with new keys.

        Raises BadDocumentError, TooManyRowsError, NameTakenError, TooManyWorldsError or BusyError.
        """
        async with self._reads.one():
            archive = await imports.read(raw, self.vendors)
        if max(len(archive.held["sessions"]), archive.world.sessions or 0) > self.bounds.rows:
            raise TooManyRowsError(self.bounds.rows)
        name = name or archive.world.name
        world = imports.world_of(archive, name, expires_at, await self.days_ahead.size_of(archive.world))

        async def fill(new: World) -> World:
            await imports.insert_rows_of(self._database, archive, new)
            return new

        async with self.claim(name), self._copies.one():
            keys = credentials.issue(self.vendors, name)
            publish_it = partial(publish_import, vendors=self.vendors, keys=keys, most=self.bounds.worlds)
            made = await self.maker.make_by(fill, world, publish_it)
        self.days_ahead.wake(made)
        return made, keys.credentials

    async def check_room(self, name: str) -> None:
        """Raises NameTakenError or TooManyWorldsError if no world of that name can be made."""
        if name in self._claimed:
            raise NameTakenError(name)
        await self._database.ask(partial(check_room, name=name, most=self.bounds.worlds))

    @asynccontextmanager
    async def claim(self, name: str | None) -> AsyncIterator[None]:
        """Holds a name for a world that is being made, before any work is done for it.

        A world whose name is still to be made up claims none. Raises NameTakenError or TooManyWorldsError.
        """
        await self.check_room(name or "")
        if name is None:
            yield
            return
        if name in self._claimed:
            raise NameTakenError(name)
        self._claimed.add(name)
        try:
            yield
        finally:
            self._claimed.discard(name)

    async def reset(self, name: str) -> None:
        """Makes a world again from its scenario, seed, start and size, under the same keys.

        Raises WorldGoneError or BusyError, or BadScenarioError if its scenario can no longer be read.
        """
        world = await self._database.ask(partial(world_there, name=name))
        if world is None:
            raise WorldGoneError(name)
        source = await self.templates.read_again(world)
        wanted = Wanted(
            scenario=world.scenario,
            seed=world.seed,
            start=world.start,
            speed=world.first_speed,
            sessions=world.sessions,
        )
        again = await self.maker.make(source, wanted, partial(publish_in_place, vendors=self.vendors), name=name)
        self.days_ahead.wake(again)
        self._request_spare(again)
        await self._announce_retired()

    async def delete(self, name: str) -> None:
        """Deletes a world. Raises WorldGoneError or LastingWorldError."""
        if name in LASTING:
            raise LastingWorldError(name)
        await self._database.change(partial(deletion.retire, name=name))
        await self._announce_retired()

    async def delete_all(self, prefix: str) -> list[str]:
        """Deletes the worlds whose names begin with that, but not the lasting ones; returns their names."""
        names = await deletion.retire_by_prefix(self._database, prefix, LASTING)
        if names:
            await self._announce_retired()
        return names

    async def expire(self) -> None:
        """Deletes the worlds that have expired."""
        if await deletion.retire_expired(self._database):
            await self._announce_retired()

    async def warm(self) -> None:
        """Makes what is likely to be asked for first: the template of a village, and a spare of it."""
        source = await self.templates.read(VILLAGE)
        template = await self.templates.find_or_make(source, None, quiet)
        self._spares.request((template.n, template.monday))

    async def make_spares(self) -> None:
        """Makes the spares that have been asked for, without waiting for a quiet moment."""
        await self._spares.fill()

    async def keep(self, rest: Rest) -> None:
        """Does the work that goes on while the server serves; never ends by itself."""
        # Looked for while files can be opened: without any, none would be found later.
        await asyncio.to_thread(gettempdir)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._database.watch())
                tasks.create_task(self._spares.keep())
                tasks.create_task(self.days_ahead.keep())
                tasks.create_task(keep_noted(self._database))
                tasks.create_task(keep_swept(self._database, self._retired))
                tasks.create_task(keep_small(self._database))
                tasks.create_task(keep_expired(self.expire))
                await rest()
        finally:
            await self.templates.stop()

    async def _check_free(self, chosen: Chosen) -> None:
        """Raises KeyTakenError before any work is done; the last change of the new world looks again."""
        if chosen.keys:
            await self._database.ask(partial(credentials.check_free, vendors=self.vendors, keys=chosen.keys))

    def _publish(self, keys: Issued) -> Publish:
        """The last change of a new world: it opens it to these keys."""
        return partial(publish, vendors=self.vendors, keys=keys, most=self.bounds.worlds)

    def _request_spare(self, world: World) -> None:
        """A world of that kind was asked for, and another one may be."""
        if world.template is not None:
            self._spares.request(kind_of(world))

    async def _announce_retired(self) -> None:
        """Has the rows of retired worlds removed; returns when no process uses their keys any more."""
        self._retired.set()
        await self._database.agreed()
        await catch_up(self._database)


def _random_name(after: str) -> str:
    return f"{after.replace('_', '-')[:40]}-{random_token(8).lower()}"
