"""The future is a plan: what somebody does now makes room for itself, and nobody notices."""

from typing import Any, Final

import pytest
from hypothesis import given, settings

from app.domain.clock import HOUR, MINUTE, SECOND, instant, millis
from tests.conftest import Sandbox
from tests.databases import Databases, Kept
from tests.laws.callers import RESERVATIONS, SESSIONS, UNSHRUNK, caller, copied
from tests.laws.stories import STORIES, Step, Teller, cast, overlaps

NOON: Final = instant("2026-03-04T12:00:00Z")


@settings(max_examples=5, deadline=None, phases=UNSHRUNK)
@given(story=STORIES)
def test_no_story_puts_two_where_one_can_be(databases: Databases, made: Kept, story: list[Step]) -> None:
    """Whatever people start and end, no connector, car or driver is ever in two sessions, past or planned."""
    with copied(databases, made) as somebody:
        Teller(somebody, cast(made)).tells(story)

        assert overlaps(somebody.kept) == []


@pytest.mark.parametrize("which", range(3))
def test_a_start_takes_the_place_of_what_was_planned(sandbox: Sandbox, which: int) -> None:
    """Who plugs in just before somebody else would have takes the connector: the other session is never seen."""
    planned = coming(sandbox)[which]
    sandbox.advance(f"PT{(planned['created_at'] - NOON) // SECOND - 1}S")
    seen = sandbox.start(charging_station=planned["station"], connector=planned["connector"])
    sandbox.advance("PT12H")

    assert seen.status_code == 200
    assert sandbox.charge(f"{SESSIONS}/{planned['id']}").status_code == 404
    assert overlaps(sandbox.kept) == []


def test_a_reservation_expires_when_its_session_cannot_be(sandbox: Sandbox) -> None:
    """Whose reserved connector is taken by somebody does not charge: the reservation expires when its window ends."""
    planned = sandbox.kept.dicts(
        "SELECT reservation.id, reserved_end, session.created_at, session.station, session.connector"
        " FROM reservation JOIN session ON session.world = reservation.world AND session.n = reservation.session"
        " JOIN connector ON connector.world = session.world AND connector.station = session.station"
        " AND connector.id = session.connector WHERE session.world = 1 AND session.created_at > :since"
        " AND connector.standard <> 'CHADEMO' ORDER BY session.created_at",
        since=NOON + MINUTE,
    )[0]
    somebody = caller(sandbox.client, sandbox.kept)
    sandbox.advance(f"PT{(planned['created_at'] - NOON) // SECOND - 1}S")
    started = sandbox.start(charging_station=planned["station"], connector=planned["connector"])
    ends = planned["reserved_end"]
    statuses = [
        one(somebody.rows(RESERVATIONS, at=millis(at)), planned["id"]) for at in (ends - 1000, ends, ends + HOUR)
    ]

    assert started.status_code == 200
    assert [row["status"] for row in statuses] == ["confirmed", "expired", "expired"]
    assert overlaps(sandbox.kept) == []


def test_what_is_planned_is_not_seen(sandbox: Sandbox) -> None:
    """Nobody learns of a session before it is created: not by its id, not in any list, not by ending it."""
    for planned in coming(sandbox):
        assert sandbox.charge(f"{SESSIONS}/{planned['id']}").status_code == 404
        assert sandbox.end(planned["id"]).status_code == 404
        assert sandbox.charge(driver=planned["driver"], **{"created[gt]": millis(NOON)}).json()["data"] == []


def test_what_is_planned_comes_to_pass(sandbox: Sandbox) -> None:
    """Left alone, every planned session is there from its instant on, as active."""
    for planned in coming(sandbox):
        at = millis(planned["created_at"])
        shown = sandbox.charge(f"{SESSIONS}/{planned['id']}", at=at)

        assert shown.status_code == 200
        assert shown.json()["status"] == "active"
        assert shown.json()["created"] == at


def coming(sandbox: Sandbox) -> list[dict[str, Any]]:
    """The next sessions that are planned where the sample car could charge."""
    return sandbox.kept.dicts(
        "SELECT session.* FROM session JOIN connector ON connector.world = session.world"
        " AND connector.station = session.station AND connector.id = session.connector"
        " WHERE session.world = 1 AND channel = 'charge' AND created_at > :since AND standard <> 'CHADEMO'"
        " AND ended_at > created_at"
        " AND session.n NOT IN (SELECT session FROM reservation WHERE session IS NOT NULL)"
        " ORDER BY created_at LIMIT 5",
        since=NOON + MINUTE,
    )


def one(rows: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(row for row in rows if row["id"] == name)
