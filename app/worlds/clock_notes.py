"""Notes of the wall clock in the database, so that a server whose machine's clock is behind runs on from the last one.

Each change of a world that runs notes it too (see `directory`); these notes are for worlds that are only read.
"""

import asyncio
from contextlib import suppress
from functools import partial
from typing import Final

from ..store import worlds
from ..store.database.protocol import Database, DatabaseUnavailableError, OutcomeUnknownError
from ..wall_clock import MACHINE, wall_now

_EVERY_S: Final = 60
_AT_THE_END_S: Final = 1
"""How long a server that stops waits for its last note."""


async def catch_up(database: Database) -> None:
    """Lets the wall clock run on from the last instant that is noted in the database, if it is behind that."""
    MACHINE.caught_up(await database.ask(worlds.last_wall))


async def keep_noted(database: Database) -> None:
    """Notes the wall clock every minute, and once more when it is cancelled; never ends by itself."""
    try:
        while True:
            await asyncio.sleep(_EVERY_S)
            await _note(database)
    finally:
        with suppress(TimeoutError):
            async with asyncio.timeout(_AT_THE_END_S):
                await _note(database)


async def _note(database: Database) -> None:
    """Notes the wall clock, unless the database does not answer."""
    with suppress(DatabaseUnavailableError, OutcomeUnknownError):
        await database.change(partial(worlds.note_wall, wall=wall_now()), keeps_worlds=True)
