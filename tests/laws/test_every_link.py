"""In a world, all cars, drivers and users can have come from each of their sessions to the next one."""

from collections.abc import Collection
from typing import Any

import pytest
from hypothesis import given, settings

from tests.databases import Databases, Kept
from tests.laws.links import CALL_LISTS, Link, exported, is_possible, links, run
from tests.laws.random_calls import Call, CallRunner, inventory
from tests.laws.world_client import WITHOUT_SHRINKING, client_of, client_of_copy
from tests.served import read

pytestmark = pytest.mark.slow


@settings(max_examples=5, deadline=None, phases=WITHOUT_SHRINKING)
@given(calls=CALL_LISTS)
def test_every_link_is_possible_after_calls(databases: Databases, made: Kept, calls: list[Call]) -> None:
    """Of sessions that were drawn and of those that calls started or altered, none needs a faster or a fuller car."""
    with client_of_copy(databases, made) as client:
        before = ids(exported(client))
        runner = CallRunner(client, inventory(made))
        for call in calls:
            run(client, runner, call)

        assert faults(exported(client), set(runner.started) - before) == []


@pytest.mark.parametrize("by", ["P10DT3H", pytest.param("P2D", marks=pytest.mark.slow)])
def test_every_link_is_possible_after_late_plans(kept: Kept, made: Kept, by: str) -> None:
    """The same holds where days are planned around what callers started before."""
    with client_of(kept) as client:
        client.advance(by)
        before = ids(exported(client))
        runner = CallRunner(client, inventory(made))
        runner.run([("start", n, 3 * n) for n in range(24)])
        client.advance("P1D")
    with client_of(kept) as client:
        assert faults(exported(client), set(runner.started) - before) == []


def ids(world: dict[str, Any]) -> set[str]:
    return {row["id"] for row in world["sessions"]}


def faults(world: dict[str, Any], started: Collection[str]) -> list[Link]:
    """The links that are impossible, except those of sessions that the scenario places by hand."""
    by_hand = {placed.id for placed in read("village").scenario.objects.sessions}
    drawn = world | {"sessions": [row for row in world["sessions"] if row["id"] not in by_hand]}
    return [link for link in links(drawn) if not is_possible(drawn, link, started)]
