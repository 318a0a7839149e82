"""A reservation whose connector is taken by something else gets another one, or fails."""

from typing import Any, Final

import pytest

from tests.conftest import Sandbox
from tests.vendors.charge.reserving import AT_FAULTY, FAULTY, GOOD, after, others, post, reserved, seen

CCS: Final[dict[str, Any]] = {"connector_type": ["CCS"], "location": AT_FAULTY}
NO_CONNECTOR: Final = "no_available_connectors"


def _simulate(sandbox: Sandbox, event: str, thing: str, **more: str) -> dict[str, Any]:
    body = {"event": event, "id": thing, **more}
    answer = sandbox.client.post("/_sandbox/v1/worlds/default/simulate", json=body)
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


def _slow(sandbox: Sandbox) -> dict[str, Any]:
    """A start at the good station's first connector that lasts for hours, from a vehicle of another driver."""
    return {"charging_station": GOOD, "connector": "connector_a1", **others(sandbox)[0]}


def test_session_before_confirmation_displaces_the_reservation(sandbox: Sandbox) -> None:
    """A session that will still run in the window takes the connector; the reservation gets the other one."""
    made = reserved(sandbox, 40, 60)
    assert sandbox.start(**_slow(sandbox)).status_code == 200

    then = seen(sandbox, made, made["ideal_start"])
    sandbox.advance("PT40M")

    assert (then["status"], then["charging_station"]) == ("confirmed", GOOD)
    assert sandbox.start(charging_station=GOOD, connector="connector_a2").status_code == 200


def test_displaced_reservation_fails_without_another_connector(sandbox: Sandbox) -> None:
    """Where both connectors are taken, the later reservation fails when it would be confirmed."""
    who = others(sandbox, 3)
    first, second = reserved(sandbox, 40, 60, **who[1]), reserved(sandbox, 40, 60, **who[2])
    assert sandbox.start(charging_station=GOOD, connector="connector_a1", **who[0]).status_code == 200

    statuses = sorted(seen(sandbox, each, each["ideal_start"])["status"] for each in (first, second))
    failed = next(each for each in (first, second) if seen(sandbox, each, each["ideal_start"])["status"] == "failed")

    assert statuses == ["confirmed", "failed"]
    assert seen(sandbox, failed, after(failed["ideal_start"], -31))["status"] == "pending"
    assert seen(sandbox, failed, failed["ideal_start"])["failed_reason"] == NO_CONNECTOR


def test_confirmed_reservation_fails_when_it_is_displaced(sandbox: Sandbox) -> None:
    """A confirmed reservation whose only connector fails fails then, and keeps station and window."""
    made = reserved(sandbox, 60, 60, **CCS)
    sandbox.advance("PT50M")
    confirmed = seen(sandbox, made)

    _simulate(sandbox, "connector_fault", "DE*WTF*EFAULTY*1")

    failed = seen(sandbox, made)
    changed = {name for name in failed if failed[name] != confirmed[name]}
    assert (confirmed["status"], failed["status"], failed["failed_reason"]) == ("confirmed", "failed", NO_CONNECTOR)
    assert changed == {"status", "failed_reason", "updated"}


def test_fault_displaces_to_another_connector(sandbox: Sandbox) -> None:
    """A fault in the window moves the reservation to the other connector."""
    made = reserved(sandbox, 60, 60)

    answer = _simulate(sandbox, "connector_fault", "DE*WTF*EGOOD*1", at="+PT70M")

    sandbox.advance("PT1H")
    assert seen(sandbox, made)["status"] == "confirmed"
    assert answer["transitions"] == [] or answer["transitions"][0]["id"] == made["id"]
    assert sandbox.start(charging_station=GOOD, connector="connector_a2").status_code == 200


def test_fault_outside_of_the_window_changes_nothing(sandbox: Sandbox) -> None:
    """A connector that is repaired before it is kept free stays assigned."""
    made = reserved(sandbox, 120, 60, **CCS)

    _simulate(sandbox, "connector_fault", "DE*WTF*EFAULTY*1")

    assert seen(sandbox, made, made["ideal_start"])["charging_station"] == FAULTY


def test_silence_displaces_the_reservation(sandbox: Sandbox) -> None:
    """A station that is silent in the window cannot keep the reservation."""
    made = reserved(sandbox, 60, 60)

    _simulate(sandbox, "station_silent", GOOD, at="+PT70M")

    assert seen(sandbox, made, made["ideal_start"])["failed_reason"] == NO_CONNECTOR


def test_declined_card_fails_the_reservation(sandbox: Sandbox) -> None:
    """A card that is declined before the confirmation fails the reservation then; afterwards it does not."""
    one, other = others(sandbox, 2)
    early, late = reserved(sandbox, 60, 60, **one), reserved(sandbox, 60, 60, **other)

    _simulate(sandbox, "card_declined", one["payment_method"])
    _simulate(sandbox, "card_declined", other["payment_method"], at="+PT31M")

    assert seen(sandbox, early, early["ideal_start"])["failed_reason"] == "payment_failed"
    assert seen(sandbox, late, late["ideal_start"])["status"] == "confirmed"


def test_payment_that_fails_fails_a_pending_reservation(sandbox: Sandbox) -> None:
    """The event `payment_fails` fails a pending reservation when it would be confirmed."""
    made = reserved(sandbox, 60, 60)
    sandbox.advance("PT1M")

    answer = _simulate(sandbox, "payment_fails", made["id"])

    assert [(each["to"], each["reason"]) for each in answer["transitions"]] == [("failed", "payment_failed")]
    assert seen(sandbox, made)["status"] == "pending"
    assert seen(sandbox, made, made["ideal_start"])["failed_reason"] == "payment_failed"


def test_payment_of_a_confirmed_reservation_fails_with_its_fee(sandbox: Sandbox) -> None:
    """A confirmed reservation keeps its connector when its payment fails; a second failure is refused."""
    made = reserved(sandbox, 60, 60)
    sandbox.advance("PT40M")

    _simulate(sandbox, "payment_fails", made["id"])

    assert seen(sandbox, made, made["ideal_end"])["status"] == "expired"
    again = {"event": "payment_fails", "id": made["id"]}
    assert sandbox.client.post("/_sandbox/v1/worlds/default/simulate", json=again).status_code == 409


@pytest.mark.parametrize("act", ["cancel", "expire"])
def test_payment_of_a_resolved_reservation_does_not_fail(sandbox: Sandbox, act: str) -> None:
    """The event is refused for a reservation that owes nothing any more."""
    made = reserved(sandbox, 60, 60)
    if act == "cancel":
        post(sandbox, f"/v1/reservations/{made['id']}/cancel")
    else:
        sandbox.advance("PT3H")

    event = {"event": "payment_fails", "id": made["id"]}

    assert sandbox.client.post("/_sandbox/v1/worlds/default/simulate", json=event).status_code == 409
