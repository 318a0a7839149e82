"""A status filter finds exactly the rows that show the status, at any instant; together they are the whole list."""

from collections.abc import Iterator
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.clock import DAY, MILLISECOND, instant, millis
from tests.databases import Databases, Kept
from tests.laws.callers import RESERVATIONS, SESSIONS, Caller, copied

NOON: Final = instant("2026-03-04T12:00:00Z")
STATUSES: Final = {
    SESSIONS: ("active", "completed", "cancelled", "failed"),
    RESERVATIONS: ("pending", "confirmed", "completed", "cancelled", "failed", "expired"),
}
INSTANTS: Final = st.integers(NOON - 20 * DAY, NOON + 4 * DAY)


@pytest.fixture(scope="module")
def lively(databases: Databases, made: Kept) -> Iterator[Caller]:
    """Somebody who calls a world in which sessions were started, ended, ended at once and left to a fault."""
    with copied(databases, made) as somebody:
        order = somebody.order()
        faulty = order | {"charging_station": "chst_MagicStationFaulty00000000000000"}
        unpaid = order | {"payment_method": "pm_MagicCardFailsAtSettlement000000"}
        for body, ends in ((order, True), (unpaid, True), (faulty, False), (order, False)):
            started = somebody.post(SESSIONS, body).json()["id"]
            somebody.advance("PT3M")
            if ends:
                somebody.post(f"{SESSIONS}/{started}/end")
            somebody.advance("PT30M")
        yield somebody


@pytest.mark.parametrize("path", STATUSES)
@settings(max_examples=5, deadline=None)
@given(at=INSTANTS)
def test_each_status_finds_what_shows_it(lively: Caller, path: str, at: int) -> None:
    """At a random instant every status finds the rows of the whole list that show it, in the same order."""
    every = lively.rows(path, at=millis(at))

    assert partition(lively, path, at) == {
        status: [row for row in every if row["status"] == status] for status in STATUSES[path]
    }
    assert {row["status"] for row in every} <= set(STATUSES[path])


@pytest.mark.parametrize("path", STATUSES)
def test_each_status_finds_what_shows_it_at_boundaries(lively: Caller, path: str) -> None:
    """The same at the very instants at which a row changes its status, and one millisecond before."""
    rows = lively.rows(path)[:120:12]
    changes = [row["session_ended"] or row["updated"] if path == SESSIONS else row["updated"] for row in rows]
    for change in (instant(change) for change in changes):
        for at in (change - MILLISECOND, change):
            every = {row["id"]: row["status"] for row in lively.rows(path, at=millis(at))}
            found = partition(lively, path, at)

            assert {row["id"]: status for status, some in found.items() for row in some} == every
            assert [row["status"] for some in found.values() for row in some] == [
                status for status, some in found.items() for _ in some
            ]


@settings(max_examples=5, deadline=None)
@given(at=INSTANTS, who=st.sampled_from(["driver", "vehicle", "fleet"]), which=st.integers(0, 40), data=st.data())
def test_filters_narrow_one_another(lively: Caller, at: int, who: str, which: int, data: st.DataObject) -> None:
    """A status together with a driver, a vehicle or a fleet finds the rows that have both."""
    path = SESSIONS if who == "fleet" else data.draw(st.sampled_from(sorted(STATUSES)))
    status = data.draw(st.sampled_from(STATUSES[path]))
    every = lively.rows(path, at=millis(at))
    named = every[which % len(every)][who] if every else None
    if named is None:
        return

    assert lively.rows(path, f"&{who}={named}&status={status}", millis(at)) == [
        row for row in every if row[who] == named and row["status"] == status
    ]


def test_every_status_occurs(lively: Caller) -> None:
    """The filters above are tried on rows of every status there is."""
    found = {path: {row["status"] for row in lively.rows(path)} for path in STATUSES}

    assert found == {path: set(statuses) for path, statuses in STATUSES.items()}


def partition(lively: Caller, path: str, at: int) -> dict[str, list[dict[str, Any]]]:
    """What each status finds."""
    return {status: lively.rows(path, f"&status={status}", millis(at)) for status in STATUSES[path]}
