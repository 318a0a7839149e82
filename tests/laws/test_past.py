"""A change has no effect on earlier instants: X-Sandbox-At shows of them what they showed before the change."""

from collections.abc import Iterator
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.clock import DAY, MILLISECOND, MINUTE, SECOND, instant, millis
from tests.conftest import Sandbox
from tests.databases import Databases, Kept
from tests.laws.world_client import ALL_DAYS, SESSIONS, WorldClient, client_of_copy, world_client

WORLDS: Final = "/_sandbox/v1/worlds"
NOON: Final = instant("2026-03-04T12:00:00Z")
PATHS: Final = (SESSIONS, f"{SESSIONS}?status=active", "/v1/reservations?status=confirmed", "/v1/reservations")


def test_an_ended_session_keeps_its_past(sandbox: Sandbox) -> None:
    """Energy, cost, status and `updated` at instants before the end are the same before and after ending it."""
    started = sandbox.start().json()["id"]
    ended = NOON + 15 * MINUTE
    instants = [millis(at) for at in (NOON, NOON + 61 * SECOND, NOON + 9 * MINUTE, ended - SECOND, ended - MILLISECOND)]
    sandbox.advance("PT15M")
    before = [at_instant(sandbox, started, at) for at in instants]
    sandbox.end(started)
    sandbox.advance("PT5H")

    assert [at_instant(sandbox, started, at) for at in instants] == before
    assert [body["status"] for body in before] == ["active"] * 5


def test_an_end_is_shown_from_its_instant_on(sandbox: Sandbox) -> None:
    """A session is active until the instant at which it was ended, and completed from then on."""
    started = sandbox.start().json()["id"]
    sandbox.advance("PT15M")
    sandbox.end(started)
    ended = NOON + 15 * MINUTE

    assert at_instant(sandbox, started, millis(ended - 1_000))["status"] == "active"
    assert at_instant(sandbox, started, millis(ended))["status"] == "completed"
    assert at_instant(sandbox, started, millis(ended))["session_ended"] == millis(ended)


def test_a_session_that_waits_for_power_shows_no_start(sandbox: Sandbox) -> None:
    """`session_started` is null until power flows, also when that instant is asked for after the end (CHARGE-031)."""
    planned = next(
        row
        for row in reversed(sandbox.charge(at=millis(NOON + 2 * DAY), limit=50).json()["data"])
        if row["created"] > millis(NOON) and instant(row["session_started"]) > instant(row["created"]) + 2 * SECOND
    )
    created = instant(planned["created"])
    sandbox.client.post(f"{WORLDS}/default/clock/advance", json={"to": millis(created + SECOND)})
    before = [at_instant(sandbox, planned["id"], millis(at)) for at in (created, created + SECOND - MILLISECOND)]
    sandbox.end(planned["id"])

    assert [body["session_started"] for body in before] == [None, None]
    assert [at_instant(sandbox, planned["id"], body["updated"]) for body in before[:1]] == before[:1]
    assert at_instant(sandbox, planned["id"], millis(created + SECOND - MILLISECOND)) == before[1]


def test_an_end_at_a_silent_station_keeps_its_past(sandbox: Sandbox) -> None:
    """An end through the API is shown at once, and no event later in the silence takes it back."""
    started = sandbox.start().json()
    silent = {"event": "station_silent", "id": started["charging_station"], "for": "PT1H"}
    sandbox.client.post(f"{WORLDS}/default/simulate", json=silent).raise_for_status()
    sandbox.advance("PT10M")
    sandbox.end(started["id"])
    sandbox.advance("PT2S")
    before = sandbox.charge(f"{SESSIONS}/{started['id']}").json()
    sandbox.advance("PT1S")
    events = [{"event": event, "id": started["id"]} for event in ("payment_fails", "unplug")]
    answers = [sandbox.client.post(f"{WORLDS}/default/simulate", json=event).status_code for event in events]

    assert answers == [200, 200]
    assert (before["status"], before["session_ended"]) == ("completed", millis(NOON + 10 * MINUTE))
    assert at_instant(sandbox, started["id"], millis(NOON + 10 * MINUTE + 2 * SECOND)) == before


