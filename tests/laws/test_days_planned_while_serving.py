"""Days that are planned while a server serves are the days planned early, also after interruptions and by several."""

import asyncio
from collections.abc import Callable, Iterator
from itertools import count, takewhile
from typing import TypeVar, cast

import pytest
from sqlalchemy import Connection

from app.domain.clock import DAY
from app.main import VENDORS
from app.store.database.protocol import Database
from app.store.database.url import open_database
from app.worlds.days_ahead import DaysAhead
from app.worlds.lifecycle import Worlds
from tests.conftest import made_in, resumed
from tests.databases import Databases, Kept
from tests.laws.planned_days import (
    CROFT,
    FOLDER,
    OVERLAP,
    gaps_of,
    horizon_of,
    ids,
    made_with_coming_days,
    planned,
    wait_for,
)
from tests.laws.random_calls import CallRunner, inventory, overlapping_sessions
from tests.laws.world_client import client_of, world_client

pytestmark = pytest.mark.slow

Answer = TypeVar("Answer")
DAYS = 21
"""The days by which the clock is moved: those of three weeks."""


class InterruptedPlanningError(Exception):
    """Stands for the end of the process."""


class InterruptedDatabase:
    """A database that raises InterruptedPlanningError instead of making more than a number of changes."""

    def __init__(self, database: Database, changes: int) -> None:
        self._database = database
        self._left = changes

    async def ask(self, work: Callable[[Connection], Answer], *, one_statement: bool = False) -> Answer:
        return await self._database.ask(work, one_statement=one_statement)

    async def change(self, work: Callable[[Connection], Answer], *, keeps_worlds: bool = False) -> Answer:
        if not self._left:
            raise InterruptedPlanningError
        self._left -= 1
        return await self._database.change(work, keeps_worlds=keeps_worlds)

    def close(self) -> None:
        self._database.close()


@pytest.fixture(scope="module")
def croft(databases: Databases) -> Kept:
    """The croft, planned for three days ahead."""
    return made_in(databases, **CROFT)


@pytest.fixture(scope="module")
def planned_early(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """The croft, planned for thirty days ahead."""
    return made_with_coming_days(databases, tmp_path_factory.mktemp("early"), 30)


@pytest.fixture
def overdue(databases: Databases, croft: Kept, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kept]:
    """The croft after its running clock was moved three weeks on by a server that plans nothing."""
    kept = databases.copy(croft)
    with monkeypatch.context() as patch:
        patch.setattr(DaysAhead, "keep", lambda _: asyncio.Event().wait())
        with resumed(kept, scenarios=FOLDER) as http:
            client = world_client(http, kept)
            client.set_speed(0.001)
            client.advance(f"P{DAYS}D")
    yield kept
    databases.drop(kept)


def test_a_server_plans_on_after_an_advance_of_a_running_clock(
    databases: Databases, croft: Kept, planned_early: Kept
) -> None:
    """The advance is answered at once, and then the server adds the days that would have been planned at first."""
    kept = databases.copy(croft)
    horizon = horizon_of(kept)
    with client_of(kept, **CROFT) as client:
        client.set_speed(1)
        assert client.advance(f"P{DAYS}D").status_code == 200

        wait_for(lambda: horizon_of(kept) >= horizon + (DAYS - 4) * DAY and not gaps_of(kept))

    assert planned(kept, horizon_of(kept) - OVERLAP) == planned(planned_early, horizon_of(kept) - OVERLAP)
    databases.drop(kept)


def test_the_days_around_the_clock_are_planned_first(overdue: Kept) -> None:
    """Once planning has begun, it has come to the day before the clock's, and the days before that one are a gap."""
    horizon, [[now]] = horizon_of(overdue), overdue.rows("SELECT anchor FROM world WHERE name = 'default'")
    for changes in takewhile(lambda _: not gaps_of(overdue), count(1)):
        with pytest.raises(InterruptedPlanningError):
            plan_missing_days(overdue, changes)

    yesterday = now - now % DAY - DAY
    assert gaps_of(overdue) == [[horizon, yesterday]]
    assert yesterday < horizon_of(overdue) <= yesterday + 2 * DAY


@pytest.mark.parametrize("lives", [[0, 1, 1, 1], [4, 3], [2, 5, 8], [1] * 20, [11] * 4])
def test_interrupted_planning_is_continued(overdue: Kept, planned_early: Kept, lives: list[int]) -> None:
    """After processes that end after some changes each, no row is there twice and none is missing."""
    for changes in lives:
        with pytest.raises(InterruptedPlanningError):
            plan_missing_days(overdue, changes)
    plan_missing_days(overdue, 1000)

    assert_complete(overdue, planned_early)


def test_several_processes_plan_the_same_days(overdue: Kept, planned_early: Kept) -> None:
    """Three that plan at the same time write the rows that one would have written."""
    plan_missing_days(overdue, 1000, 1000, 1000)

    assert_complete(overdue, planned_early)


def test_sessions_started_before_planning_are_kept(overdue: Kept, croft: Kept) -> None:
    """A session that is started on a day that is not planned yet overlaps no session that is planned afterwards."""
    with resumed(overdue, scenarios=FOLDER) as http:
        client = world_client(http, overdue)
        bodies = CallRunner(client, inventory(croft)).run([("start", n, 3 * n) for n in range(24)])
    started = {body["id"] for body in bodies if body["object"] == "charging_session"}
    plan_missing_days(overdue, 1000)

    assert len(started) > 2
    assert started <= ids(planned(overdue, horizon_of(overdue)))
    assert overlapping_sessions(overdue) == []


def assert_complete(kept: Kept, planned_early: Kept) -> None:
    """All days up to three after the clock's are planned, and have the rows of a world that was planned at first."""
    [[now]] = kept.rows("SELECT anchor FROM world WHERE name = 'default' AND state = 'open'")
    assert horizon_of(kept) == now - now % DAY + 4 * DAY
    assert gaps_of(kept) == []
    assert planned(kept, horizon_of(kept) - OVERLAP) == planned(planned_early, horizon_of(kept) - OVERLAP)


def plan_missing_days(kept: Kept, *changes: int) -> None:
    """Plans the missing days by several processes at the same time; each number is the changes that one may make."""

    async def plan_together() -> None:
        databases = [InterruptedDatabase(open_database(kept.url), most) for most in changes]
        try:
            await asyncio.gather(*map(plan, databases))
        finally:
            for each in databases:
                each.close()

    async def plan(database: InterruptedDatabase) -> None:
        worlds = Worlds(cast("Database", database), vendors=VENDORS, folder=FOLDER)
        await worlds.days_ahead.catch_up("default")

    asyncio.run(plan_together())
