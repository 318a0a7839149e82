"""A created session starts immediately, follows the clock, and ends by itself."""

from typing import Any

import pytest

from app.domain.clock import SECOND, instant, millis
from tests.conftest import Sandbox
from tests.vendors.charge.pages import LATER, every, ids, retrieve

FAULTY = {"charging_station": "chst_MagicStationFaulty00000000000000", "connector": "connector_a1"}
UNCOLLECTABLE = "pm_MagicCardFailsAtSettlement000000"
FULL = "2026-03-06T12:00:00.000Z"


def test_charge_001_new_session_is_active_and_costs_nothing(sandbox: Sandbox) -> None:
    """The answer is an active session that started now, has delivered no energy, and has the vehicle's fleet."""
    sample = sandbox.world()["sample"]["charge"]

    session = sandbox.start().json()

    assert {name: session[name] for name in sample if name != "account"} | {"account": sample["account"]} == sample
    assert {session[name] for name in ("created", "session_started", "updated")} == {sandbox.now()}
    assert (session["status"], session["session_ended"], session["session_limit"]) == ("active", None, None)
    assert [session[name] for name in ("energy_consumed", "amount_due", "amount_paid")] == [0, 0, 0]


def test_new_session_is_first_in_the_list_and_can_be_retrieved(sandbox: Sandbox) -> None:
    """It is first in every list whose filters it meets, and is found by its id."""
    session = sandbox.start(session_limit=5000).json()

    assert session == retrieve(sandbox, session["id"])
    assert session == every(sandbox)[0]
    for name in ("driver", "fleet", "vehicle"):
        assert session == every(sandbox, f"/v1/charging_sessions?status=active&{name}={session[name]}")[0]
    assert [session] == every(sandbox, f"/v1/charging_sessions?created={session['created']}")


def test_energy_and_amount_grow_with_the_clock(sandbox: Sandbox) -> None:
    """While power flows every minute adds energy and money, and `updated` is now."""
    session = sandbox.start().json()

    seen = []
    for _ in range(6):
        sandbox.advance("PT1M")
        seen.append((sandbox.now(), retrieve(sandbox, session["id"])))

    energies = [shown["energy_consumed"] for _, shown in seen]
    amounts = [shown["amount_due"] for _, shown in seen]
    assert all(shown["status"] == "active" and shown["updated"] == now for now, shown in seen)
    assert sorted(set(energies)) == energies
    assert sorted(set(amounts)) == amounts
    assert energies[0] > 0


@pytest.mark.parametrize("limit", [1, 999, 1000, 2500])
def test_charge_020_limit_ends_a_session_exactly(sandbox: Sandbox, limit: int) -> None:
    """The session ends when exactly its limit in Wh is delivered."""
    session = sandbox.start(session_limit=limit).json()
    ended = retrieve(sandbox, session["id"], at=FULL)

    before = retrieve(sandbox, session["id"], at=millis(instant(ended["session_ended"]) - 1000))
    there = retrieve(sandbox, session["id"], at=ended["session_ended"])

    assert (ended["status"], ended["energy_consumed"], ended["session_limit"]) == ("completed", limit, limit)
    assert (before["status"], before["session_ended"]) == ("active", None)
    assert before["energy_consumed"] <= limit
    assert (there["status"], there["energy_consumed"]) == ("completed", limit)


def test_limit_above_the_battery_has_no_effect(sandbox: Sandbox) -> None:
    """A vehicle that is full before its limit ends its session as it does without one."""
    session = sandbox.start(session_limit=2_147_483_647).json()

    ended = retrieve(sandbox, session["id"], at=FULL)

    assert (ended["status"], ended["session_limit"]) == ("completed", 2_147_483_647)
    assert 0 < ended["energy_consumed"] < 150_000


def test_charge_020_full_vehicle_ends_a_session(sandbox: Sandbox) -> None:
    """A session without a limit ends when the vehicle is full; after that only its payment changes."""
    session = sandbox.start(session_limit=None).json()
    ended = retrieve(sandbox, session["id"], at=FULL)

    sandbox.client.post(
        "/_sandbox/v1/worlds/default/clock/advance", json={"to": millis(instant(ended["session_ended"]) + 91 * SECOND)}
    )

    assert ended["status"] == "completed"
    assert ended["energy_consumed"] > 0
    assert ended == retrieve(sandbox, session["id"])


