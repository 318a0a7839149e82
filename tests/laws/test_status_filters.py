"""At any instant a status filter finds exactly the rows that show the status."""

from collections.abc import Iterator
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.clock import DAY, MILLISECOND, instant, millis
from tests.databases import Databases, Kept
from tests.laws.world_client import RESERVATIONS, SESSIONS, WorldClient, client_of_copy

NOON: Final = instant("2026-03-04T12:00:00Z")
STATUSES: Final = {
    SESSIONS: ("active", "completed", "cancelled", "failed"),
    RESERVATIONS: ("pending", "confirmed", "completed", "cancelled", "failed", "expired"),
}
INSTANTS: Final = st.integers(NOON - 20 * DAY, NOON + 4 * DAY)


@pytest.fixture(scope="module")
def varied(databases: Databases, made: Kept) -> Iterator[WorldClient]:
    """A client of a world in which sessions were started, ended, ended immediately and failed by a fault."""
    with client_of_copy(databases, made) as client:
        usual = client.start_body()
        faulty = usual | {"charging_station": "chst_MagicStationFaulty00000000000000"}
        unpaid = usual | {"payment_method": "pm_MagicCardFailsAtSettlement000000"}
        for body, ends in ((usual, True), (unpaid, True), (faulty, False), (usual, False)):
            started = client.post(SESSIONS, body).json()["id"]
            client.advance("PT3M")
            if ends:
                client.post(f"{SESSIONS}/{started}/end")
            client.advance("PT30M")
        yield client


@pytest.mark.parametrize("path", STATUSES)
@settings(max_examples=5, deadline=None)
@given(at=INSTANTS)
def test_status_filters_find_the_rows_of_that_status(varied: WorldClient, path: str, at: int) -> None:
    """At a random instant every filter finds the rows of the whole list that show its status, in the same order."""
    every = varied.rows(path, at=millis(at))

    assert partition(varied, path, at) == {
        status: [row for row in every if row["status"] == status] for status in STATUSES[path]
    }
    assert {row["status"] for row in every} <= set(STATUSES[path])


@pytest.mark.parametrize("path", STATUSES)
def test_status_filters_are_exact_at_boundaries(varied: WorldClient, path: str) -> None:
    """At the instant at which a row changes its status, and one millisecond before, every filter is exact."""
    rows = varied.rows(path)[:120:12]
    changes = [row["session_ended"] or row["updated"] if path == SESSIONS else row["updated"] for row in rows]
    for change in (instant(change) for change in changes):
        for at in (change - MILLISECOND, change):
            every = {row["id"]: row["status"] for row in varied.rows(path, at=millis(at))}
            found = partition(varied, path, at)

            assert {row["id"]: status for status, some in found.items() for row in some} == every
            assert [row["status"] for some in found.values() for row in some] == [
                status for status, some in found.items() for _ in some
            ]


@settings(max_examples=5, deadline=None)
@given(at=INSTANTS, who=st.sampled_from(["driver", "vehicle", "fleet"]), which=st.integers(0, 40), data=st.data())
def test_filters_can_be_combined(varied: WorldClient, at: int, who: str, which: int, data: st.DataObject) -> None:
    """A status combined with a driver, a vehicle or a fleet finds the rows that match both."""
    path = SESSIONS if who == "fleet" else data.draw(st.sampled_from(sorted(STATUSES)))
    status = data.draw(st.sampled_from(STATUSES[path]))
    every = varied.rows(path, at=millis(at))
    named = every[which % len(every)][who] if every else None
    if named is None:
        return

    assert varied.rows(path, f"&{who}={named}&status={status}", millis(at)) == [
        row for row in every if row[who] == named and row["status"] == status
    ]


def test_every_status_occurs(varied: WorldClient) -> None:
    """The rows that the other tests filter have every status."""
    found = {path: {row["status"] for row in varied.rows(path)} for path in STATUSES}

    assert found == {path: set(statuses) for path, statuses in STATUSES.items()}


def partition(varied: WorldClient, path: str, at: int) -> dict[str, list[dict[str, Any]]]:
    """The rows that each filter finds."""
    return {status: varied.rows(path, f"&status={status}", millis(at)) for status in STATUSES[path]}
