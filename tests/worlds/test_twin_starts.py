"""Of servers that start together on an empty database one makes the world, and the others must want the same."""

import asyncio
from contextlib import closing

import pytest

from app.main import VENDORS
from app.store import worlds
from app.store.database.url import open_database
from app.store.world import World
from app.worlds.build import quiet
from app.worlds.lifecycle import DEFAULT, Worlds
from app.worlds.make import Wanted
from app.worlds.startup import OtherDatabaseError, prepare
from tests.conftest import HAMLET
from tests.databases import Kept

pytestmark = pytest.mark.slow


async def start_together(url: str, *wanted: Wanted) -> tuple[list[object], World | None]:
    """The results of starts at one time, each on a connection of its own, and the world that is there afterwards."""
    databases = [open_database(url) for _ in wanted]
    try:
        starts = (
            prepare(database, Worlds(database, vendors=VENDORS), each, quiet)
            for database, each in zip(databases, wanted, strict=True)
        )
        results = await asyncio.gather(*starts, return_exceptions=True)
        with closing(open_database(url)) as database:
            return list(results), await database.ask(lambda db: worlds.named(db, DEFAULT))
    finally:
        for database in databases:
            database.close()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Wanted(HAMLET, seed=2), Wanted(HAMLET, seed=3)),
        pytest.param(
            Wanted(HAMLET, start="2026-03-04T12:00:00Z"),
            Wanted(HAMLET, start="2026-03-11T12:00:00Z"),
            marks=pytest.mark.slow,
        ),
        pytest.param(Wanted(HAMLET), Wanted(HAMLET, sessions=2_000), marks=pytest.mark.slow),
    ],
    ids=["seed", "start", "sessions"],
)
def test_second_server_that_wants_another_world_is_refused(empty: Kept, one: Wanted, other: Wanted) -> None:
    """One start succeeds and its world is there; the other one reports what the database holds."""
    results, there = asyncio.run(start_together(empty.url, one, other))
    refused = [result for result in results if isinstance(result, BaseException)]

    assert there is not None
    # A start that asks for no number of sessions takes what is there.
    if not (other.sessions and there.sessions):
        assert [type(result) for result in refused] == [OtherDatabaseError]


def test_servers_that_want_the_same_world_start(empty: Kept) -> None:
    """Neither is refused, and there is one world as both wanted it, at the speed that both wanted."""
    results, there = asyncio.run(start_together(empty.url, *[Wanted(HAMLET, seed=5, speed=60.0)] * 2))

    assert [result for result in results if isinstance(result, BaseException)] == []
    assert there is not None
    assert (there.seed, there.clock.speed) == (5, 60.0)
    assert [row[0] for row in empty.rows("SELECT count(*) FROM world WHERE state = 'open' AND name = 'default'")] == [1]