def test_charge_016_session_is_paid_some_seconds_after_its_end(sandbox: Sandbox) -> None:
    """The whole amount is paid between 5 and 90 seconds after the end."""
    session = sandbox.start(session_limit=2000).json()
    ended_at = instant(retrieve(sandbox, session["id"], at=FULL)["session_ended"])

    shown = [retrieve(sandbox, session["id"], at=millis(ended_at + after * SECOND)) for after in (0, 4, 90, 100_000)]

    assert len({it["amount_due"] for it in shown}) == 1
    assert [it["amount_paid"] for it in shown] == [0, 0, shown[0]["amount_due"], shown[0]["amount_due"]]


def test_charge_016_a_card_may_fail_at_settlement(sandbox: Sandbox) -> None:
    """The magic card that fails at settlement starts a session that is never paid."""
    session = sandbox.start(payment_method=UNCOLLECTABLE, session_limit=2000).json()

    shown = retrieve(sandbox, session["id"], at="2027-03-04T12:00:00Z")

    assert (shown["status"], shown["amount_paid"]) == ("completed", 0)
    assert shown["amount_due"] > 0


def test_charge_023_a_faulting_connector_fails_after_ten_minutes(sandbox: Sandbox) -> None:
    """On the magic faulty connector a session fails after ten minutes; its energy is kept and billed."""
    session = sandbox.start(**FAULTY).json()
    faults_at = instant(session["created"]) + 600 * SECOND

    instants = [millis(faults_at - 1000), millis(faults_at), millis(faults_at + 60 * SECOND), LATER]
    shown = [retrieve(sandbox, session["id"], at=at) for at in instants]

    assert [it["status"] for it in shown] == ["active", "failed", "failed", "failed"]
    assert [it["session_ended"] for it in shown] == [None, *[millis(faults_at)] * 3]
    assert len({it["energy_consumed"] for it in shown[1:]}) == 1
    assert shown[0]["energy_consumed"] == pytest.approx(shown[1]["energy_consumed"], abs=1)
    assert shown[1]["energy_consumed"] > 1000
    assert shown[1]["amount_due"] > 0


def test_charge_023_a_failed_session_is_found_under_failed(sandbox: Sandbox) -> None:
    """Ten minutes after its start the list of failed sessions has it."""
    session = sandbox.start(**FAULTY).json()

    sandbox.advance("PT10M")

    assert every(sandbox, "/v1/charging_sessions?status=failed")[0]["id"] == session["id"]
    assert session["id"] not in ids(every(sandbox, "/v1/charging_sessions?status=active"))


def test_new_session_starts_on_a_whole_millisecond(sandbox: Sandbox) -> None:
    """`created` is cut on a clock between two milliseconds, so that the shown instant finds the session."""
    sandbox.advance("PT0.0005S")

    session = sandbox.start().json()

    assert [session["id"]] == ids(every(sandbox, f"/v1/charging_sessions?created={session['created']}"))
    assert session["id"] == retrieve(sandbox, session["id"], at=session["created"])["id"]


def test_ids_are_unique(sandbox: Sandbox) -> None:
    """No two sessions have the same id."""
    known = ids(every(sandbox, at=LATER))

    new = [_round_trip(sandbox)["id"] for _ in range(8)]

    assert len({*known, *new}) == len(known) + 8


def test_same_calls_give_the_same_sessions(sandbox: Sandbox) -> None:
    """After a reset the same calls get the same answers, byte for byte."""
    before = [_round_trip(sandbox) for _ in range(3)]

    sandbox.client.post("/_sandbox/v1/worlds/default/reset")

    assert before == [_round_trip(sandbox) for _ in range(3)]


def test_vehicle_starts_with_the_charge_that_it_was_left_with(sandbox: Sandbox) -> None:
    """A vehicle that has just been filled takes less than the first time."""
    first = _round_trip(sandbox, minutes=300)

    second = _round_trip(sandbox, minutes=300)

    assert first["energy_consumed"] > second["energy_consumed"] > 0


def _round_trip(sandbox: Sandbox, minutes: int = 5) -> dict[str, Any]:
    """A session that is ended after some minutes, if it has not ended by itself, and unplugged."""
    session = sandbox.start().json()
    sandbox.advance(f"PT{minutes}M")
    sandbox.end(session["id"])
    sandbox.advance("PT2M")
    return retrieve(sandbox, session["id"])
