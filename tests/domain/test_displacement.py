"""A session that has begun displaces a planned one that needs its connector, car or driver at the same time."""

from dataclasses import replace
from typing import Any, Final

import pytest

from app.domain.clock import HOUR
from app.domain.sessions.view import displaced
from tests.domain.garage import MORNING, session

BEGUN: Final = replace(session(), driver="drv_one", unplugged_at=MORNING + HOUR)
ELSEWHERE: Final[dict[str, Any]] = {
    "station": "chst_other",
    "connector": "connector_b1",
    "vehicle": "veh_other",
    "driver": "drv_other",
}


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
        ({"driver": "drv_one", "vehicle": BEGUN.vehicle}, True),
    ],
)
def test_by_what_they_share(shared: dict[str, Any], expected: bool) -> None:  # noqa: FBT001 - a column of the table
    """The same connector of the same station, the same car or the same driver; half a connector is none."""
    planned = replace(BEGUN, created_at=MORNING + 1, **{**ELSEWHERE, **shared})

    assert displaced(BEGUN, planned) is expected


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
def test_by_when_they_are(created: int, unplugged: int, expected: bool) -> None:  # noqa: FBT001 - a column of the table
    """They overlap while both are plugged in; who comes when the other has just left is not in the way."""
    planned = replace(BEGUN, created_at=MORNING + created, unplugged_at=MORNING + unplugged)

    assert displaced(BEGUN, planned) is expected
    assert displaced(planned, BEGUN) is expected


def test_nobody_is_not_the_same_driver() -> None:
    """Two sessions without a driver share none."""
    alone = replace(BEGUN, driver=None)

    assert not displaced(alone, replace(alone, **{**ELSEWHERE, "driver": None}))
