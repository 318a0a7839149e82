"""The way to a world at an instant: by a key or a name, and then by one of the two verbs, `ask` and `change`."""

import asyncio
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Concatenate, Final, ParamSpec, TypeVar

from ..domain.channels import Channels
from ..domain.clock import MILLISECOND, NEVER
from ..store import credentials, worlds
from ..store.database.protocol import Database, Transaction, View
from ..store.world import OpenedWorld, World
from ..store.world_transaction import WorldTransaction, does_keep_worlds, runs_one_statement
from ..wall_clock import MACHINE, wall_now
from .reuse import Reuse, identity

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")

_REMEMBERED: Final = 4096
_NOTED_EVERY: Final = 100 * MILLISECOND
"""How often the clock of a world is saved with its changes."""


class WorldGoneError(Exception):
    """There is no world of that name, or it was deleted before the change."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no world {name}: it was deleted, or has expired.")
        self.name = name


class WorldDirectory:
    """Worlds, found and entered. What a key opens is remembered while the database's version stays the same.

    Callers may create `most_rows` objects in a world.
    """

    def __init__(
        self, database: Database, channels: Channels, most_rows: int = sys.maxsize, *, reuse: Reuse | None = None
    ) -> None:
        self.database = database
        self._reuse = reuse or Reuse(database)
        self._channels = channels
        self._most_rows = most_rows
        self._opened: dict[tuple[str, str], OpenedWorld] = {}
        self._opened_before: dict[tuple[str, str], str] = {}
        self._awaited: dict[tuple[str, str, int], asyncio.Task[OpenedWorld | None]] = {}
        self._version = -1

    async def opened_by(self, vendor: str, key: str) -> OpenedWorld | None:
        """The world that a vendor's key opens, and the credential that does; None once the world has expired."""
        version = self.database.version()
        if version != self._version or len(self._opened) > _REMEMBERED:
            self._opened.clear()
            self._version = version
        opened = self._opened.get((vendor, key))
        if opened is None:
            opened = await self._looked_up(vendor, key, version)
        return None if opened is None or has_expired(opened.world) else opened

    async def _looked_up(self, vendor: str, key: str, version: int) -> OpenedWorld | None:
        """Asks the database. Concurrent requests for the same key wait for the same answer."""
        wanted = (vendor, key, version)
        lookup = self._awaited.get(wanted)
        if lookup is None:
            lookup = self._awaited[wanted] = asyncio.create_task(self._look_up(vendor, key))
            lookup.add_done_callback(partial(self._forget, wanted))
        # A request that is cancelled, because its client is gone, leaves the answer to the others.
        opened = await asyncio.shield(lookup)
        if opened is not None:
            _caught_up(opened.world)
            if len(self._opened_before) > _REMEMBERED:
                self._opened_before.clear()
            self._opened_before[vendor, key] = opened.world.name
            if version == self._version:
                self._opened[vendor, key] = opened
        return opened

    def opened_before(self, vendor: str, key: str) -> str | None:
        """The name of the world that a vendor's key has opened in this process, even if there is no such world now."""
        return self._opened_before.get((vendor, key))

    async def _look_up(self, vendor: str, key: str) -> OpenedWorld | None:
        return await self.database.ask(lambda db: credentials.opened_by(db, vendor, key), one_statement=True)

    def _forget(self, wanted: tuple[str, str, int], lookup: asyncio.Task[OpenedWorld | None]) -> None:
        del self._awaited[wanted]
        if not lookup.cancelled():
            # Asked for here, because the requests that waited for it may all be gone.
            lookup.exception()

    async def named(self, name: str) -> World | None:
        """The world of that name, unless it has expired."""
        found = await self.database.ask(lambda db: world_there(db, name))
        return None if found is None else _caught_up(found)

    async def with_link_key(self, link_key: str) -> World | None:
        """The world with that link key, unless it has expired."""
        found = await self.database.ask(lambda db: worlds.with_link_key(db, link_key), one_statement=True)
        return None if found is None or has_expired(found) else _caught_up(found)

    async def ask(
        self,
        world: World,
        now: int,
        query: Callable[Concatenate[WorldTransaction, Arguments], Answer],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Answer:
        """What a query answers for that world at that instant. Raises WorldGoneError if another one has its rows."""
        if self._reuse.is_gone(world):
            raise WorldGoneError(world.name)
        return await self.database.ask(
            lambda db: query(WorldTransaction(db, world, now, self._channels), *args, **kwargs),
            one_statement=runs_one_statement(query),
        )

    async def ask_view(
        self,
        view: View,
        world: World,
        now: int,
        query: Callable[Concatenate[WorldTransaction, Arguments], Answer],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Answer:
        """What a query answers for that world at that instant in the state that a view holds.

        Raises WorldGoneError if another world has its rows.
        """
        if self._reuse.is_gone(world):
            raise WorldGoneError(world.name)
        return await view.ask(lambda db: query(WorldTransaction(db, world, now, self._channels), *args, **kwargs))

    async def steer(
        self,
        name: str,
        action: Callable[Concatenate[WorldTransaction, Arguments], Answer],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> tuple[int, Answer]:
        """Like `change`, for what alters the world itself: returns once no process uses its former state."""
        done = await self.change(name, action, *args, **kwargs)
        await self.database.agreed()
        return done

    async def change(
        self,
        where: str | OpenedWorld,
        action: Callable[Concatenate[WorldTransaction, Arguments], Answer],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> tuple[int, Answer]:
        """Runs an action in a world, held against other changes; returns the world's instant then, and the result.

        The world is the one of that name, or the one that a key opens. Raises WorldGoneError.
        """

        def alone(db: Transaction) -> tuple[int, Answer]:
            world, at = _clock_noted(db, _locked(db, where))
            now = world.clock.at(at)
            tx = WorldTransaction(db, world, now, self._channels, at, self._most_rows)
            return now, action(tx, *args, **kwargs)

        return await self.database.change(alone, keeps_worlds=does_keep_worlds(action))


def world_there(db: Transaction, name: str) -> World | None:
    """The open world of that name, unless it has expired."""
    world = worlds.named(db, name)
    return None if world is None or has_expired(world) else world


def has_expired(world: World) -> bool:
    """Whether the real time of a world is over; its rows are there until the next clean-up."""
    return world.expires_at < NEVER and world.expires_at <= wall_now()


def _clock_noted(db: Transaction, world: World) -> tuple[World, int]:
    """The world, and now by the wall clock; its clock is anchored there, and saved, unless that was done just before.

    So no server, also after a restart, shows the world earlier than its last change, to a tenth of a second.
    """
    if world.clock.speed == 0:
        return world, wall_now()
    at = MACHINE.caught_up(world.clock.wall)
    if at - world.clock.wall < _NOTED_EVERY:
        return world, at
    noted = replace(world, clock=world.clock.anchored(at))
    worlds.save_clock(db, noted)
    return noted, at


def _caught_up(world: World) -> World:
    """The world, after the wall clock has caught up with its last change."""
    if world.clock.speed and world.clock.wall > wall_now():
        MACHINE.caught_up(world.clock.wall)
    return world


def _locked(db: Transaction, where: str | OpenedWorld) -> World:
    """The world to be changed, held against every other change. Raises WorldGoneError."""
    name = where if isinstance(where, str) else where.world.name
    world = worlds.lock_named(db, name)
    if world is None or has_expired(world):
        raise WorldGoneError(name)
    if isinstance(where, OpenedWorld) and identity(where.world) != identity(world):
        # Since the key was looked up the world was reset, or deleted and another one got its name.
        again = credentials.opened_by(db, where.credential.vendor, where.credential.key)
        if again is None or again.world.n != world.n:
            raise WorldGoneError(name)
    return world
