"""Spares: copies that are made before anybody asks, so that a world as big as a town is there at once too."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Final, TypeAlias

from ..store import worlds
from ..store.database.protocol import Database, Transaction
from ..store.world import World
from ..wall_clock import wall_now
from .cleanup import patiently
from .copy import copied

_KINDS: Final = 4
"""So many kinds of worlds have a spare: those that were asked for last."""

_MOMENT_S: Final = 0.05
"""Whoever makes one world after another is not held up by spares for him."""

Kind: TypeAlias = tuple[int, int]
"""A template's number, and the Monday of a copy."""


class Stock:
    """Keeps one spare of each kind that was asked for last."""

    def __init__(self, database: Database, retired: asyncio.Event) -> None:
        self._database = database
        self._retired = retired
        self._asked = asyncio.Event()
        self._kinds: list[Kind] = []

    def asked_for(self, kind: Kind) -> None:
        """Notes that such a world was wanted, and may be again."""
        self._kinds = [*(other for other in self._kinds if other != kind), kind][-_KINDS:]
        self._asked.set()

    async def keep(self) -> None:
        """Fills up the stock when nobody has asked for anything for a moment; never ends by itself."""
        while True:
            await self._asked.wait()
            while self._asked.is_set():
                self._asked.clear()
                await asyncio.sleep(_MOMENT_S)
            await patiently(self._fill)

    async def _fill(self) -> None:
        there = await self._database.change(partial(_sorted_out, kinds=self._kinds))
        self._retired.set()
        for kind in self._kinds:
            template = await self._database.ask(partial(worlds.numbered, number=kind[0], state=worlds.TEMPLATE))
            if template is not None and kind not in there:
                spare = replace(template, state=worlds.BUILDING, template=template.n, monday=kind[1])
                await copied(self._database, template, spare, _put_aside)


def kind_of(copy: World) -> Kind:
    """What a copy is a copy of."""
    return copy.template or 0, copy.monday


def _sorted_out(db: Transaction, kinds: Sequence[Kind]) -> set[Kind]:
    """The kinds that have a spare. Of those that nobody has asked for lately, the oldest give way."""
    spares = worlds.in_state(db, worlds.SPARE)
    unasked = [spare for spare in spares if kind_of(spare) not in kinds]
    for spare in unasked[: max(0, len(spares) - _KINDS)]:
        worlds.retire(db, spare.n, wall_now())
    return {kind_of(spare) for spare in spares}


def _put_aside(db: Transaction, world: World) -> World:
    spare = replace(world, state=worlds.SPARE)
    worlds.save_world(db, spare)
    if worlds.numbered(db, world.template or 0, worlds.TEMPLATE) is None:
        worlds.retire(db, spare.n, wall_now())
    return spare
