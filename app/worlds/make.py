"""A world of a scenario: a spare of it, a deleted one put back, a copy of its template, or built if it is large."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, TypeAlias

from ..domain.clock import LATEST, MILLISECOND, NEVER, Clock, instant, monday
from ..domain.errors import ClockEndsError
from ..scenario.files import BadScenarioError
from ..scenario.instants import NOW
from ..scenario.scenarios import Read
from ..store import worlds
from ..store.database.protocol import Database, Transaction
from ..store.world import World
from ..wall_clock import MACHINE, wall_now
from .build import Builder, Report, begun, quiet
from .copy import SLICE, Publish, copy_template
from .reuse import Reuse
from .templates import TemplateGoneError, Templates, new_world
from .turns import Turns
from .vendor import Vendors

Fill: TypeAlias = Callable[[World], Awaitable[World]]
"""Inserts the rows of a world that no key opens yet; returns the world as it is to be published."""

_COPIED: Final = 100_000
"""A world with more sessions has no template: to copy it would take as long as to build it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a world is to be. None stands for what its scenario says, or what the database holds."""

    scenario: str | None = None
    seed: int | None = None
    start: str | None = None
    speed: float | None = None
    sessions: int | None = None


class Maker:
    """Makes worlds of scenarios, in turns of `builds` and `copies`.

    A world that is refused, or whose making is cancelled, is abandoned, and `retired` is set.
    """

    def __init__(
        self,
        database: Database,
        templates: Templates,
        vendors: Vendors,
        *,
        builds: Turns,
        copies: Turns,
        retired: asyncio.Event,
        reuse: Reuse,
    ) -> None:
        self._reuse = reuse
        self._builds = builds
        self._copies = copies
        self._database = database
        self._templates = templates
        self._vendors = vendors
        self._retired = retired

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
        """Makes and publishes a world of a scenario from what there is of it; builds it by itself if it is large."""
        if wanted.sessions is not None or _is_large(source):
            return await self._build(source, wanted, publish_it, name=name, expires_at=expires_at, report=report)
        while True:
            template = await self._templates.find_or_make(source, wanted.seed, report)
            world = _beginning(template, wanted, name, expires_at)
            try:
                ready = partial(self._publish_ready, template=template, world=world, publish_it=publish_it)
                found = await self._database.change(ready)
                if found is not None:
                    return found
                async with self._copies.one():
                    return await copy_template(
                        self._database, template, world, publish_it, retired=self._retired, slice_us=slice_us
                    )
            except TemplateGoneError:
                continue

    async def _build(
        self, source: Read, wanted: Wanted, publish_it: Publish, *, name: str, expires_at: int, report: Report
    ) -> World:
        """Builds a world without a template, because it is large or has a size of its own."""
        start = _instant_of(wanted.start or source.scenario.clock.start)
        source = await self._templates.moved(source.file, monday(start))
        if source.scenario.population is None:
            named = wanted.scenario or source.scenario.name
            raise BadScenarioError(f"the scenario {named} has no population that could grow to that many sessions")
        seed = source.scenario.seed if wanted.seed is None else wanted.seed
        beginning = _beginning(new_world(source, seed), wanted, name, expires_at)
        world = replace(beginning, template=None, sessions=wanted.sessions)

        async def fill(new: World) -> World:
            return await Builder(self._database, new, source.scenario, self._vendors, report).fill()

        async with self._builds.one():
            return await self.make_by(fill, world, publish_it)

    def _publish_ready(self, db: Transaction, template: World, world: World, publish_it: Publish) -> World | None:
        """Publishes a spare as that world, or one that was deleted, if there is one."""
        spare = worlds.take_spare(db, template.n, world.monday)
        number = self._reuse.put_back(db, template, world.monday) if spare is None else spare.n
        if number is None:
            return None
        made = publish_it(db, world=replace(world, n=number))
        self._reuse.note_owner(made)
        return made

    async def make_by(self, fill: Fill, world: World, publish_it: Publish) -> World:
        """Inserts a world under a new number, has its rows inserted, and publishes it as `fill` returns it."""
        async with begun(self._database, world, self._retired) as new:
            return await self._database.change(partial(publish_it, world=await fill(new)))


def _beginning(template: World, wanted: Wanted, name: str, expires_at: int) -> World:
    """The wanted world as it is at its start: the template's, moved by whole weeks."""
    start = wanted.start or template.start
    began, speed = wall_now(), template.first_speed if wanted.speed is None else wanted.speed
    at = _instant_of(start)
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
        expires_at=expires_at,
    )


def _is_large(source: Read) -> bool:
    size = source.scenario.population
    return size is not None and size.sessions_a_day * len(size.days()) > _COPIED


def _instant_of(start: str) -> int:
    """The instant of a start, `now` or RFC 3339, in whole milliseconds."""
    at = (MACHINE.machine_now() if start == NOW else instant(start)) // MILLISECOND * MILLISECOND
    if at > LATEST:
        raise ClockEndsError
    return at
