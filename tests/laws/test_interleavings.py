"""Stories told at one time on one server, each in a world of its own, are answered as if told one after another."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from random import Random

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import resumed
from tests.databases import Databases, Kept
from tests.laws.callers import UNSHRUNK
from tests.laws.narrators import ORIGINS, PLOTS, WORLDS, Answer, Narrator, Plot

SOME = st.lists(PLOTS, min_size=2, max_size=4)


@pytest.fixture(scope="module")
def stocked(databases: Databases, made: Kept) -> Kept:
    """The made database, in which there are templates of most of what stories begin with."""
    kept = databases.copy(made)
    with resumed(kept) as client:
        for n, (scenario, seed) in enumerate(ORIGINS[:-1]):
            wanted = {"name": f"stock-{n}", "scenario": scenario, "seed": seed}
            assert client.post(WORLDS, json=wanted).status_code == httpx2.codes.CREATED
            client.delete(f"{WORLDS}/stock-{n}")
    return kept


@pytest.fixture(scope="module")
def examples(pytestconfig: pytest.Config) -> settings:
    """A few stories, or many."""
    most = 150 if pytestconfig.getoption("long", default=False) else 2
    return settings(max_examples=most, deadline=None, phases=UNSHRUNK, suppress_health_check=list(HealthCheck))


def test_taking_turns(databases: Databases, stocked: Kept, examples: settings) -> None:
    """Whoever's turn it is makes one call; each is answered as if there were nobody else."""

    @examples
    @given(plots=SOME, chance=st.randoms(use_true_random=False))
    def told(plots: list[Plot], chance: Random) -> None:
        with narrators(databases, stocked, plots) as several:
            turns = [each for each in several for _ in range(len(each.story) + 2)]
            chance.shuffle(turns)
            for each in turns:
                each.goes_on()
            assert_as_alone([each.told for each in several], one_after_another(databases, stocked, plots))

    told()


def test_all_at_once(databases: Databases, stocked: Kept, examples: settings) -> None:
    """Nobody waits for another one's answer, and each is answered as if there were nobody else."""

    @examples
    @given(plots=SOME)
    def told(plots: list[Plot]) -> None:
        with narrators(databases, stocked, plots) as several, ThreadPoolExecutor(len(several)) as threads:
            at_once = list(threads.map(Narrator.tells, several))
        assert_as_alone(at_once, one_after_another(databases, stocked, plots))

    told()


def one_after_another(databases: Databases, stocked: Kept, plots: Sequence[Plot]) -> list[list[Answer]]:
    """What the stories are answered with where each begins when the one before is over."""
    with narrators(databases, stocked, plots) as several:
        return [each.tells() for each in several]


@contextmanager
def narrators(databases: Databases, stocked: Kept, plots: Sequence[Plot]) -> Iterator[list[Narrator]]:
    """One for each story, on a server of their own."""
    kept = databases.copy(stocked)
    try:
        with resumed(kept) as client:
            yield [Narrator(client, kept, f"world-{n}", plot) for n, plot in enumerate(plots)]
    finally:
        databases.drop(kept)


def assert_as_alone(told: list[list[Answer]], alone: list[list[Answer]]) -> None:
    """The first difference, if there is one, is shown by itself: stories are long."""
    for mine, other in zip(told, alone, strict=True):
        for answer, expected in zip(mine, other, strict=False):
            assert answer == expected
        assert len(mine) == len(other)
    assert {status for mine in told for _, status, _, _ in mine} >= {httpx2.codes.OK}
