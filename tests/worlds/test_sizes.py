"""A world keeps the size that it was made with: at resets, restarts and when days are added."""

from collections.abc import Iterator

import pytest

from app.domain.clock import DAY
from app.worlds.startup import OtherDatabaseError
from tests.conftest import made_in
from tests.databases import Databases, Kept
from tests.laws.planned_days import CROFT, horizon_of, planned
from tests.laws.world_client import client_of

pytestmark = pytest.mark.slow

SIZE = 3_000
CROFT_DAYS = 7 + 7 + 3
"""The croft's past, its week, and what comes after that."""
OF_DEFAULT = "world = (SELECT n FROM world WHERE name = 'default' AND state = 'open')"


@pytest.fixture(scope="module")
def grown(databases: Databases) -> Kept:
    """A hamlet that was made with a number of sessions."""
    return made_in(databases, sessions=SIZE)


@pytest.fixture
def large(databases: Databases, grown: Kept) -> Iterator[Kept]:
    """A copy that the test may change."""
    copied = databases.copy(grown)
    yield copied
    databases.drop(copied)


def test_world_has_the_size_that_was_asked_for(large: Kept) -> None:
    """It has at least that number of sessions, and they are found by every index."""
    names = {index for (index,) in large.rows(INDEXES[large.url.partition(":")[0].partition("+")[0]])}

    assert SIZE <= sessions(large) < 1.1 * SIZE
    assert len(names) > 8


def test_reset_keeps_the_size(large: Kept) -> None:
    """Each row is as it was."""
    before = planned(large, horizon_of(large))
    with client_of(large) as client:
        client.reset()

    assert planned(large, horizon_of(large)) == before


def test_start_with_another_size_is_refused(large: Kept, kept: Kept) -> None:
    """A start must name the size of the world, or none."""
    with client_of(large, sessions=SIZE), client_of(large):
        pass
    for each in (large, kept):
        with pytest.raises(OtherDatabaseError, match=str(SIZE + 1)), client_of(each, sessions=SIZE + 1):
            pass


def test_added_days_have_as_many_sessions(databases: Databases) -> None:
    """In a town that goes on, the days that are added have as many sessions as those before."""
    large = made_in(databases, sessions=SIZE, **CROFT)
    horizon, before = horizon_of(large), sessions(large)
    with client_of(large, **CROFT) as client:
        client.advance("P12D")
    added = (horizon_of(large) - horizon) // DAY

    assert added == 8
    assert (sessions(large) - before) / added == pytest.approx(before / CROFT_DAYS, rel=0.15)
    databases.drop(large)


def sessions(kept: Kept) -> int:
    return int(kept.rows(f"SELECT count(*) FROM session WHERE {OF_DEFAULT}")[0][0])  # noqa: S608 - two parts of one statement


INDEXES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'session' AND sql IS NOT NULL",
    "postgresql": "SELECT indexname FROM pg_indexes WHERE tablename = 'session' AND indexname <> 'session_pkey'",
}