def test_a_payment_changes_no_smart_charging(sandbox: Sandbox) -> None:
    """What Podero has shown of a session at a silent station is the same after its debt is paid."""
    world = world_client(sandbox.client, sandbox.kept)
    silent = {"charging_station": "chst_MagicStationSilent00000000000000", "connector": "connector_a1"}
    card = {"payment_method": "pm_MagicCardFailsAtSettlement000000"}
    [vehicle] = sandbox.kept.rows(
        "SELECT id, uuid FROM vehicle WHERE uuid = :uuid AND world = (SELECT n FROM world WHERE name = 'default')",
        uuid=sandbox.world()["credentials"]["podero"]["electric_vehicle_id"],
    )
    started = sandbox.start(**silent, **card, vehicle=vehicle.id).json()["id"]
    sandbox.advance("P1D")
    path = next(path for path in world.vehicle_paths if vehicle.uuid in path)
    before = world.get(f"{path}?{ALL_DAYS}").json()
    paid = {"event": "debt_paid", "id": started}
    sandbox.client.post(f"{WORLDS}/default/simulate", json=paid).raise_for_status()

    assert before["total"] > 0
    assert world.get(f"{path}?{ALL_DAYS}").json() == before


def test_a_payment_that_will_fail_is_no_update(sandbox: Sandbox) -> None:
    """`updated` does not show what is to be seen only later, so that no later action hides it again (CHARGE-022)."""
    started = sandbox.start().json()["id"]
    sandbox.advance("PT10M")
    sandbox.end(started)
    sandbox.advance("PT1S")
    sandbox.client.post(f"{WORLDS}/default/simulate", json={"event": "payment_fails", "id": started})
    sandbox.advance("PT1S")
    before = sandbox.charge(f"{SESSIONS}/{started}").json()
    sandbox.advance("PT1S")
    sandbox.client.post(f"{WORLDS}/default/simulate", json={"event": "unplug", "id": started}).raise_for_status()

    assert before["updated"] == before["session_ended"]
    assert at_instant(sandbox, started, millis(NOON + 10 * MINUTE + 2 * SECOND)) == before


def test_a_start_is_shown_from_its_instant_on(sandbox: Sandbox) -> None:
    """Before the instant of its creation a session is found neither by its id nor in a list."""
    sandbox.advance("PT1M")
    started = sandbox.start().json()
    earlier = millis(instant(started["created"]) - 1_000)

    assert sandbox.charge(f"{SESSIONS}/{started['id']}", at=earlier).status_code == 404
    assert started["id"] not in {row["id"] for row in sandbox.charge(at=earlier).json()["data"]}
    assert started["id"] == sandbox.charge(at=started["created"]).json()["data"][0]["id"]


@settings(max_examples=12, deadline=None)
@given(earlier=st.integers(NOON - 500 * MINUTE, NOON - 1_000).map(millis))
def test_lists_of_the_past_do_not_change(reader: WorldClient, busy: WorldClient, earlier: str) -> None:
    """Lists at an earlier instant are the same in a world where sessions have been started and ended since."""
    then = {path: reader.get(path, earlier).json() for path in PATHS}

    assert {path: busy.get(path, earlier).json() for path in PATHS} == then


@pytest.fixture(scope="module")
def busy(databases: Databases, made: Kept) -> Iterator[WorldClient]:
    """A client of a world in which an active session was ended, and another was started and ended."""
    with client_of_copy(databases, made) as client:
        active = client.rows(SESSIONS, "&status=active")[0]["id"]
        sample = client.http.get("/_sandbox/v1/worlds/default").json()["sample"]["charge"]
        started = client.post(
            SESSIONS, {name: value for name, value in sample.items() if name not in {"fleet", "account"}}
        ).json()["id"]
        client.advance("PT10M")
        ended = [client.post(f"{SESSIONS}/{each}/end").json()["status"] for each in (active, started)]

        assert ended == ["completed", "completed"]

        yield client


def at_instant(sandbox: Sandbox, session: str, at: str) -> dict[str, Any]:
    """A session as it was at an instant."""
    body: dict[str, Any] = sandbox.charge(f"{SESSIONS}/{session}", at=at).json()
    return body
