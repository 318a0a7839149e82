"""The way to a world at an instant: by a key or a name, and then by one of the two verbs, `ask` and `change`."""

from collections.abc import Callable
from typing import Concatenate, Final, ParamSpec, TypeVar

from ..store import worlds
from ..store.engine import Database, Transaction
from ..store.moment import Moment, World
from ..store.worlds import Opened
from .clock import wall

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")

_REMEMBERED: Final = 4096


class WorldGoneError(Exception):
    """The world was deleted while somebody waited for it."""


class Moments:
    """Worlds, found and entered. What a key opens is remembered until anybody commits a change."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._opened: dict[tuple[str, str], Opened] = {}
        self._version = -1

    async def opened_by(self, vendor: str, key: str) -> Opened | None:
        """The world that a vendor's key opens, and the credential that does."""
        version = self.database.version()
        if version != self._version or len(self._opened) > _REMEMBERED:
            self._opened.clear()
            self._version = version
        opened = self._opened.get((vendor, key))
        if opened is None:
            opened = await self.database.ask(lambda db: worlds.opened_by(db, vendor, key))
            if opened is not None:
                self._opened[vendor, key] = opened
        return opened

    async def named(self, name: str) -> World | None:
        """The world of that name."""
        return await self.database.ask(lambda db: worlds.named(db, name))

    async def ask(
        self,
        world: World,
        now: int,
        query: Callable[Concatenate[Moment, Arguments], Answer],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Answer:
        """What a query answers for that world at that instant."""
        return await self.database.ask(lambda db: query(Moment(db, world, now), *args, **kwargs))

    async def change(
        self,
        name: str,
        action: Callable[Concatenate[Moment, Arguments], Answer],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> tuple[int, Answer]:
        """Does something in the world of that name, alone and now; the instant it took place, and what came of it."""

        def alone(db: Transaction) -> tuple[int, Answer]:
            world = worlds.locked(db, name)
            if world is None:
                raise WorldGoneError(name)
            at = wall()
            now = world.clock.at(at)
            return now, action(Moment(db, world, now, at), *args, **kwargs)

        return await self.database.change(alone)
