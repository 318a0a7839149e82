"""What a new world and a world that lacks days have in common: the planner of its days, their insertion, and pauses."""

import asyncio
import gc
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeAlias, TypeVar

from ..domain.clock import SECOND
from ..domain.smart_charging import Market
from ..generate.catalogue import catalogue
from ..generate.day_entry import DayEntry
from ..generate.day_inputs import DayInputs
from ..generate.day_plan import DayPlanner
from ..generate.people import Namer, town_in_steps, unnamed
from ..generate.scaling import size_for
from ..scenario.population import TownSize
from ..scenario.terms import channels_of
from ..store import worlds
from ..store.database.protocol import Database, Transaction
from ..store.reservations import insert_reservations
from ..store.sessions import insert_sessions
from ..store.world import World
from ..wall_clock import wall_now
from .vendor import Vendors, reserving_channel

Pause: TypeAlias = Callable[[], Awaitable[None]]
Step = TypeVar("Step")


def pause_for(database: Database, world: World) -> Pause:
    """Returns a pause that lets other tasks run, and that notes each second that the world is still being built.

    What is built lives long: freezing it spares other tasks the wait for a full garbage collection.
    """
    noted_at = world.progressed_at

    async def pause() -> None:
        nonlocal noted_at
        await asyncio.sleep(0)
        at = wall_now()
        if at - noted_at > SECOND:
            noted_at = at
            gc.freeze()
            await database.change(partial(worlds.note_progress, number=world.n, wall=at))

    return pause


async def draw_planner(
    world: World, size: TownSize, vendors: Vendors, pause: Pause, name: Namer = unnamed
) -> DayPlanner:
    """Draws the town of a world; returns the planner of its days.

    `size` is that of the scenario; it is scaled to the number of sessions if the world was made with one.
    """
    content = await asyncio.to_thread(catalogue)
    channels, reserving = channels_of(vendors), reserving_channel(vendors)
    if world.sessions is not None:
        sizes = size_for(size, world.seed, world.sessions, content, channels=channels, reserving=reserving)
        size = await _last(sizes, pause)
    town = await _last(town_in_steps(size, world.seed, content, name, world.monday), pause)
    market = Market(world.seed, world.monday)
    return DayPlanner(DayInputs(town, size, content, channels, reserving, world.seed, market))


def insert_entries(db: Transaction, number: int, entries: Sequence[DayEntry], first_n: int) -> None:
    """Inserts entries of a day into the world of that number; their own numbers count from `first_n`."""
    numbered = list(enumerate(entries, start=first_n))
    insert_sessions(db, number, [entry.session.numbered(n) for n, entry in numbered if entry.session is not None])
    booked = [
        replace(entry.reservation, n=n, session=n if entry.session is not None else None)
        for n, entry in numbered
        if entry.reservation is not None
    ]
    insert_reservations(db, number, booked)


async def _last(steps: Iterator[Step], pause: Pause) -> Step:
    """The last of many steps."""
    reached = next(steps)
    for step in steps:
        reached = step
        await pause()
    return reached
