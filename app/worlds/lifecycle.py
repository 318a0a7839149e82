"""How worlds come to be and go. Nobody sees one before its last transaction opens it, and nobody sees a part of one."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from ..archive import archives
from ..archive.archives import Archive
from ..domain.clock import LATEST, MILLISECOND, NEVER, Clock, instant, monday
from ..domain.errors import ClockEndsError
from ..scenario.scenarios import BadScenarioError, Keys, Read
from ..store import worlds
from ..store.database.protocol import Database, Transaction
from ..store.world import World
from ..wall_clock import random_token, wall_now
from . import credentials, publish
from .build import Builder, Report, added, quiet
from .cleanup import keep_swept
from .copy import SLICE, Open, copied, forked
from .directory import WorldGoneError
from .spares import Stock, kind_of
from .templates import NOW, TemplateGoneError, Templates, new_world

DEFAULT: Final = "default"
DOCUMENTED: Final = "documented"
LASTING: Final = (DEFAULT, DOCUMENTED)
"""The worlds that every server has."""
VILLAGE: Final = "village"
"""What a world is made from when nobody says anything else."""

_COPIED: Final = 100_000
"""Of a world with more sessions no template is kept: to copy it would take as long as to build it, and as much room."""

Rest = Callable[[], Awaitable[None]]
"""What of the preparations is left to be done while the server serves."""


class LastingWorldError(Exception):
    """`default` and `documented` are never removed."""


class TooManyRowsError(Exception):
    """The world has had more sessions than may be copied or taken in; `most` says how many that is."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many worlds there may be, and how many sessions may be copied, taken in or started in one."""

    worlds: int = 2_000
    rows: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a world is to be; None takes what its scenario says, or what the database holds."""

    scenario: str | None = None
    seed: int | None = None
    start: str | None = None
    speed: float | None = None
    sessions: int | None = None


class Worlds:
    """The worlds of a database. The name of a scenario is looked for in `folder` as well."""

    def __init__(self, database: Database, bounds: Bounds | None = None, folder: Path | None = None) -> None:
        self.bounds = bounds or Bounds()
        self.templates = Templates(database, folder)
        self._database = database
        self._retired = asyncio.Event()
        self._stock = Stock(database, self._retired)

    async def create(self, name: str | None, wanted: Wanted, expires_at: int = NEVER) -> World:
        """A new world under new keys; a name is made up for it if it is given none.

        Raises BadScenarioError, NameTakenError or TooManyWorldsError.
        """
        wanted = replace(wanted, scenario=wanted.scenario or VILLAGE)
        source = await self.templates.read(wanted.scenario or VILLAGE)
        name = name or _made_up(source.scenario.name)
        open_ = partial(publish.opened, credentials=credentials.issued(Keys(), name), most=self.bounds.worlds)
        world = await self.made(source, wanted, open_, name=name, expires_at=expires_at)
        self._noted(world)
        return world

    async def fork(self, of: str, name: str | None, speed: float | None, expires_at: int = NEVER) -> World:
        """A new world, in which everything is and has happened as in the one of the name `of`; the keys are new.

        Raises WorldGoneError, TooManyRowsError, NameTakenError or TooManyWorldsError.
        """
        async with self._database.view() as view:
            source = await view.ask(lambda db: worlds.named(db, of))
            if source is None:
                raise WorldGoneError(of)
            if source.next_n > self.bounds.rows:
                raise TooManyRowsError(self.bounds.rows)
            clock = source.clock if speed is None else source.clock.paced(speed, wall_now())
            name = name or _made_up(of)
            world = replace(source, name=name, state=worlds.BUILDING, clock=clock, template=None, expires_at=expires_at)
            fork = await forked(self._database, view, source, world)
        return await self.opened(fork)

    async def take_in(self, archive: Archive, name: str | None, expires_at: int = NEVER) -> World:
        """A new world, in which everything is as it was in the one that was exported; the keys are new.

        Raises TooManyRowsError, NameTakenError or TooManyWorldsError.
        """
        if max(len(archive.held["sessions"]), archive.world.sessions or 0) > self.bounds.rows:
            raise TooManyRowsError(self.bounds.rows)
        world = replace(archive.world, name=name or archive.world.name, expires_at=expires_at)
        keys = credentials.issued(Keys(), world.name)
        new = await archives.filled(self._database, replace(archive, world=world))
        return await self._open(new, partial(archives.opened, credentials=keys, most=self.bounds.worlds))

    async def opened(self, world: World) -> World:
        """A world that has been filled, opened under new keys. Raises NameTakenError or TooManyWorldsError."""
        keys = credentials.issued(Keys(), world.name)
        return await self._open(world, partial(publish.opened, credentials=keys, most=self.bounds.worlds))

    async def reset(self, name: str) -> None:
        """Makes a world anew from its scenario, seed, start and size, under the same keys.

        Raises WorldGoneError, or BadScenarioError where its scenario cannot be read any more.
        """
        world = await self._database.ask(lambda db: worlds.named(db, name))
        if world is None:
            raise WorldGoneError(name)
        source = await self.templates.read(world.scenario)
        wanted = Wanted(world.scenario, world.seed, world.start, world.first_speed, world.sessions)
        anew = await self.made(source, wanted, publish.replaced, name=name)
        self._noted(anew)
        await self._closed()

    async def delete(self, name: str) -> None:
        """Removes a world. Raises WorldGoneError or LastingWorldError."""
        if name in LASTING:
            raise LastingWorldError(name)
        await self._database.change(partial(_retired, name=name))
        await self._closed()

    async def expire(self) -> None:
        """Removes the worlds whose time is over."""
        at = wall_now()
        if await self._database.ask(lambda db: worlds.expired(db, at)):
            await self._database.change(partial(_expired, at=at))
            await self._closed()

    async def made(
        self,
        source: Read,
        wanted: Wanted,
        open_: Open,
        *,
        name: str,
        expires_at: int = NEVER,
        report: Report = quiet,
        slice_us: int = SLICE,
    ) -> World:
        """A world of that scenario, opened: a spare, a copy of its template, or built where it is large."""
        if wanted.sessions is not None or _is_large(source):
            return await self._built(source, wanted, open_, name=name, expires_at=expires_at, report=report)
        while True:
            template = await self.templates.of(source, wanted.seed, report)
            world = replace(_begun(template, wanted, name), expires_at=expires_at)
            try:
                found = await self._database.change(partial(_spare, world=world, open_=open_))
                if found is not None:
                    return found
                return await copied(self._database, template, world, open_, slice_us=slice_us)
            except TemplateGoneError:
                continue

    async def warm(self) -> None:
        """Makes what is likely to be asked for first: what a village is copied from, and one to spare."""
        source = await self.templates.read(VILLAGE)
        template = await self.templates.of(source, None, quiet)
        self._stock.asked_for((template.n, template.monday))

    async def keep(self, rest: Rest) -> None:
        """What is done while the server serves; never ends by itself."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._stock.keep())
                tasks.create_task(keep_swept(self._database, self._retired))
                await rest()
        finally:
            await self.templates.stop()

    def _noted(self, world: World) -> None:
        """Somebody wanted such a world, and may want another one."""
        if world.template is not None:
            self._stock.asked_for(kind_of(world))

    async def _built(
        self, source: Read, wanted: Wanted, open_: Open, *, name: str, expires_at: int, report: Report
    ) -> World:
        """A world that is built by itself, because it is large, or nobody will ask for another one of its size."""
        start = _begin(wanted.start or source.scenario.clock.start)
        source = await self.templates.read(wanted.scenario or source.scenario.name, monday(start))
        if source.scenario.population is None:
            named = wanted.scenario or source.scenario.name
            raise BadScenarioError(f"the scenario {named} has no population that could grow to so many sessions")
        seed = source.scenario.seed if wanted.seed is None else wanted.seed
        template = new_world(source, seed)
        begun = _begun(template, wanted, name)
        world = replace(begun, template=None, sessions=wanted.sessions, expires_at=expires_at)
        world = await self._database.change(partial(added, world=world))
        return await self._open(await Builder(self._database, world, source.scenario, report).fill(), open_)

    async def _open(self, world: World, open_: Open) -> World:
        """The last transaction; where it is refused, what has been made is swept."""
        try:
            return await self._database.change(partial(open_, world=world))
        except Exception:
            await self._database.change(partial(worlds.retire, number=world.n, wall=wall_now()))
            self._retired.set()
            raise

    async def _closed(self) -> None:
        """After a world was closed: its rows are to go, and nobody shall go by its keys any more."""
        self._retired.set()
        await self._database.agreed()


