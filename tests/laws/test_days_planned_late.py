"""Days that are planned when a server starts again are the days that would have been planned at first."""

import pytest

from app.domain.clock import NEVER, millis
from tests.databases import Databases, Kept
from tests.laws.planned_days import OVERLAP, horizon_of, ids, made_with_coming_days, planned
from tests.laws.random_calls import CallRunner, inventory, overlapping_sessions
from tests.laws.world_client import SESSIONS, client_of, client_of_copy


@pytest.fixture(scope="module")
def planned_early(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """The hamlet, planned for seventeen days ahead instead of three."""
    return made_with_coming_days(databases, tmp_path_factory.mktemp("early"), 17)


@pytest.mark.parametrize("advances", [["P9D"], pytest.param(["P5D", "PT36H", "P9D"], marks=pytest.mark.slow)])
def test_days_planned_late_equal_days_planned_early(
    databases: Databases, kept: Kept, planned_early: Kept, advances: list[str]
) -> None:
    """After advances beyond the horizon, each followed by a new start, all rows are as if planned at first."""
    for by in advances:
        with client_of(kept) as client:
            client.advance(by)
    with client_of(kept) as late, client_of_copy(databases, planned_early) as early:
        for by in advances:
            early.advance(by)
        instants = (None, millis(horizon_of(kept) - OVERLAP))

        assert [late.everything(at) for at in instants] == [early.everything(at) for at in instants]
    assert planned(kept, horizon_of(kept) - OVERLAP) == planned(planned_early, horizon_of(kept) - OVERLAP)
    assert ids(planned(kept, NEVER)) <= ids(planned(planned_early, NEVER))


def test_a_start_without_an_advance_plans_nothing(kept: Kept) -> None:
    """While the horizon is far enough away, a restart changes neither the rows nor the horizon."""
    first, horizon = planned(kept, horizon_of(kept)), horizon_of(kept)
    with client_of(kept):
        pass

    assert planned(kept, horizon_of(kept)) == first
    assert horizon_of(kept) == horizon


def test_days_planned_late_keep_sessions_started_before(kept: Kept, made: Kept) -> None:
    """A session that was started beyond the horizon is the same after the days around it have been planned."""
    with client_of(kept) as client:
        client.advance("P10DT3H")
        bodies = CallRunner(client, inventory(made)).run([("start", n, 3 * n) for n in range(8)])
        started = [body["id"] for body in bodies if body["object"] == "charging_session"]
        before = {each: client.get(f"{SESSIONS}/{each}").json() for each in started}
    with client_of(kept) as client:
        after = {each: client.get(f"{SESSIONS}/{each}").json() for each in started}

    assert len(started) > 3
    assert after == before


@pytest.mark.parametrize("by", ["P10DT1H", pytest.param("P8DT6H", marks=pytest.mark.slow)])
def test_days_planned_late_do_not_overlap_sessions_started_before(kept: Kept, made: Kept, by: str) -> None:
    """No planned session uses a connector, driver or vehicle at a time when a started session uses it."""
    with client_of(kept) as client:
        client.advance(by)
        CallRunner(client, inventory(made)).run([("start", n, 3 * n) for n in range(24)])
        client.advance("P1D")

        assert overlapping_sessions(kept) == []

    with client_of(kept):
        assert overlapping_sessions(kept) == []
