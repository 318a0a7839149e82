"""Same scenario, seed, start and calls: same bodies, in any database, beside busy worlds, and after a reset."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.databases import Databases, Kept
from tests.laws.random_calls import CALL_LISTS, Call, CallRunner, inventory
from tests.laws.world_client import WITHOUT_SHRINKING, WorldClient, client_of_copy, world_client

pytestmark = pytest.mark.slow


def test_two_databases_show_the_same(databases: Databases, made: Kept, made_apart: Kept) -> None:
    """Worlds that two processes made from one scenario show the same, past and future, except for their keys."""
    with client_of_copy(databases, made) as one, client_of_copy(databases, made_apart) as other:
        instants = (None, "2026-02-20T07:00:00Z", "2026-03-07T19:20:21.022Z")

        assert [one.everything(at) for at in instants] == [other.everything(at) for at in instants]
        assert without_keys(one) == without_keys(other)
        assert one.keys != other.keys


@settings(max_examples=2, deadline=None, phases=WITHOUT_SHRINKING)
@given(calls=CALL_LISTS, elsewhere=CALL_LISTS)
def test_the_same_calls_get_the_same_bodies(
    databases: Databases, made: Kept, made_apart: Kept, calls: list[Call], elsewhere: list[Call]
) -> None:
    """Two databases answer the same calls with the same bodies, although another world of one is busy meanwhile."""
    with client_of_copy(databases, made) as one, client_of_copy(databases, made_apart) as other:
        alone = CallRunner(one, inventory(made)).run(calls)
        runner = CallRunner(other, inventory(made_apart))
        beside = CallRunner(world_client(other.http, made_apart, "documented"), inventory(made_apart, "documented"))
        disturbed = []
        for n, step in enumerate(calls):
            beside.run(elsewhere[n : n + 1])
            disturbed += runner.run([step])

        assert disturbed == alone
        assert other.everything() == one.everything()


@settings(max_examples=2, deadline=None, phases=WITHOUT_SHRINKING)
@given(before=CALL_LISTS, calls=CALL_LISTS, times=st.integers(1, 2))
def test_a_reset_world_answers_like_a_new_one(
    databases: Databases, made: Kept, made_apart: Kept, *, before: list[Call], calls: list[Call], times: int
) -> None:
    """After a reset calls get the bodies that they get in a new world, no matter what happened before."""
    with client_of_copy(databases, made) as used, client_of_copy(databases, made_apart) as new:
        CallRunner(used, inventory(made)).run(before)
        for _ in range(times):
            used.reset()

        assert CallRunner(used, inventory(made)).run(calls) == CallRunner(new, inventory(made)).run(calls)
        assert used.everything() == new.everything()


def without_keys(client: WorldClient) -> dict[str, Any]:
    """The world as the control API shows it, without its keys."""
    shown: dict[str, Any] = client.http.get(f"/_sandbox/v1/worlds/{client.world}").json()
    return {name: value for name, value in shown.items() if name != "credentials"}
