"""Planned sessions are invisible until they begin, and are replaced by sessions that callers start."""

from typing import Any, Final

import pytest
from hypothesis import given, settings

from app.domain.clock import HOUR, MINUTE, SECOND, instant, millis
from tests.conftest import Sandbox
from tests.databases import Databases, Kept
from tests.laws.random_calls import CALL_LISTS, Call, CallRunner, inventory, overlapping_sessions
from tests.laws.world_client import RESERVATIONS, SESSIONS, WITHOUT_SHRINKING, client_of_copy, world_client

NOON: Final = instant("2026-03-04T12:00:00Z")


@settings(max_examples=5, deadline=None, phases=WITHOUT_SHRINKING)
@given(calls=CALL_LISTS)
def test_sessions_never_overlap(databases: Databases, made: Kept, calls: list[Call]) -> None:
    """After random starts and ends no connector, vehicle or driver is in two sessions at the same time."""
    with client_of_copy(databases, made) as client:
        CallRunner(client, inventory(made)).run(calls)

        assert overlapping_sessions(client.kept) == []


@pytest.mark.parametrize("which", range(3))
def test_a_start_replaces_the_planned_session(sandbox: Sandbox, which: int) -> None:
    """A start just before a planned session on the same connector succeeds, and the planned session never appears."""
    planned = coming_sessions(sandbox)[which]
    sandbox.advance(f"PT{(planned['created_at'] - NOON) // SECOND - 1}S")
    started = sandbox.start(charging_station=planned["station"], connector=planned["connector"])
    sandbox.advance("PT12H")

    assert started.status_code == 200
    assert sandbox.charge(f"{SESSIONS}/{planned['id']}").status_code == 404
    assert overlapping_sessions(sandbox.kept) == []


def test_a_reservation_expires_when_its_session_is_replaced(sandbox: Sandbox) -> None:
    """A reservation whose connector another start takes stays confirmed, and expires when its window ends."""
    planned = sandbox.kept.dicts(
        "SELECT reservation.id, reserved_end, session.created_at, session.station, session.connector"
        " FROM reservation JOIN session ON session.world = reservation.world AND session.n = reservation.session"
        " JOIN connector ON connector.world = session.world AND connector.station = session.station"
        " AND connector.id = session.connector WHERE session.world = 1 AND session.created_at > :since"
        " AND connector.standard <> 'CHADEMO' ORDER BY session.created_at",
        since=NOON + MINUTE,
    )[0]
    client = world_client(sandbox.client, sandbox.kept)
    sandbox.advance(f"PT{(planned['created_at'] - NOON) // SECOND - 1}S")
    started = sandbox.start(charging_station=planned["station"], connector=planned["connector"])
    ends = planned["reserved_end"]
    statuses = [one(client.rows(RESERVATIONS, at=millis(at)), planned["id"]) for at in (ends - 1000, ends, ends + HOUR)]

    assert started.status_code == 200
    assert [row["status"] for row in statuses] == ["confirmed", "expired", "expired"]
    assert overlapping_sessions(sandbox.kept) == []


def test_planned_sessions_are_not_shown(sandbox: Sandbox) -> None:
    """Before it is created, a session is not found by its id, not listed, and cannot be ended."""
    for planned in coming_sessions(sandbox):
        assert sandbox.charge(f"{SESSIONS}/{planned['id']}").status_code == 404
        assert sandbox.end(planned["id"]).status_code == 404
        assert sandbox.charge(driver=planned["driver"], **{"created[gt]": millis(NOON)}).json()["data"] == []


def test_planned_sessions_begin_at_their_instants(sandbox: Sandbox) -> None:
    """Unless it is replaced, every planned session is active from the instant of its creation on."""
    for planned in coming_sessions(sandbox):
        at = millis(planned["created_at"])
        shown = sandbox.charge(f"{SESSIONS}/{planned['id']}", at=at)

        assert shown.status_code == 200
        assert shown.json()["status"] == "active"
        assert shown.json()["created"] == at


def coming_sessions(sandbox: Sandbox) -> list[dict[str, Any]]:
    """The next planned sessions at connectors that fit the sample vehicle."""
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
