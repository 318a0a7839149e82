"""A clock at full speed passes the same days as one that is advanced."""

import pytest

from app.domain.clock import DAY
from tests.conftest import made_in, on_sqlite
from tests.databases import Databases
from tests.laws.planned_days import CROFT, OVERLAP, gaps_of, horizon_of, planned, wait_for
from tests.laws.world_client import client_of_copy

pytestmark = pytest.mark.slow
CLOCK = "/_sandbox/v1/worlds/default/clock"
DAYS = 100


@on_sqlite
def test_days_at_full_speed_are_those_of_advances(databases: Databases) -> None:
    """After a hundred days at speed 1,000,000, and after advances of forty days, the sessions are the same."""
    croft = made_in(databases, **CROFT)
    with client_of_copy(databases, croft, **CROFT) as advanced, client_of_copy(databases, croft, **CROFT) as fast:
        horizon = horizon_of(fast.kept)
        fast.set_speed(1_000_000)
        wait_for(lambda: horizon_of(fast.kept) > horizon + DAYS * DAY)
        stopped_at = fast.set_speed(0).json()["now"]
        wait_for(lambda: not gaps_of(fast.kept) and fast.http.get(CLOCK).json()["horizon"] > stopped_at)
        while advanced.http.get(CLOCK).json()["now"] < stopped_at:
            advanced.advance("P40D")
        until = horizon_of(fast.kept) - OVERLAP

        assert planned(fast.kept, until) == planned(advanced.kept, until)
