"""Sessions collide that hold the same connector, vehicle, driver or user at the same time."""

from dataclasses import replace
from itertools import combinations
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.clock import HOUR
from app.domain.exclusivity import EVERYTHING, PHYSICAL, collide, collisions, held
from app.domain.models import Session
from tests.domain.examples import MORNING, session

BEGUN: Final = replace(session(), driver="drv_one", user="user_one", unplugged_at=MORNING + HOUR)
ELSEWHERE: Final[dict[str, Any]] = {
    "station": "chst_other",
    "connector": "connector_b1",
    "vehicle": "veh_other",
    "driver": "drv_other",
    "user": "user_other",
}
PEOPLE: Final = st.sampled_from([None, "one", "two"])


@st.composite
def crowds(draw: st.DrawFn) -> list[Session]:
    """Sessions that share few connectors, vehicles and people; some begin or end together, some have no duration."""
    spans = draw(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 5)), min_size=2, max_size=8))
    return [
        replace(
            BEGUN,
            n=n,
            station=draw(st.sampled_from(["here", "there"])),
            connector=draw(st.sampled_from(["left", "right"])),
            vehicle=draw(st.sampled_from(["red", "green", "blue"])),
            driver=draw(PEOPLE),
            user=draw(PEOPLE),
            created_at=MORNING + begin,
            unplugged_at=MORNING + begin + lasts,
        )
        for n, (begin, lasts) in enumerate(spans)
    ]


@pytest.mark.parametrize(
    ("shared", "expected"),
    [
        ({}, False),
        ({"station": BEGUN.station, "connector": BEGUN.connector}, True),
        ({"station": BEGUN.station}, False),
        ({"connector": BEGUN.connector}, False),
        ({"vehicle": BEGUN.vehicle}, True),
        ({"driver": "drv_one"}, True),
        ({"driver": None}, False),
        ({"user": "user_one"}, True),
        ({"user": None}, False),
        ({"driver": "drv_one", "vehicle": BEGUN.vehicle}, True),
    ],
)
def test_sessions_collide_by_what_they_share(shared: dict[str, Any], expected: bool) -> None:  # noqa: FBT001 - a column of the table
    """They share a connector of the same station, a vehicle, a driver or a user; a station alone is not enough."""
    planned = replace(BEGUN, created_at=MORNING + 1, **{**ELSEWHERE, **shared})

    assert collide(BEGUN, planned) is expected
    assert collide(planned, BEGUN) is expected


@pytest.mark.parametrize(
    ("created", "unplugged", "expected"),
    [
        (-2 * HOUR, -HOUR, False),
        (-HOUR, 0, False),
        (-HOUR, 1, True),
        (0, HOUR, True),
        (1, 2, True),
        (HOUR - 1, 3 * HOUR, True),
        (HOUR, 3 * HOUR, False),
        (2 * HOUR, 3 * HOUR, False),
        (-HOUR, 3 * HOUR, True),
    ],
)
def test_sessions_collide_by_when_they_are(created: int, unplugged: int, expected: bool) -> None:  # noqa: FBT001 - a column of the table
    """They overlap while both vehicles are plugged in; a vehicle may come at the instant at which another leaves."""
    planned = replace(BEGUN, created_at=MORNING + created, unplugged_at=MORNING + unplugged)

    assert collide(BEGUN, planned) is expected
    assert collide(planned, BEGUN) is expected


def test_sessions_without_a_person_share_none() -> None:
    """Two sessions without a driver and a user do not collide because of that."""
    alone = replace(BEGUN, driver=None, user=None)

    assert not collide(alone, replace(alone, **{**ELSEWHERE, "driver": None, "user": None}))
    assert [kind for kind, _ in held(alone)] == list(PHYSICAL)


def test_a_person_counts_only_where_it_is_asked_for() -> None:
    """By `PHYSICAL` alone one driver may charge two vehicles."""
    other = replace(BEGUN, **{**ELSEWHERE, "driver": BEGUN.driver})

    assert collide(BEGUN, other)
    assert not collide(BEGUN, other, PHYSICAL)


@pytest.mark.parametrize("kinds", [EVERYTHING, PHYSICAL])
@given(crowd=crowds())
@settings(max_examples=200)
def test_a_list_of_sessions_collides_where_a_pair_does(crowd: list[Session], kinds: tuple[str, ...]) -> None:
    """The sessions that are reported are those that collide with one that was created before."""
    in_time = sorted(crowd, key=lambda it: (it.created_at, it.unplugged_at))
    expected = {
        (later.n, kind)
        for earlier, later in combinations(in_time, 2)
        for kind in kinds
        if collide(earlier, later, [kind])
    }

    found = list(collisions(crowd, kinds))

    assert {(later, kind) for kind, _, later in found} == expected
    assert all(collide(crowd[earlier], crowd[later], [kind]) for kind, earlier, later in found)
