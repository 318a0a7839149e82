"""A world with two cars and three stations, in which tests place a session that has begun and planned ones."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import pytest

from app.domain.clock import HOUR, MINUTE
from app.domain.models import Session
from app.store import sessions, worlds
from app.store.database.protocol import Database, Transaction
from app.store.world_transaction import WorldTransaction
from tests.domain.examples import MORNING, STATION, session
from tests.served import CHANNELS

CAR: Final = "veh_EmptyCarOfDriver0000000000000000"
OTHER_CAR: Final = "veh_EmptyCarOfUser000000000000000000"
HERE: Final = replace(STATION, id="chst_Here", latitude="52.500000", longitude="13.400000")
NEAR: Final = replace(STATION, id="chst_Near", latitude="52.600000", longitude="13.400000")
"""11 km away."""
FAR: Final = replace(STATION, id="chst_Far", latitude="48.100000", longitude="11.600000")
"""504 km away."""
BEGUN: Final = replace(
    session(soc=0.4, target=0.8),
    vehicle=CAR,
    driver="drv_One",
    station=HERE.id,
    created_at=MORNING,
    unplugged_at=MORNING + HOUR,
)
"""A session from 8:00 to 9:00, which leaves the vehicle with 80 %."""


class Plans:
    """A world with two cars and three stations, in which sessions are placed at hours after the one that has begun."""

    def __init__(self, tx: WorldTransaction) -> None:
        self.tx = tx
        sessions.insert_sessions(tx.db, tx.world.n, [BEGUN])

    def draft(self, n: int, hours: float, **facts: Any) -> Session:  # noqa: ANN401 - a session's fields
        """A session of an hour at a station nearby, which begins with 60 % and ends with 80 %."""
        begins = MORNING + round(hours * HOUR)
        usual: dict[str, Any] = {
            "n": n,
            "id": f"cs_Planned{n}",
            "uuid": f"00000000-0000-4000-8000-00000000000{n}",
            "station": NEAR.id,
            "created_at": begins,
            "unplugged_at": begins + HOUR,
            "soc_start": 0.6,
            "soc_end": 0.8,
        }
        return replace(BEGUN, **usual | facts)

    def plan(self, n: int, hours: float, **facts: Any) -> Session:  # noqa: ANN401 - a session's fields
        """Places such a session in the world."""
        placed = self.draft(n, hours, **facts)
        sessions.insert_sessions(self.tx.db, self.tx.world.n, [placed])
        return placed

    def left(self) -> list[int]:
        """The numbers of the planned sessions that are still there."""
        shown = (sessions.session_shown_as(self.tx, f"cs_Planned{n}") for n in range(2, 10))
        return [each.n for each in shown if each is not None]


class UndoError(Exception):
    """Rolls a transaction back."""


def left(world: tuple[Database, int], work: Callable[[Plans], object]) -> list[int]:
    """The numbers of the planned sessions that are left after some work, at 8:20; everything is rolled back."""
    database, number = world
    found: list[int] = []

    def run(db: Transaction) -> None:
        held = worlds.numbered(db, number, worlds.OPEN)
        assert held is not None
        plans = Plans(WorldTransaction(db, held, MORNING + 20 * MINUTE, CHANNELS))
        work(plans)
        found.extend(plans.left())
        raise UndoError

    with pytest.raises(UndoError):
        asyncio.run(database.change(run))
    return found
