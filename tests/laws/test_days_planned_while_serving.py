"""Days that are planned while a server serves are the days planned early, also after interruptions and by several."""

import asyncio
from collections.abc import Callable
from typing import TypeVar, cast

import pytest
from sqlalchemy import Connection

from app.domain.clock import DAY
from app.main import VENDORS
from app.store.database.protocol import Database
from app.store.database.url import open_database
from app.store.worlds import named
from app.wall_clock import wall_now
from app.worlds import startup
from app.worlds.top_up import TopUp
from tests.conftest import HAMLET, resumed
from tests.databases import Databases, Kept
from tests.laws.planned_days import OVERLAP, horizon_of, made_with_coming_days, planned, wait_for
from tests.laws.random_calls import CallRunner, inventory, overlapping_sessions
from tests.laws.world_client import client_of, world_client
from tests.served import read

Answer = TypeVar("Answer")


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

    def version(self) -> int:
        return self._database.version()

    async def agreed(self) -> None:
        await self._database.agreed()

    async def shrink(self, kept_bytes: int) -> bool:
        return await self._database.shrink(kept_bytes)

    def close(self) -> None:
        self._database.close()


@pytest.fixture(scope="module")
def planned_early(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """The hamlet, planned for ten days ahead instead of three."""
    return made_with_coming_days(databases, tmp_path_factory.mktemp("early"), 10)


@pytest.fixture
def overdue(kept: Kept) -> Kept:
    """The hamlet after an advance beyond its horizon: five days are to be planned."""
    with resumed(kept) as http:
        world_client(http, kept).advance("P9D")
    return kept


def test_a_server_answers_while_it_plans(overdue: Kept, planned_early: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server with many days to plan answers immediately and plans afterwards, with the same rows as a result."""
    monkeypatch.setattr(startup, "_PLANNED_FIRST", 0)
    horizon = horizon_of(overdue)
    with client_of(overdue) as client:
        assert client.get("/v1/charging_sessions").status_code == 200

        wait_for(lambda: horizon_of(overdue) == horizon + 5 * DAY)

    until = horizon + 5 * DAY - OVERLAP
    assert planned(overdue, until) == planned(planned_early, until)


@pytest.mark.parametrize("lives", [[0, 1, 1, 1], [4, 3], [2, 5, 8]])
def test_interrupted_planning_is_continued(overdue: Kept, planned_early: Kept, lives: list[int]) -> None:
    """After processes that end after some changes each, no row is there twice and none is missing."""
    end = horizon_of(overdue) + 5 * DAY
    for changes in lives:
        with pytest.raises(InterruptedPlanningError):
            plan_due_days(overdue, changes)
    plan_due_days(overdue, 1000)

    assert horizon_of(overdue) == end
    assert planned(overdue, end - OVERLAP) == planned(planned_early, end - OVERLAP)


def test_several_processes_plan_the_same_days(overdue: Kept, planned_early: Kept) -> None:
    """Three that plan at the same time write the rows that one would have written."""
    end = horizon_of(overdue) + 5 * DAY
    plan_due_days(overdue, 1000, 1000, 1000)

    assert horizon_of(overdue) == end
    assert planned(overdue, end - OVERLAP) == planned(planned_early, end - OVERLAP)


def test_sessions_started_during_planning_overlap_no_planned_one(overdue: Kept, made: Kept) -> None:
    """A session that is started while a day is half planned overlaps no session that is planned afterwards."""
    with pytest.raises(InterruptedPlanningError):
        plan_due_days(overdue, 4)
    with resumed(overdue) as http:
        client = world_client(http, overdue)
        client.advance("PT30H")
        bodies = CallRunner(client, inventory(made)).run([("start", n, 3 * n) for n in range(24)])
    plan_due_days(overdue, 1000)

    assert sum(body["object"] == "charging_session" for body in bodies) > 3
    assert overlapping_sessions(overdue) == []


def plan_due_days(kept: Kept, *changes: int) -> None:
    """Plans the due days by several processes at the same time; each number is the changes that one may make."""

    async def plan_together() -> None:
        databases = [InterruptedDatabase(open_database(kept.url), most) for most in changes]
        try:
            await asyncio.gather(*map(plan, databases))
        finally:
            for each in databases:
                each.close()

    async def plan(database: InterruptedDatabase) -> None:
        world = await database.ask(lambda db: named(db, "default"))
        assert world is not None
        size = read(HAMLET).scenario.population
        await TopUp(cast("Database", database), world, size, VENDORS).run(world.clock.at(wall_now()))

    asyncio.run(plan_together())
