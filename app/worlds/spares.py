"""Spares: copies that are made in advance, so that a request for a world like an earlier one takes one transaction.

Without them a village takes more than twice as long, and a town more than a second (decision 21).
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Final, TypeAlias

from ..store import worlds
from ..store.database.protocol import Database, Transaction
from ..store.world import World
from ..wall_clock import wall_now
from .cleanup import retry_while_away
from .copy import copy_template
from .reuse import Reuse

_MOST_KINDS: Final = 4
"""The number of kinds of worlds that have a spare: those that were asked for last."""

_IDLE_S: Final = 0.05
"""How long no world must be asked for before spares are made, so that they do not delay the next request."""

Kind: TypeAlias = tuple[int, int]
"""A template's number, and the Monday of a copy."""


class Spares:
    """Keeps one spare of each kind that was asked for last."""

    def __init__(self, database: Database, retired: asyncio.Event, reuse: Reuse) -> None:
        self._database = database
        self._reuse = reuse
        self._retired = retired
        self._asked = asyncio.Event()
        self._kinds: list[Kind] = []

    def request(self, kind: Kind) -> None:
        """Asks for a spare of that kind, because a world of it was made."""
        self._kinds = [*(other for other in self._kinds if other != kind), kind][-_MOST_KINDS:]
        self._asked.set()

    async def keep(self) -> None:
        """Makes the spares that are missing whenever no world has been asked for in a while; never ends by itself."""
        while True:
            await self._asked.wait()
            while self._asked.is_set():
                self._asked.clear()
                await asyncio.sleep(_IDLE_S)
            await retry_while_away(self.fill)

    async def fill(self) -> None:
        """Makes the spares that are missing."""
        there = await self._database.change(partial(_retire_surplus, kinds=self._kinds))
        self._retired.set()
        for kind in self._kinds:
            template = await self._database.ask(partial(worlds.numbered, number=kind[0], state=worlds.TEMPLATE))
            if template is not None and kind not in there:
                spare = replace(template, state=worlds.BUILDING, template=template.n, monday=kind[1])
                if not await self._database.change(partial(self._keep_again, template=template, spare=spare)):
                    await copy_template(self._database, template, spare, _keep, retired=self._retired)

    def _keep_again(self, db: Transaction, template: World, spare: World) -> bool:
        """Keeps a deleted world as the spare; returns whether there was one."""
        number = self._reuse.put_back(db, template, spare.monday)
        if number is None:
            return False
        _keep(db, replace(spare, n=number))
        return True


def kind_of(copy: World) -> Kind:
    """The kind of a copy."""
    return copy.template or 0, copy.monday


def _retire_surplus(db: Transaction, kinds: Sequence[Kind]) -> set[Kind]:
    """Retires the oldest spares of other kinds if there are too many; returns the kinds that had one."""
    spares = worlds.in_state(db, worlds.SPARE)
    surplus = [spare for spare in spares if kind_of(spare) not in kinds]
    for spare in surplus[: max(0, len(spares) - _MOST_KINDS)]:
        worlds.retire(db, spare.n, wall_now())
    return {kind_of(spare) for spare in spares}


def _keep(db: Transaction, world: World) -> World:
    spare = replace(world, state=worlds.SPARE)
    worlds.save_world(db, spare)
    if worlds.numbered(db, world.template or 0, worlds.TEMPLATE) is None:
        worlds.retire(db, spare.n, wall_now())
    return spare
