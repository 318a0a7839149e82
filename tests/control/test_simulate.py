"""A simulated event happens at its instant, lists the transitions that follow, and shows at the vendor."""

from typing import Any, Final

import httpx2
import pytest

from tests.conftest import Sandbox
from tests.control.test_worlds import schema
from tests.control.worlds import WORLDS, create_world

SOON: Final = "2026-03-04T12:25:00.000Z"
"""Ten minutes after a village's clock has begun."""
EVENTS: Final = {
    *("unplug", "vehicle_full", "connector_fault", "station_silent"),
    *("payment_fails", "debt_paid", "card_declined", "charge_record_late"),
    *("refund", "adjustment", "price_change", "maintenance", "unconfirmed", "unexpected_error"),
    *("plug_in", "drive_away", "connection_lost"),
}


def request_event(sandbox: Sandbox, world: str, event: str, id_: str, **more: object) -> httpx2.Response:
    body = {"event": event, "id": id_, **{name.rstrip("_"): value for name, value in more.items()}}
    return sandbox.client.post(f"{WORLDS}/{world}/simulate", json=body)


def simulate(sandbox: Sandbox, world: str, event: str, id_: str, **more: object) -> dict[str, Any]:
    answer = request_event(sandbox, world, event, id_, **more)

    assert answer.status_code == 200, answer.text

    body: dict[str, Any] = answer.json()
    return body


def charging(sandbox: Sandbox, **changed: object) -> tuple[str, str]:
    """A new village, and a session that was just started in it."""
    name = create_world(sandbox)["name"]
    return name, str(sandbox.start(name, **changed).json()["id"])


def shown(sandbox: Sandbox, world: str, session: str, at: str | None = None) -> dict[str, Any]:
    body: dict[str, Any] = sandbox.charge(f"/v1/charging_sessions/{session}", world=world, at=at).json()
    return body


def test_the_events_are_listed(untouched: Sandbox) -> None:
    """Each event has its texts, in the form of the contract."""
    body = untouched.client.get(f"{WORLDS}/default/simulate").json()

    assert {each["event"] for each in body["events"]} == EVENTS
    assert all(each["does"] and each["refused"] and each["id"] for each in body["events"])


@pytest.mark.parametrize(
    ("event", "status", "reason"),
    [
        ("unplug", "completed", "unplugged"),
        ("vehicle_full", "completed", "full"),
        ("connector_fault", "failed", "fault"),
    ],
)
def test_an_event_ends_a_session_at_its_instant(common: Sandbox, event: str, status: str, reason: str) -> None:
    """Before it the session is unchanged; from then on the vendor shows the end, and energy and bill stay."""
    name, session = charging(common)
    before = shown(common, name, session, "2026-03-04T12:24:59.999Z")
    body = simulate(common, name, event, session, at="+PT10M")
    ended = [each for each in body["transitions"] if each["id"] == session and each["to"] == status]
    after, later = (shown(common, name, session, at) for at in (SOON, "2026-03-05T12:00:00Z"))

    assert body["at"] == SOON
    assert [(each["at"], each["from"], each["reason"]) for each in ended] == [(SOON, "active", reason)]
    assert not [fault for each in body["transitions"] for fault in schema("Transition").iter_errors(each)]
    assert shown(common, name, session, "2026-03-04T12:24:59.999Z") == before
    assert (after["status"], after["session_ended"]) == (status, SOON)
    assert before["energy_consumed"] <= after["energy_consumed"] == later["energy_consumed"] > 0
    assert shown(common, name, session)["status"] == "active"


def test_a_faulty_connector_refuses_starts(common: Sandbox) -> None:
    """It is repaired half an hour later unless another duration is given."""
    name, session = charging(common)
    simulate(common, name, "connector_fault", session)
    common.advance("PT5M", name)
    refused = common.start(name)
    common.advance("PT26M", name)

    assert refused.status_code == 409
    assert common.start(name).status_code == 200


def test_a_silent_station_reports_no_energy(common: Sandbox) -> None:
    """Energy stands still during the silence, and is then what it would have been."""
    name, session = charging(common)
    station = common.world(name)["sample"]["charge"]["charging_station"]
    instants = [f"2026-03-04T12:{minute}:00Z" for minute in (20, 24, 26, 30, 31)]
    undisturbed = [shown(common, name, session, at)["energy_consumed"] for at in instants]
    simulate(common, name, "station_silent", station, at="+PT5M", for_="PT10M")
    heard = [shown(common, name, session, at)["energy_consumed"] for at in instants]

    assert heard[0] == heard[1] == heard[2] == undisturbed[0]
    assert heard[3:] == undisturbed[3:]
    assert undisturbed[0] < undisturbed[1] < undisturbed[2]


