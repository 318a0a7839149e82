"""A caller's visit: the world that its key opens, and the instant at which it looks at it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Concatenate, Final, ParamSpec, TypeVar

from starlette.requests import Request

from ..domain.clock import LATEST, instant
from ..store.world import OpenedWorld, World
from ..store.world_transaction import WorldTransaction
from ..wall_clock import wall_now
from ..worlds.directory import WorldDirectory
from .app_context import context_of

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")

AT: Final = "x-sandbox-at"
_VISIT: Final = "wattif.visit"


class UnknownKeyError(Exception):
    """No world is opened by the key, or not any more."""


class BadInstantError(Exception):
    """The header X-Sandbox-At cannot be followed; the message says why."""


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
        """What a query answers here and now."""
        return await self.directory.ask(self.world, self.now, query, *args, **kwargs)

    async def change(
        self,
        action: Callable[Concatenate[WorldTransaction, Arguments], Answer],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Answer:
        """Does something here; `now` becomes the instant at which it took place."""
        self.now, answer = await self.directory.change(self.opened, action, *args, **kwargs)
        return answer


async def enter(request: Request, vendor: str, key: str) -> WorldAccess:
    """Opens the world of a vendor's key for the rest of the request. Raises UnknownKeyError or BadInstantError."""
    directory = context_of(request).directory
    opened = await directory.opened_by(vendor, key)
    if opened is None:
        raise UnknownKeyError
    now = opened.world.clock.at(wall_now())
    if opened.credential.expires_at <= now:
        raise UnknownKeyError
    visit = WorldAccess(directory, opened, now)
    request.scope[_VISIT] = visit
    asked = request.headers.get(AT)
    if asked is not None:
        visit.now = _asked_instant(request.method, asked)
    return visit


def world_access_of(request: Request) -> WorldAccess | None:
    """The visit that the request has become, if a world was opened for it."""
    visit: WorldAccess | None = request.scope.get(_VISIT)
    return visit


def _asked_instant(method: str, text: str) -> int:
    if method != "GET":
        raise BadInstantError("X-Sandbox-At goes with GET only: what is done is done now.")
    try:
        at = instant(text)
    except ValueError as error:
        raise BadInstantError(f"X-Sandbox-At: {error}.") from error
    if at > LATEST:
        raise BadInstantError("X-Sandbox-At: the last instant is the end of the year 9998.")
    return at