def _begun(template: World, wanted: Wanted, name: str) -> World:
    """The world that such a wish begins: the template's, later or earlier by whole weeks."""
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
        # Where nobody ever plugs in by himself, the horizon is the beginning.
        horizon=at if template.horizon == template.clock.anchor else template.horizon + shift,
        page_break_at=template.page_break_at and template.page_break_at + shift,
        template=template.n,
    )


def _is_large(source: Read) -> bool:
    numbers = source.scenario.population
    return numbers is not None and numbers.sessions_a_day * len(numbers.days()) > _COPIED


def _begin(start: str) -> int:
    """The instant of a start, `now` or RFC 3339, in whole milliseconds."""
    at = (wall_now() if start == NOW else instant(start)) // MILLISECOND * MILLISECOND
    if at > LATEST:
        raise ClockEndsError
    return at


def _made_up(after: str) -> str:
    return f"{after.replace('_', '-')[:40]}-{random_token(8).lower()}"


def _spare(db: Transaction, world: World, open_: Open) -> World | None:
    """A spare opened as that world, if there is one."""
    spare = worlds.take_spare(db, world.template or 0, world.monday)
    return None if spare is None else open_(db, world=replace(world, n=spare.n))


def _retired(db: Transaction, name: str) -> None:
    world = worlds.lock_named(db, name)
    if world is None:
        raise WorldGoneError(name)
    worlds.retire(db, world.n, wall_now())


def _expired(db: Transaction, at: int) -> None:
    for name in worlds.expired(db, at):
        world = worlds.lock_named(db, name)
        if world is not None and world.expires_at <= at:
            worlds.retire(db, world.n, wall_now())
