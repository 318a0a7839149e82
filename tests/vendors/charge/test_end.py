"""Ending a session completes it now, and does not change its past."""

from app.domain.clock import MILLISECOND, instant, millis
from tests.conftest import Sandbox
from tests.vendors.charge.pages import LATER, SESSIONS, every, ids, retrieve
from tests.vendors.charge.refusals import refusal

NOT_FOUND = (404, "charging_session_not_found", "charging_session")
STATE_CONFLICT = (409, "charging_session_state_conflict", "charging_session")


def test_end_completes_the_session_now(sandbox: Sandbox) -> None:
    """The session is completed at the clock's instant, with the energy and amount of that instant."""
    session = sandbox.start().json()
    sandbox.advance("PT7M")
    running = retrieve(sandbox, session["id"])

    ended = sandbox.end(session["id"]).json()

    assert running | {"status": "completed", "session_ended": sandbox.now()} == ended
    assert list(running) == list(ended)
    assert ended["energy_consumed"] > 0
    assert ended["amount_due"] > 0


def test_ended_session_does_not_change(sandbox: Sandbox) -> None:
    """After the end only the paid amount changes."""
    session = sandbox.start().json()
    sandbox.advance("PT7M")
    ended = sandbox.end(session["id"]).json()

    sandbox.advance("PT2H")
    later = retrieve(sandbox, session["id"])

    assert ended | {"amount_paid": ended["amount_due"], "updated": later["updated"]} == later
    assert ended["amount_paid"] == 0
    assert 5 <= (instant(later["updated"]) - instant(ended["session_ended"])) / 1_000_000 <= 90


def test_planned_session_can_be_ended(sandbox: Sandbox) -> None:
    """A session of the scenario that is active is ended like one that a call started."""
    running = every(sandbox, f"{SESSIONS}?status=active")[0]

    ended = sandbox.end(running["id"]).json()

    assert running | {"status": "completed", "session_ended": sandbox.now(), "session_limit": None} == ended
    assert ended["energy_consumed"] == retrieve(sandbox, running["id"], at=LATER)["energy_consumed"]


def test_past_of_an_ended_session_stays_the_same(sandbox: Sandbox) -> None:
    """At every instant before the end, the session looks as it did before the call."""
    session = sandbox.start().json()
    created = instant(session["created"])
    instants = [millis(created + minute * 60_000 * MILLISECOND) for minute in range(7)]
    before = [retrieve(sandbox, session["id"], at=at) for at in instants]
    sandbox.advance("PT7M")

    sandbox.end(session["id"])

    assert before == [retrieve(sandbox, session["id"], at=at) for at in instants]


def test_ended_session_moves_from_active_to_completed_in_the_lists(sandbox: Sandbox) -> None:
    """The lists by status show the change immediately."""
    session = sandbox.start().json()
    sandbox.advance("PT7M")

    ended = sandbox.end(session["id"]).json()

    assert session["id"] not in ids(every(sandbox, f"{SESSIONS}?status=active"))
    assert ended == every(sandbox, f"{SESSIONS}?status=completed")[0] | {"session_limit": None}


def test_charge_021_session_ended_at_the_instant_of_its_start_costs_nothing(sandbox: Sandbox) -> None:
    """A session without energy costs nothing."""
    session = sandbox.start().json()

    ended = sandbox.end(session["id"]).json()

    assert session | {"status": "completed", "session_ended": session["created"]} == ended
    assert (ended["energy_consumed"], ended["amount_due"]) == (0, 0)


def test_charge_012_session_ended_before_power_flowed_is_cancelled(sandbox: Sandbox) -> None:
    """A session that is ended while it waits for power is cancelled, and costs nothing."""
    known = len(every(sandbox))
    planned = next(row for row in every(sandbox, at=LATER)[-known - 1 :: -1] if row["status"] == "completed")
    sandbox.client.post("/_sandbox/v1/worlds/default/clock/advance", json={"to": planned["created"]})
    waiting = retrieve(sandbox, planned["id"])

    ended = sandbox.end(planned["id"]).json()
    later = retrieve(sandbox, planned["id"], at=LATER)
    figures = [later[name] for name in ("energy_consumed", "amount_due", "amount_paid")]

    assert waiting["status"] == "active"
    assert waiting["session_started"] is None
    assert (ended["status"], ended["session_ended"]) == ("cancelled", planned["created"])
    assert later["status"] == "cancelled"
    assert figures == [0, 0, 0]


