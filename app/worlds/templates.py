"""What worlds are copied from: a template for each scenario and seed that was asked for, which no key opens."""

import asyncio
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final, TypeAlias

from ..domain.clock import MILLISECOND, NEVER, Clock, instant
from ..scenario import scenarios
from ..scenario.files import Source, is_path, named_source
from ..scenario.instants import NOW
from ..scenario.scenarios import Read
from ..store import worlds
from ..store.database.lock import lock_database
from ..store.database.protocol import Database, Transaction
from ..store.world import World
from ..wall_clock import wall_now
from .build import Builder, Report, begun
from .turns import Turns
from .vendor import Vendors

_MOST: Final = 32
"""The number of templates that are kept; older ones are retired, and made again when they are asked for."""


_Key: TypeAlias = tuple[str, int]
"""A scenario's fingerprint and a seed."""


@dataclass(slots=True)
class _Making:
    """A template that is being made, and how many callers wait for it."""

    task: asyncio.Task[World]
    callers: int = 0


class TemplateGoneError(Exception):
    """The template was retired while it was being copied; the caller can ask for a new one."""


class Templates:
    """The templates of a database. The name of a scenario is looked for in `folder` as well.

    `operators` is the scenario that the operator of the server has named, by its name or by its path. A template is
    built in a turn of `builds`; one that is not finished is abandoned, and `retired` is set.
    """

    def __init__(
        self,
        database: Database,
        folder: Path | None,
        vendors: Vendors,
        *,
        builds: Turns,
        retired: asyncio.Event,
        operators: str | None = None,
    ) -> None:
        self._builds = builds
        self._retired = retired
        self._database = database
        self._vendors = vendors
        self._folder = folder
        self._operators = operators
        self._files: dict[str, Source] = {}
        self._named: dict[str, Source] = {}
        self._making: dict[_Key, _Making] = {}
        self._tasks: set[asyncio.Task[World]] = set()

    async def read(self, scenario: str) -> Read:
        """Returns the scenario of that name. Raises BadScenarioError.

        A thread reads what the file says, which takes long if it is long, unless it is the file that was read before.
        """
        file = named_source(scenario, self._folder)
        if self._named.get(scenario) == file:
            return scenarios.understood(file, self._vendors)
        found = await self.moved(file)
        self._named[scenario] = file
        return found

    async def read_for_operator(self, scenario: str) -> Read:
        """Returns the scenario of that name, or in the file of that path, which is remembered as it is now.

        Raises BadScenarioError.
        """
        found = await asyncio.to_thread(scenarios.read, scenario, self._vendors, self._folder)
        if is_path(scenario):
            self._files[scenario] = found.file
        return found

    async def read_again(self, world: World) -> Read:
        """Returns the scenario of a world that is to be reset.

        A file that was named by its path is not opened: only the operator's is known, as it was read at the start.
        Raises BadScenarioError.
        """
        if world.scenario == self._operators and world.scenario not in self._files:
            return await self.read_for_operator(world.scenario)
        file = self._files.get(world.scenario)
        return await self.read(world.scenario) if file is None else await self.moved(file)

    async def moved(self, file: Source, monday: int | None = None) -> Read:
        """Returns the scenario of a file that was read before, moved to a week. Raises BadScenarioError."""
        return await asyncio.to_thread(scenarios.understood, file, self._vendors, monday)

    async def find_or_make(self, source: Read, seed: int | None, report: Report) -> World:
        """Returns the template of a scenario and a seed, by default the scenario's own; makes it if there is none."""
        key = (source.fingerprint, source.scenario.seed if seed is None else seed)
        found = await self._database.ask(lambda db: worlds.template(db, *key))
        if found is not None:
            return found
        making = self._making.get(key) or self._begin(key, source, report)
        making.callers += 1
        try:
            # A caller who hangs up must not cancel what other callers wait for.
            return await asyncio.shield(making.task)
        finally:
            making.callers -= 1
            if not making.callers and self._making.get(key) is making:
                del self._making[key]
                making.task.cancel()

    async def stop(self) -> None:
        """Cancels the templates that are being made."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(self, key: "_Key", source: Read, report: Report) -> "_Making":
        task = asyncio.create_task(self._make(source, key[1], report))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        making = self._making[key] = _Making(task)
        return making

    async def _make(self, source: Read, seed: int, report: Report) -> World:
        async with self._builds.one(), begun(self._database, new_world(source, seed), self._retired) as world:
            filled = await Builder(self._database, world, source.scenario, self._vendors, report).fill()
            return await self._database.change(partial(_keep, made=filled))


def new_world(source: Read, seed: int) -> World:
    """A world that is to be built from a scenario. Where that starts `now`, it begins on the scenario's Monday."""
    scenario, began = source.scenario, wall_now()
    size = scenario.population
    at = source.monday if scenario.clock.start == NOW else instant(scenario.clock.start) // MILLISECOND * MILLISECOND
    return World(
        n=0,
        name=scenario.name,
        state=worlds.BUILDING,
        scenario=scenario.name,
        fingerprint=source.fingerprint,
        seed=seed,
        start=scenario.clock.start,
        monday=source.monday,
        clock=Clock(at, began, scenario.clock.speed),
        first_speed=scenario.clock.speed,
        horizon=at,
        page_break_at=scenario.page_break,
        next_n=1,
        sample="{}",
        sessions=None,
        template=None,
        first_n=1,
        expires_at=NEVER,
        coming_days=None if size is None else size.days_ahead,
    )


def _keep(db: Transaction, made: World) -> World:
    """Keeps the template that was made, or the one that another process has made before."""
    lock_database(db)
    other = worlds.template(db, made.fingerprint, made.seed)
    if other is not None:
        worlds.retire(db, made.n, wall_now())
        return other
    kept = replace(made, state=worlds.TEMPLATE)
    worlds.save_world(db, kept)
    for old in worlds.in_state(db, worlds.TEMPLATE)[:-_MOST]:
        worlds.retire(db, old.n, wall_now())
    return kept
