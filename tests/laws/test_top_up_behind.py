"""Days that are added while a server serves are the days planned early, whoever adds them, however often he stops."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from time import monotonic, sleep
from typing import TypeVar

import pytest
from sqlalchemy import Connection

from app.domain.clock import DAY, HOUR
from app.main import VENDORS
from app.store.database.engine import Database, View, open_database
from app.store.worlds import named
from app.wall_clock import wall_now
from app.worlds import startup
from app.worlds.build import Builder, quiet
from tests.conftest import HAMLET, made_in, resumed
from tests.databases import Databases, Kept
from tests.laws.callers import caller, opened
from tests.laws.stories import Teller, cast, overlaps
from tests.laws.test_top_up import horizon_of, planned
from tests.served import read

Answer = TypeVar("Answer")

AHEAD = 26 * HOUR


class CutOffError(Exception):
    """The process has ended here."""


class Mortal:
    """A database whose process ends before one of its changes."""

    def __init__(self, database: Database, changes: int) -> None:
        self._database = database
        self._left = changes

    async def ask(self, work: Callable[[Connection], Answer], *, single: bool = False) -> Answer:
        return await self._database.ask(work, single=single)

    async def change(self, work: Callable[[Connection], Answer], *, quiet: bool = False) -> Answer:
        if not self._left:
            raise CutOffError
        self._left -= 1
        return await self._database.change(work, quiet=quiet)

    def view(self) -> AbstractAsyncContextManager[View]:
        return self._database.view()

    def version(self) -> int:
        return self._database.version()

    async def agreed(self) -> None:
        await self._database.agreed()

    def close(self) -> None:
        self._database.close()


@pytest.fixture(scope="module")
def far_sighted(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """The hamlet, planned for ten days after its week instead of three."""
    scenario = tmp_path_factory.mktemp("far") / "hamlet.yaml"
    scenario.write_text(Path(HAMLET).read_text("utf-8").replace("coming_days: 3", "coming_days: 10"), "utf-8")
    return made_in(databases, scenario=str(scenario))


@pytest.fixture
def overdue(kept: Kept) -> Kept:
    """The hamlet, whose clock has been moved on beyond its horizon: five days are due."""
    with resumed(kept) as client:
        caller(client, kept).advance("P9D")
    return kept


def test_a_server_serves_before_the_days_are_added(
    overdue: Kept, far_sighted: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where it is much, it is done behind a server that answers, and comes to the same rows."""
    monkeypatch.setattr(startup, "_PLANNED_AT_ONCE", 0)
    behind = horizon_of(overdue)
    with opened(overdue) as somebody:
        assert somebody.get("/v1/charging_sessions").status_code == 200

        wait_for(lambda: horizon_of(overdue) == behind + 5 * DAY)

    assert planned(overdue, behind + 5 * DAY - AHEAD) == planned(far_sighted, behind + 5 * DAY - AHEAD)


@pytest.mark.parametrize("lives", [[0, 1, 1, 1], [4, 3], [2, 5, 8]])
def test_a_day_that_was_begun_is_continued(overdue: Kept, far_sighted: Kept, lives: list[int]) -> None:
    """Cut off after some slices, again and again, nothing is there twice and nothing is missing in the end."""
    end = horizon_of(overdue) + 5 * DAY
    for changes in lives:
        with pytest.raises(CutOffError):
            top_up(overdue, changes)
    top_up(overdue, 1000)

    assert horizon_of(overdue) == end
    assert planned(overdue, end - AHEAD) == planned(far_sighted, end - AHEAD)


def test_several_add_the_same_days(overdue: Kept, far_sighted: Kept) -> None:
    """Three at once add what one would have added."""
    end = horizon_of(overdue) + 5 * DAY
    top_up(overdue, 1000, 1000, 1000)

    assert horizon_of(overdue) == end
    assert planned(overdue, end - AHEAD) == planned(far_sighted, end - AHEAD)


def test_people_come_first_in_between(overdue: Kept, made: Kept) -> None:
    """Whoever starts a session while a day is half there is in nobody's way, and nobody in his."""
    with pytest.raises(CutOffError):
        top_up(overdue, 4)
    with resumed(overdue) as client:
        somebody = caller(client, overdue)
        somebody.advance("PT30H")
        begun = Teller(somebody, cast(made)).tells([("start", n, 3 * n) for n in range(24)])
    top_up(overdue, 1000)

    assert sum(body["object"] == "charging_session" for body in begun) > 3
    assert overlaps(overdue) == []


def top_up(kept: Kept, *changes: int) -> None:
    """Adds the days that are due, by processes that live for so many changes."""

    async def every() -> None:
        opened_ones = [Mortal(open_database(kept.url), most) for most in changes]
        try:
            await asyncio.gather(*map(one, opened_ones))
        finally:
            for each in opened_ones:
                each.close()

    async def one(database: Mortal) -> None:
        world = await database.ask(lambda db: named(db, "default"))
        assert world is not None
        await Builder(database, world, read(HAMLET).scenario, VENDORS, quiet).top_up(world.clock.at(wall_now()))

    asyncio.run(every())


def wait_for(happened: Callable[[], bool]) -> None:
    end = monotonic() + 30
    while not happened():
        assert monotonic() < end
        sleep(0.01)