def test_the_documented_session_can_be_ended(sandbox: Sandbox) -> None:
    """The documented session, ended at the documented instant, keeps the documented figures."""
    ended = sandbox.end("cs_AL1gQKYwRle76eKq2ecf3AR88uVOoAj4", "documented").json()

    assert (ended["status"], ended["session_ended"]) == ("completed", "2026-04-01T01:53:58.446Z")
    assert (ended["energy_consumed"], ended["amount_due"]) == (12480, 1842)


def test_session_ends_once(sandbox: Sandbox) -> None:
    """A session that was ended, or ended by itself, cannot be ended again."""
    by_hand = sandbox.start(session_limit=1000).json()["id"]
    sandbox.end(by_hand)
    sandbox.advance("PT2M")
    by_itself = sandbox.start(session_limit=1000).json()["id"]
    sandbox.advance("PT1H")
    over = [row["id"] for row in every(sandbox) if row["status"] in {"cancelled", "failed"}][:3]
    before = every(sandbox)

    actual = [refusal(sandbox.end(session)) for session in (by_hand, by_itself, *over)]

    assert actual == [STATE_CONFLICT] * 5
    assert before == every(sandbox)


def test_charge_010_unknown_session_cannot_be_ended(sandbox: Sandbox) -> None:
    """An unknown session, one of another world and one in the future are 404."""
    planned = every(sandbox, at=LATER)[0]["id"]
    foreign = every(sandbox, world="documented")[0]["id"]
    before = every(sandbox, at=LATER)

    actual = [refusal(sandbox.end(session)) for session in (planned, foreign, "cs_Unknown", "%00", "é", "x" * 5000)]

    assert actual == [NOT_FOUND] * 6
    assert before == every(sandbox, at=LATER)


def test_charge_017_end_takes_an_empty_object_or_no_body(sandbox: Sandbox) -> None:
    """No body and `{}` have the same effect."""
    sent: list[bytes | None] = [None, b"", b"{}", b" {} "]
    actual = []
    for content in sent:
        session = sandbox.start().json()["id"]
        headers = sandbox.charge_key() | {"Content-Type": "application/json"}
        answer = sandbox.client.post(f"{SESSIONS}/{session}/end", content=content, headers=headers)
        actual.append((answer.status_code, answer.json()["status"]))
        sandbox.advance("PT2M")

    assert actual == [(200, "completed")] * 4


def test_charge_017_end_takes_no_fields_or_parameters(sandbox: Sandbox) -> None:
    """A field, a body that is not an object, or a parameter is refused, and the session continues."""
    session = sandbox.start().json()["id"]
    key = sandbox.charge_key()
    json = key | {"Content-Type": "application/json"}
    url = f"{SESSIONS}/{session}/end"
    expected = {
        "a field": (400, None, "reason"),
        "a list": (400, None, None),
        "null": (400, None, None),
        "broken": (400, None, None),
        "a form": (400, None, None),
        "a parameter": (400, None, "reason"),
    }

    actual = {
        "a field": refusal(sandbox.client.post(url, json={"reason": "x"}, headers=key)),
        "a list": refusal(sandbox.client.post(url, content=b"[]", headers=json)),
        "null": refusal(sandbox.client.post(url, content=b"null", headers=json)),
        "broken": refusal(sandbox.client.post(url, content=b"{", headers=json)),
        "a form": refusal(sandbox.client.post(url, data={"reason": "x"}, headers=key)),
        "a parameter": refusal(sandbox.client.post(f"{url}?reason=x", headers=key)),
    }

    assert expected == actual
    assert retrieve(sandbox, session)["status"] == "active"