@pytest.mark.parametrize("event", ["unplug", "connector_fault"])
def test_an_end_during_a_silence_shows_after_it(common: Sandbox, event: str) -> None:
    """The session ends when the station returns, with the energy delivered until then."""
    name, session = charging(common)
    station = common.world(name)["sample"]["charge"]["charging_station"]
    simulate(common, name, "station_silent", station, at="+PT5M", for_="PT20M")
    simulate(common, name, event, session, at="+PT10M")
    meanwhile, after = (shown(common, name, session, f"2026-03-04T12:{minute}:00Z") for minute in (39, 40))

    assert (meanwhile["status"], after["session_ended"]) == ("active", "2026-03-04T12:40:00.000Z")
    assert after["status"] in {"completed", "failed"}
    assert after["energy_consumed"] > meanwhile["energy_consumed"]


def test_a_failed_payment_leaves_a_debt_that_can_be_paid(common: Sandbox) -> None:
    """The session is settled only when the debt is paid."""
    name, session = charging(common)
    simulate(common, name, "payment_fails", session)
    common.advance("P1D", name)
    owed = shown(common, name, session)
    paid = simulate(common, name, "debt_paid", session)
    settled = shown(common, name, session)

    assert owed["amount_paid"] == 0 < owed["amount_due"]
    assert [each["to"] for each in paid["transitions"]] == ["settled"]
    assert settled["amount_paid"] == owed["amount_due"]


def test_a_declined_card_refuses_new_sessions(common: Sandbox) -> None:
    """Sessions that were authorised before continue."""
    name, session = charging(common)
    card = common.world(name)["sample"]["charge"]["payment_method"]
    simulate(common, name, "card_declined", card, at="+PT1H")
    common.advance("PT59M", name)
    before = common.start(name)
    common.end(before.json()["id"], name)
    common.advance("PT2M", name)

    assert before.status_code == 200
    assert common.start(name).status_code == 402
    assert shown(common, name, session)["status"] == "completed"


def test_a_late_charge_record_delays_the_invoice(common: Sandbox) -> None:
    """The Cariqa session has ended, and has no invoice until the record arrives."""
    name = create_world(common)["name"]
    user = common.world(name)["sample"]["cariqa"]["active_user_id"]
    newest = common.cariqa(user, world=name, page_size=1).json()["results"][0]["id"]
    body = simulate(common, name, "charge_record_late", newest, for_="PT2H")
    ended, settled = (next(e["at"] for e in body["transitions"] if e["to"] == to) for to in ("completed", "settled"))

    def invoice(at: str) -> str:
        row = common.cariqa(user, world=name, at=at, page_size=1).json()["results"][0]
        return str((row["session_cost"] or {}).get("invoice_summary") or "")

    assert settled[11:13] == f"{int(ended[11:13]) + 2:02}"
    assert (invoice(ended), invoice(settled) > "") == ("", True)


@pytest.mark.parametrize(
    ("event", "says"),
    [
        ("unplug", "was unplugged at"),
        ("vehicle_full", "has taken no power since"),
        ("connector_fault", "was completed at"),
        ("payment_fails", "was settled at"),
        ("debt_paid", "has no debt"),
        ("charge_record_late", "sessions of the channel charge have none"),
    ],
)
def test_an_event_that_makes_no_sense_is_refused(common: Sandbox, event: str, says: str) -> None:
    """It is 409 with the reason, and the session stays as it is."""
    name, session = charging(common)
    common.advance("PT10M", name)
    common.end(session, name)
    common.advance("P1D", name)
    before = shown(common, name, session)
    answer = request_event(common, name, event, session)

    assert answer.status_code == 409
    assert says in answer.json()["detail"]
    assert shown(common, name, session) == before


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"at": "-PT5M"}, "a time after now has a form such as +PT10M"),
        ({"at": "soon"}, "at: 'soon' is not an RFC 3339 timestamp"),
        ({"at": "+soon"}, "at: 'soon' is not an ISO 8601 duration"),
        ({"for": "PT1H"}, "for: unplug has no duration"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_an_invalid_event_is_refused(untouched: Sandbox, more: dict[str, str], says: str) -> None:
    """It is 400 with the field at fault."""
    answer = untouched.client.post(f"{WORLDS}/default/simulate", json={"event": "unplug", "id": "cs_1", **more})

    assert answer.status_code == 400
    assert says in answer.json()["detail"]


def test_an_event_in_the_past_is_refused(untouched: Sandbox) -> None:
    """It is 409: events happen now or later."""
    listed = untouched.charge(world="documented", limit=1).json()["data"][0]["id"]
    answer = request_event(untouched, "documented", "unplug", listed, at="2026-01-01T00:00:00Z")

    assert answer.status_code == 409
    assert "now or later" in answer.json()["detail"]
