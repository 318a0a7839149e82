"""What people do changes nothing earlier: a session shows at any instant before what it showed then."""

from collections.abc import Iterator
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.clock import MILLISECOND, MINUTE, SECOND, instant, millis
from tests.conftest import Sandbox
from tests.databases import Databases, Kept
from tests.laws.callers import SESSIONS, Caller, copied

NOON: Final = instant("2026-03-04T12:00:00Z")
PATHS: Final = (SESSIONS, f"{SESSIONS}?status=active", "/v1/reservations?status=confirmed", "/v1/reservations")


def test_ending_a_session_keeps_what_it_was(sandbox: Sandbox) -> None:
    """Energy, cost, status and `updated` at instants before the end are the same before and after it."""
    started = sandbox.start().json()["id"]
    ended = NOON + 15 * MINUTE
    instants = [millis(at) for at in (NOON, NOON + 61 * SECOND, NOON + 9 * MINUTE, ended - SECOND, ended - MILLISECOND)]
    sandbox.advance("PT15M")
    before = [at_instant(sandbox, started, at) for at in instants]
    sandbox.end(started)
    sandbox.advance("PT5H")

    assert [at_instant(sandbox, started, at) for at in instants] == before
    assert [body["status"] for body in before] == ["active"] * 5


def test_the_end_was_not_yet_seen_before_it(sandbox: Sandbox) -> None:
    """Until the instant at which somebody ended it a session is shown as active, from then on as completed."""
    started = sandbox.start().json()["id"]
    sandbox.advance("PT15M")
    sandbox.end(started)
    ended = NOON + 15 * MINUTE

    assert at_instant(sandbox, started, millis(ended - 1_000))["status"] == "active"
    assert at_instant(sandbox, started, millis(ended))["status"] == "completed"
    assert at_instant(sandbox, started, millis(ended))["session_ended"] == millis(ended)


def test_a_start_is_seen_from_its_instant_on(sandbox: Sandbox) -> None:
    """Before the instant of its creation there is no such session, neither by its id nor in a list."""
    sandbox.advance("PT1M")
    started = sandbox.start().json()
    earlier = millis(instant(started["created"]) - 1_000)

    assert sandbox.charge(f"{SESSIONS}/{started['id']}", at=earlier).status_code == 404
    assert started["id"] not in {row["id"] for row in sandbox.charge(at=earlier).json()["data"]}
    assert started["id"] == sandbox.charge(at=started["created"]).json()["data"][0]["id"]


@settings(max_examples=12, deadline=None)
@given(earlier=st.integers(NOON - 500 * MINUTE, NOON - 1_000).map(millis))
def test_nothing_done_now_shows_in_the_past(reader: Caller, busy: Caller, earlier: str) -> None:
    """Lists of any earlier instant are the same in a world where people have started and ended sessions since."""
    then = {path: reader.get(path, earlier).json() for path in PATHS}

    assert {path: busy.get(path, earlier).json() for path in PATHS} == then


@pytest.fixture(scope="module")
def busy(databases: Databases, made: Kept) -> Iterator[Caller]:
    """Somebody who calls a world in which an active session was ended, and one was started and ended."""
    with copied(databases, made) as somebody:
        active = somebody.rows(SESSIONS, "&status=active")[0]["id"]
        sample = somebody.client.get("/_sandbox/v1/worlds/default").json()["sample"]["charge"]
        started = somebody.post(SESSIONS, {name: value for name, value in sample.items() if name != "fleet"}).json()[
            "id"
        ]
        somebody.advance("PT10M")
        ended = [somebody.post(f"{SESSIONS}/{each}/end").json()["status"] for each in (active, started)]

        assert ended == ["completed", "completed"]

        yield somebody


def at_instant(sandbox: Sandbox, session: str, at: str) -> dict[str, Any]:
    """A session as it was at an instant."""
    body: dict[str, Any] = sandbox.charge(f"{SESSIONS}/{session}", at=at).json()
    return body
