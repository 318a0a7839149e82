"""Opens the world of a request's key, at the world's own now or at the instant of X-Sandbox-At."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Concatenate, Final, ParamSpec, Protocol, TypeVar

from starlette.requests import Request
from starlette.types import Scope

from ..domain.clock import LATEST, instant, millis
from ..store.database.protocol import View
from ..store.world import OpenedWorld, World
from ..store.world_transaction import WorldTransaction, keeps_worlds
from ..wall_clock import wall_now
from ..worlds.directory import WorldDirectory, WorldGoneError
from .app_context import context_of
from .headers import header
from .key_reasons import unknown_key
from .log_text import masked
from .reasons import explain

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")

_AT: Final = b"x-sandbox-at"
_IN_SCOPE: Final = "wattif.world_access"


class UnknownKeyError(Exception):
    """The key opens no world, or no longer does."""


class BadInstantError(Exception):
    """The header X-Sandbox-At is not valid; the message says why."""


class Place(Protocol):
    """A world and an instant in it."""

    @property
    def world(self) -> World: ...
    @property
    def now(self) -> int: ...


@dataclass(frozen=True, slots=True)
class _Place:
    """A world that a path or a body names."""

    world: World
    now: int


@dataclass(frozen=True, slots=True)
class WorldReader:
    """A world that its link key opened, which can only be read, and an instant in it, as for WorldAccess."""

    directory: WorldDirectory
    world: World
    now: int

    async def ask(
        self,
        query: Callable[Concatenate[WorldTransaction, Arguments], Answer],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Answer:
        """Runs a query at `now`."""
        return await self.directory.ask(self.world, self.now, query, *args, **kwargs)


@dataclass(frozen=True, slots=True)
class WorldView:
    """One state of a world at an instant, for as long as it is held."""

    directory: WorldDirectory
    held: View
    world: World
    now: int

    async def ask(
        self,
        query: Callable[Concatenate[WorldTransaction, Arguments], Answer],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Answer:
        """Runs a query in the state that is held. Other requests are served between two queries."""
        await asyncio.sleep(0)
        return await self.directory.ask_view(self.held, self.world, self.now, query, *args, **kwargs)


@dataclass(slots=True)
class WorldAccess:
    """A world, by the key that opened it, and an instant in it: the world's own now, or the one of X-Sandbox-At."""

    directory: WorldDirectory
    opened: OpenedWorld
    now: int

    @property
    def world(self) -> World:
        return self.opened.world

    async def ask(
        self,
        query: Callable[Concatenate[WorldTransaction, Arguments], Answer],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Answer:
        """Runs a query at `now`."""
        return await self.directory.ask(self.world, self.now, query, *args, **kwargs)

    @asynccontextmanager
    async def view(self) -> AsyncIterator[WorldView]:
        """Holds one state of the world, for a search that would keep others waiting if it were one query."""
        async with self.directory.database.view() as held:
            yield WorldView(self.directory, held, self.world, self.now)

    async def change(
        self,
        action: Callable[Concatenate[WorldTransaction, Arguments], Answer],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Answer:
        """Runs an action that changes the world; `now` becomes the instant at which it was done."""
        self.now, answer = await self.directory.change(self.opened, action, *args, **kwargs)
        return answer


async def open_world(request: Request, vendor: str, key: str) -> WorldAccess:
    """Opens the world of a vendor's key for the rest of the request. Raises UnknownKeyError or BadInstantError."""
    directory = context_of(request).directory
    opened = await directory.opened_by(vendor, key)
    if opened is None:
        explain(request, partial(unknown_key, request, vendor, key))
        raise UnknownKeyError
    now = opened.world.clock.at(wall_now())
    if opened.credential.expires_at <= now:
        ended = millis(opened.credential.expires_at)
        explain(request, f"The token {masked(key)} of the world {opened.world.name} expired at {ended}, by its clock.")
        raise UnknownKeyError
    access = WorldAccess(directory, opened, now)
    request.scope[_IN_SCOPE] = access
    asked = header(request, _AT)
    if asked is not None:
        access.now = _asked_instant(request.method, asked)
    return access


async def open_linked_world(request: Request, link_key: str) -> WorldReader:
    """Opens the world of a link key for the rest of the request. Raises UnknownKeyError or BadInstantError."""
    directory = context_of(request).directory
    world = await directory.with_link_key(link_key)
    if world is None:
        raise UnknownKeyError
    asked = header(request, _AT)
    now = world.clock.at(wall_now()) if asked is None else _asked_instant(request.method, asked)
    reader = WorldReader(directory, world, now)
    request.scope[_IN_SCOPE] = reader
    return reader


async def change_linked_world(
    request: Request,
    link_key: str,
    action: Callable[Concatenate[WorldTransaction, Arguments], Answer],
    *args: Arguments.args,
    **kwargs: Arguments.kwargs,
) -> Answer:
    """Runs an action that changes the world of a link key, which changes nothing of worlds that is cached.

    Raises UnknownKeyError.
    """

    @keeps_worlds
    def act(tx: WorldTransaction) -> Answer:
        if tx.world.link_key != link_key:
            raise UnknownKeyError
        return action(tx, *args, **kwargs)

    directory = context_of(request).directory
    world = await directory.with_link_key(link_key)
    if world is None:
        raise UnknownKeyError
    enter(request, world, world.clock.at(wall_now()))
    try:
        now, done = await directory.change(world.name, act)
    except WorldGoneError:
        raise UnknownKeyError from None
    enter(request, world, now)
    return done


def enter(request: Request, world: World, now: int) -> None:
    """Makes the answer to a request name a world, which it reaches without a key, and an instant in it."""
    request.scope[_IN_SCOPE] = _Place(world, now)


def place_of(request: Request) -> Place | None:
    """The world in which a request is answered, and the instant; None if it is in no world."""
    return place_in(request.scope)


def place_in(scope: Scope) -> Place | None:
    """The world and the instant of a request, by its scope."""
    place: Place | None = scope.get(_IN_SCOPE)
    return place


def _asked_instant(method: str, text: str) -> int:
    if method not in {"GET", "HEAD"}:
        raise BadInstantError("X-Sandbox-At goes with GET only: a change is made at the world's own instant.")
    try:
        at = instant(text)
    except ValueError as error:
        raise BadInstantError(f"X-Sandbox-At: {error}.") from error
    if at > LATEST:
        raise BadInstantError("X-Sandbox-At: the last instant is the end of the year 9998.")
    return at
