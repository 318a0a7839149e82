"""A start removes the planned sessions that it makes impossible, those that they led on to, and no others."""

from collections.abc import Iterable
from operator import itemgetter
from typing import Any

import pytest

from app.domain.clock import MINUTE, instant, millis
from tests.conftest import Sandbox
from tests.vendors.charge.pages import LATER, RESERVATIONS, SESSIONS, Row, every, ids, retrieve
from tests.vendors.charge.refusals import refusal

SHARED = {
    "place": ("charging_station", "connector"),
    "vehicle": ("vehicle",),
    "driver": ("driver",),
}
ORDERED = SHARED | {"driver": ("driver", "payment_method")}
"""What a start takes from a planned session; a driver pays with a card of the driver's own."""
TRAVELLERS = ("vehicle", "driver")


@pytest.mark.parametrize("shared", SHARED)
def test_a_planned_session_that_collides_is_dropped(sandbox: Sandbox, shared: str) -> None:
    """Planned sessions are removed if a start takes their connector, vehicle or driver."""
    before = every(sandbox, at=LATER)
    planned, started = _in_the_way(sandbox, shared)
    ended = retrieve(sandbox, started["id"], at=LATER)["session_ended"]
    unplugged = millis(instant(ended) + MINUTE)

    left = set(ids(every(sandbox, at=LATER)))
    gone = [row for row in before if row["id"] not in left]
    hindered = [
        row for row in before if started["created"] < row["created"] < unplugged and _shares(row, started, SHARED)
    ]

    assert set(ids(hindered)) <= set(ids(gone))
    assert planned["id"] in ids(gone)
    assert refusal(sandbox.charge(f"{SESSIONS}/{planned['id']}", at=LATER))[0] == 404


def test_plans_of_others_stay_as_they_were(sandbox: Sandbox) -> None:
    """A start removes a plan only for what the plan shares with the start, or with a plan removed before it."""
    before = every(sandbox, at=LATER)
    _, started = _in_the_way(sandbox, "place")

    after = every(sandbox, at=LATER)
    left = set(ids(after))
    gone = [row for row in before if row["id"] not in left]
    reached = [started]
    for row in sorted(gone, key=itemgetter("created")):
        assert _shares(row, started, SHARED) or any(_shares(row, each, TRAVELLERS) for each in reached)
        reached.append(row)

    assert [row for row in before if row["id"] in left] == [row for row in after if row["id"] != started["id"]]


def test_charge_019_a_reservation_without_its_session_expires(sandbox: Sandbox) -> None:
    """A reservation whose driver charges elsewhere stays confirmed to the end of its window, and then is expired."""
    reservation, planned = _reserved_session(sandbox)
    _go_to(sandbox, millis(instant(planned["created"]) - MINUTE))

    started = sandbox.start(driver=planned["driver"], payment_method=planned["payment_method"])
    reserved_end = instant(reservation["reserved_end"])
    statuses = [
        _reservation(sandbox, reservation["id"], at=at)["status"]
        for at in (planned["created"], millis(reserved_end - 1000), millis(reserved_end), LATER)
    ]

    assert started.status_code == 200
    assert statuses == ["confirmed", "confirmed", "expired", "expired"]
    assert planned["id"] not in ids(every(sandbox, at=LATER))


def _in_the_way(sandbox: Sandbox, shared: str) -> tuple[Row, dict[str, Any]]:
    """A planned session, and one that was started a minute before it and shares place, vehicle or driver with it."""
    now = sandbox.now()
    for planned in every(sandbox, at=LATER)[::-1]:
        begins = millis(instant(planned["created"]) - MINUTE)
        if begins < now:
            continue
        _go_to(sandbox, begins)
        answer = sandbox.start(**{name: planned[name] for name in ORDERED[shared]})
        if answer.status_code == 200:
            return planned, answer.json()
    pytest.fail("the town plans nothing that one could be in the way of")


def _shares(row: Row, other: Row, kinds: Iterable[str]) -> bool:
    """Whether two sessions have something of one of these kinds in common."""
    return any(all(row[name] == other[name] for name in SHARED[kind]) for kind in kinds)


def _reserved_session(sandbox: Sandbox) -> tuple[Row, Row]:
    """A reservation that is to be completed, and the planned session that completes it."""
    now = sandbox.now()
    planned = [row for row in every(sandbox, at=LATER) if row["created"] > now]
    for reservation in every(sandbox, f"{RESERVATIONS}?status=completed", at=LATER):
        for session in planned:
            same = all(session[name] == reservation[name] for name in ("driver", "vehicle", "charging_station"))
            if same and reservation["reserved_start"] <= session["created"] < reservation["reserved_end"]:
                return reservation, session
    pytest.fail("the town plans no session for a reservation")


def _reservation(sandbox: Sandbox, reservation: str, *, at: str) -> Row:
    return next(row for row in every(sandbox, RESERVATIONS, at=at) if row["id"] == reservation)


def _go_to(sandbox: Sandbox, instant_text: str) -> None:
    answer = sandbox.client.post("/_sandbox/v1/worlds/default/clock/advance", json={"to": instant_text})
    assert answer.status_code == 200, answer.text
