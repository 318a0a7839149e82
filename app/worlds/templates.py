"""What worlds are copied from: one of each scenario and seed that was asked for, made once and never lived in."""

import asyncio
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from ..domain.clock import MILLISECOND, NEVER, Clock, instant
from ..scenario import scenarios
from ..scenario.scenarios import Read
from ..store import worlds
from ..store.database.lock import lock_database
from ..store.database.protocol import Database, Transaction
from ..store.world import World
from ..wall_clock import wall_now
from .build import Builder, Report, added

NOW: Final = "now"
_MOST: Final = 32
"""So many are kept; the oldest give way, and are made again when they are asked for."""


class TemplateGoneError(Exception):
    """The template has given way to others while it was being copied; another one can be asked for."""


class Templates:
    """The templates of a database. The name of a scenario is looked for in `folder` as well."""

    def __init__(self, database: Database, folder: Path | None) -> None:
        self._database = database
        self._folder = folder
        self._making: dict[tuple[str, int], asyncio.Task[World]] = {}

    async def read(self, scenario: str, monday: int | None = None) -> Read:
        """The scenario of that name. Raises BadScenarioError; done in a thread, since a long file takes long."""
        return await asyncio.to_thread(scenarios.read, scenario, self._folder, monday)

    async def of(self, source: Read, seed: int | None, report: Report) -> World:
        """The template of a scenario and a seed, its own one where none is given; made if need be."""
        key = (source.fingerprint, source.scenario.seed if seed is None else seed)
        found = await self._database.ask(lambda db: worlds.template(db, *key))
        if found is not None:
            return found
        if key not in self._making:
            making = self._making[key] = asyncio.create_task(self._make(source, key[1], report))
            making.add_done_callback(lambda _: self._making.pop(key))
        # Whoever hangs up does not stop what others wait for as well.
        return await asyncio.shield(self._making[key])

    async def stop(self) -> None:
        """Leaves off making what nobody will ask for any more; a later start sweeps it."""
        making = list(self._making.values())
        for task in making:
            task.cancel()
        await asyncio.gather(*making, return_exceptions=True)

    async def _make(self, source: Read, seed: int, report: Report) -> World:
        world = await self._database.change(partial(added, world=new_world(source, seed)))
        filled = await Builder(self._database, world, source.scenario, report).fill()
        return await self._database.change(partial(_keep, made=filled))


def new_world(source: Read, seed: int) -> World:
    """A world that is to be built as a scenario says. One that begins "now" begins on its template's Monday."""
    scenario, began = source.scenario, wall_now()
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
    )


def _keep(db: Transaction, made: World) -> World:
    """Keeps what was made, unless another process was first."""
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
