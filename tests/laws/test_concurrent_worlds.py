"""Calls made at the same time in several worlds of one server get the answers that they get one world after another."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from random import Random
from time import monotonic
from typing import Final

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import Turns, resumed
from tests.databases import Databases, Kept
from tests.lanes import Length
from tests.laws.recorded_runs import PLANS, SCENARIOS, WORLDS, Answer, Plan, RecordedRun
from tests.laws.world_client import WITHOUT_SHRINKING
from tests.soak import results_table

pytestmark = pytest.mark.slow

_SECONDS: Final = 40
SEVERAL_PLANS = st.lists(PLANS, min_size=2, max_size=4)


@pytest.fixture(scope="module")
def with_templates(databases: Databases, made: Kept) -> Kept:
    """The made database with templates of all scenarios that plans use, except the last."""
    kept = databases.copy(made)
    with resumed(kept) as http:
        for n, (scenario, seed) in enumerate(SCENARIOS[:-1]):
            body = {"name": f"template-{n}", "scenario": scenario, "seed": seed}
            assert http.post(WORLDS, json=body).status_code == httpx2.codes.CREATED
            http.delete(f"{WORLDS}/template-{n}")
    return kept


@pytest.fixture(scope="module")
def examples(length: Length) -> settings:
    most = {Length.SHORT: 2, Length.MEDIUM: 8, Length.LONG: 5}[length]
    return settings(max_examples=most, deadline=None, phases=WITHOUT_SHRINKING, suppress_health_check=list(HealthCheck))


@pytest.fixture
def repeat(
    databases: Databases, examples: settings, turns: Turns, request: pytest.FixtureRequest
) -> Callable[[Callable[[], None]], None]:
    """Makes the examples of a property again and again, for the test's share of the soak."""

    def repeated(check: Callable[[], None]) -> None:
        begin, number = monotonic(), 0
        for _ in turns(_SECONDS):
            check()
            number += examples.max_examples
        part = "parallel calls" if "parallel" in request.node.name else "interleaved calls"
        told = f"{number:,} times 2 to 4 worlds, the answers those of separate calls"
        results_table.add(part, databases, seconds=monotonic() - begin, checked=told)

    return repeated


@pytest.mark.slow
def test_interleaved_calls_get_the_answers_of_separate_ones(
    databases: Databases, with_templates: Kept, examples: settings, repeat: Callable[[Callable[[], None]], None]
) -> None:
    """Worlds that make one call each in random order get the answers that each gets when it is the only one."""

    @examples
    @given(plans=SEVERAL_PLANS, chance=st.randoms(use_true_random=False))
    def interleave(plans: list[Plan], chance: Random) -> None:
        with runs_on_one_server(databases, with_templates, plans) as runs:
            turns = [each for each in runs for _ in range(each.steps)]
            chance.shuffle(turns)
            for each in turns:
                each.step()
            assert_same_answers([each.answers for each in runs], one_after_another(databases, with_templates, plans))

    repeat(interleave)


def test_parallel_calls_get_the_answers_of_separate_ones(
    databases: Databases, with_templates: Kept, examples: settings, repeat: Callable[[Callable[[], None]], None]
) -> None:
    """Worlds that are called from threads of their own get the answers that each gets when it is the only one."""

    @examples
    @given(plans=SEVERAL_PLANS)
    def run_in_parallel(plans: list[Plan]) -> None:
        with runs_on_one_server(databases, with_templates, plans) as runs, ThreadPoolExecutor(len(runs)) as threads:
            answers = list(threads.map(RecordedRun.run, runs))
        assert_same_answers(answers, one_after_another(databases, with_templates, plans))

    repeat(run_in_parallel)


def one_after_another(databases: Databases, with_templates: Kept, plans: Sequence[Plan]) -> list[list[Answer]]:
    """The answers of runs that each begin when the one before is over."""
    with runs_on_one_server(databases, with_templates, plans) as runs:
        return [each.run() for each in runs]


@contextmanager
def runs_on_one_server(
    databases: Databases, with_templates: Kept, plans: Sequence[Plan]
) -> Iterator[list[RecordedRun]]:
    """A run for each plan, all on one new server."""
    kept = databases.copy(with_templates)
    try:
        with resumed(kept) as http:
            yield [RecordedRun(http, kept, f"world-{n}", plan) for n, plan in enumerate(plans)]
    finally:
        databases.drop(kept)


def assert_same_answers(together: list[list[Answer]], alone: list[list[Answer]]) -> None:
    """Compares answer by answer, so that a failure shows the first difference and not two long lists."""
    for mine, expected in zip(together, alone, strict=True):
        for answer, other in zip(mine, expected, strict=False):
            assert answer == other
        assert len(mine) == len(expected)
    assert {status for mine in together for _, status, _, _ in mine} >= {httpx2.codes.OK}
