"""A session's power and energy are at most what vehicle and connector can do, however it was planned and changed."""

from contextlib import suppress
from dataclasses import replace
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.clock import MILLISECOND
from app.domain.errors import Refusal
from app.domain.sessions.possible import ENERGY, POWER, impossibilities
from app.domain.sessions.power_plan import Plan, unpacked
from app.domain.sessions.replan import totals
from tests.domain.examples import HPC, ID3, WALLBOX, Visit, session, visits
from tests.domain.test_replan import ALL

MOSTLY: Final = ("time_cost", "blocking_cost")
CHANGES: Final = st.lists(st.tuples(st.sampled_from(sorted(ALL)), st.floats(0, 1.1)), max_size=3)


@settings(deadline=None, max_examples=200)
@given(visit=visits(), changes=CHANGES)
def test_planned_and_replanned_sessions_are_possible(visit: Visit, changes: list[tuple[str, float]]) -> None:
    """No plan is refused that Wattif makes, and no bill; of the time, some may not be billed."""
    planned = visit.session
    for name, share in changes:
        span = planned.unplugged_at - planned.created_at
        at = planned.created_at + int(share * span) // MILLISECOND * MILLISECOND
        with suppress(Refusal):
            planned = ALL[name](visit, planned, at)
    due = totals(unpacked(planned.plan), planned.tariff, planned.ended_at - planned.started_at)

    assert list(impossibilities(planned, visit.vehicle, visit.connector)) == []
    assert all(getattr(planned, name) == value for name, value in due.items() if name not in MOSTLY)
    assert all(getattr(planned, name) <= due[name] for name in MOSTLY)


@pytest.mark.parametrize(
    ("plan", "bounds"),
    [
        (((0, 0, 150, 0), (0.1, 15, 0, 0)), []),
        (((0, 0, 151, 0), (0.1, 15.1, 0, 0)), [POWER, ENERGY]),
        (((0, 0, 150, 0), (0.3, 45, 0, 0)), [ENERGY]),
        (((0, 0, 0, 0), (0.1, 16, 0, 0)), [ENERGY]),
        (((0, 0, 900, 0), (0.016, 14.4, 0, 0)), []),
    ],
    ids=["at the limit", "too much power", "too much for the battery", "too much for the time", "at once"],
)
def test_bounds_of_a_session_on_direct_current(plan: Plan, bounds: list[str]) -> None:
    """Power is at most the connector's and the vehicle's; a reading that comes at once has no power to speak of."""
    vehicle = replace(ID3, dc=((0.0, 150.0), (1.0, 150.0)))
    made = session(vehicle, HPC, plan=plan, soc=0.4)

    assert [each.bound for each in impossibilities(made, vehicle, HPC)] == bounds


def test_bounds_of_a_session_on_alternating_current() -> None:
    """The on-board charger counts, and the phases that vehicle and connector share."""
    made = session(ID3, WALLBOX, plan=((0, 0, 11.1, 0), (1, 11.1, 0, 0)), soc=0.4)
    [power, _] = impossibilities(made, ID3, WALLBOX)

    assert power == (POWER, "11.1 kW are more than the 11 kW of connector and vehicle")
