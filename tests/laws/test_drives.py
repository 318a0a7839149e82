"""What calls change in a world keeps it possible: cars, drivers and users come from one session to the next."""

import pytest
from hypothesis import example, given, settings

from tests.databases import Databases, Kept
from tests.laws.links import CALL_LISTS, EVENTS, exported, is_possible, links, run
from tests.laws.random_calls import Call, CallRunner, inventory
from tests.laws.world_client import WITHOUT_SHRINKING, client_of_copy

pytestmark = pytest.mark.slow


@settings(max_examples=8, deadline=None, phases=WITHOUT_SHRINKING)
@given(calls=CALL_LISTS)
@example(calls=[("start", n % 12, 3 * n) for n in range(24)])
@example(calls=[(kind, n, 7 * n) for n in range(12) for kind in ("start", "advance", EVENTS[n % 4], "start", "end")])
def test_links_that_calls_change_are_possible(databases: Databases, made: Kept, calls: list[Call]) -> None:
    """Each new link obeys the law: no car charges between two sessions, and none is faster than a car can be."""
    with client_of_copy(databases, made) as client:
        before = exported(client)
        known = {link.key for link in links(before)}
        runner = CallRunner(client, inventory(made))
        for call in calls:
            run(client, runner, call)
        after = exported(client)
        started = {row["id"] for row in after["sessions"]} - {row["id"] for row in before["sessions"]}
        new = [link for link in links(after) if link.key not in known]

        assert new or not started
        assert [link for link in new if not is_possible(after, link, started)] == []
