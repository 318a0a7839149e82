"""Spares: copies that are made before anybody asks, so that a world as big as a town is there at once too."""

import asyncio
from dataclasses import replace
from functools import partial
from typing import Final, TypeAlias

from ..store import worlds
from ..store.engine import Database, Transaction
from ..store.moment import World
from .clock import wall
from .copying import copied
from .sweeping import patiently

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
        self._kinds: dict[Kind, World] = {}

    def asked_for(self, template: World, monday: int) -> None:
        """Notes that such a world was wanted, and may be again."""
        self._kinds.pop((template.n, monday), None)
        self._kinds[template.n, monday] = template
        while len(self._kinds) > _KINDS:
            del self._kinds[next(iter(self._kinds))]
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
        there = await self._database.change(partial(_sorted_out, kinds=set(self._kinds)))
        self._retired.set()
        for (number, monday), template in list(self._kinds.items()):
            if (number, monday) not in there:
                spare = replace(template, state=worlds.BUILDING, monday=monday, template=number)
                copy = await copied(self._database, template, spare)
                await self._database.change(partial(_put_aside, spare=copy))


def _sorted_out(db: Transaction, kinds: set[Kind]) -> set[Kind]:
    """The kinds that have a spare. Of those that nobody has asked for lately, the oldest give way."""
    spares = worlds.every(db, worlds.SPARE)
    unasked = [spare for spare in spares if _kind(spare) not in kinds]
    for spare in unasked[: max(0, len(spares) - _KINDS)]:
        worlds.retire(db, spare.n, wall())
    return {_kind(spare) for spare in spares}


def _kind(spare: World) -> Kind:
    return spare.template or 0, spare.monday


def _put_aside(db: Transaction, spare: World) -> None:
    usable = worlds.is_in(db, spare.template or 0, worlds.TEMPLATE)
    worlds.save(db, replace(spare, state=worlds.SPARE if usable else worlds.RETIRED))
