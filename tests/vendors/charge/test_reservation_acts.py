"""A reservation is updated and confirmed while it is pending, and cancelled until it is resolved."""

from typing import Any, Final

import httpx2
import pytest

from app.domain.clock import MINUTE, instant
from tests.conftest import Sandbox
from tests.vendors.charge.pages import every
from tests.vendors.charge.refusals import refusal
from tests.vendors.charge.reserving import AT_FAULTY, FAULTY, GOOD, RESERVATIONS, after, post, reserved, seen

STATES: Final = {
    "update": "reservation_update_invalid_state",
    "confirm": "reservation_invalid_state",
    "cancel": "reservation_cancel_invalid_state",
}
REPLIES: Final = {
    "pending": (200, 200, 200),
    "confirmed": (409, 409, 200),
    "completed": (409, 409, 409),
    "cancelled": (409, 409, 409),
    "failed": (409, 409, 409),
    "expired": (409, 409, 409),
}
"""The status of the answers to update, confirm and cancel."""
DECLINED: Final = "pm_MagicCardDeclined000000000000000"
AUTHENTICATION: Final = "pm_MagicCardNeedsAuthentication0000"


def _act(sandbox: Sandbox, act: str, reservation: dict[str, Any], body: object = None) -> httpx2.Response:
    path = f"{RESERVATIONS}/{reservation['id']}"
    return post(sandbox, path if act == "update" else f"{path}/{act}", body)


@pytest.mark.parametrize("status", list(REPLIES))
@pytest.mark.parametrize("act", list(STATES))
def test_status_says_what_can_be_done(sandbox: Sandbox, status: str, act: str) -> None:
    """A pending reservation takes all three calls, a confirmed one the cancellation, and a resolved one none."""
    expected = REPLIES[status][list(STATES).index(act)]
    row = sandbox.charge(RESERVATIONS, status=status, limit=1).json()["data"][0]

    answer = _act(sandbox, act, row, {})

    assert answer.status_code == expected
    if expected != 200:
        assert refusal(answer) == (409, STATES[act], "reservation")
        assert status in answer.json()["message"]


@pytest.mark.parametrize("act", list(STATES))
def test_unknown_reservation_is_not_found(sandbox: Sandbox, act: str) -> None:
    """Each call on a reservation that is unknown, is still to be made, or is of another world is 404."""
    planned = every(sandbox, RESERVATIONS, at=after(sandbox.now(), 60 * 24 * 7))[0]
    foreign = sandbox.charge(RESERVATIONS, world="documented").json()["data"][0]
    for it in ({"id": "res_unknown"}, planned, foreign):
        assert refusal(_act(sandbox, act, it, {})) == (404, "reservation_not_found", "reservation")


def test_update_plans_anew(sandbox: Sandbox) -> None:
    """A pending reservation with another place, window and type is confirmed there and then."""
    made = reserved(sandbox, 60, 60)
    start, end = after(made["ideal_start"], 120), after(made["ideal_end"], 180)
    changes = {"ideal_start": start, "ideal_end": end, "connector_type": ["CCS"], "location": AT_FAULTY}

    updated = _act(sandbox, "update", made, changes).json()

    assert updated == made | changes
    assert seen(sandbox, made, after(start, -31))["status"] == "pending"
    then = seen(sandbox, made, after(start, -30))
    assert (then["status"], then["charging_station"], then["reserved_end"]) == ("confirmed", FAULTY, end)


def test_update_may_leave_no_connector(sandbox: Sandbox) -> None:
    """A reservation whose new window is taken stays pending, and fails when it would be confirmed."""
    at_faulty: dict[str, Any] = {"connector_type": ["CCS"], "location": AT_FAULTY}
    taken, made = reserved(sandbox, 240, 60, **at_faulty), reserved(sandbox, 60, 60, **at_faulty)
    window = {name: taken[name] for name in ("ideal_start", "ideal_end")}

    updated = _act(sandbox, "update", made, window).json()

    assert updated == made | window
    assert seen(sandbox, made, after(made["ideal_start"], 0))["status"] == "pending"
    failed = {"status": "failed", "failed_reason": "no_available_connectors"}
    at = after(taken["ideal_start"], -30)
    assert seen(sandbox, made, at) == updated | failed | {"updated": at}


def test_update_of_metadata_keeps_the_plan(sandbox: Sandbox) -> None:
    """Metadata are merged, a null removes a key, and station and window stay (CHARGE-098)."""
    made = reserved(sandbox, 60, 60, metadata={"trip_id": "trip_9384", "old": "1"})
    sandbox.advance("PT10M")
    before = seen(sandbox, made, made["ideal_start"])

    updated = _act(sandbox, "update", made, {"metadata": {"dispatch_id": "dispatch_2048", "old": None}}).json()

    metadata = {"dispatch_id": "dispatch_2048", "trip_id": "trip_9384"}
    assert updated == made | {"metadata": metadata, "updated": sandbox.now()}
    assert seen(sandbox, made, made["ideal_start"]) == before | {"metadata": metadata}


@pytest.mark.parametrize("name", ["driver", "vehicle", "payment_method", "status"])
def test_update_takes_documented_fields_only(sandbox: Sandbox, name: str) -> None:
    """Driver, vehicle and payment method cannot be changed."""
    made = reserved(sandbox)

    assert refusal(_act(sandbox, "update", made, {name: made[name]})) == (400, "reservation_invalid_input", name)


@pytest.mark.parametrize("name", ["connector_type", "ideal_start", "ideal_end", "location", "metadata"])
def test_update_takes_null_where_documented(sandbox: Sandbox, name: str) -> None:
    """`earliest_start` and `latest_end` are removed by null; the other fields are never null."""
    made = reserved(sandbox, earliest_start=after(sandbox.now(), 30), latest_end=after(sandbox.now(), 200))

    cleared = _act(sandbox, "update", made, {"earliest_start": None, "latest_end": None}).json()

    assert cleared == made | {"earliest_start": None, "latest_end": None}
    assert refusal(_act(sandbox, "update", made, {name: None})) == (400, "reservation_invalid_input", name)


def test_impossible_update_changes_nothing(sandbox: Sandbox) -> None:
    """A window that ends before it begins is refused, and the reservation stays as it was."""
    made = reserved(sandbox)

    answer = _act(sandbox, "update", made, {"ideal_end": made["ideal_start"]})

    assert refusal(answer) == (400, "reservation_invalid_input", "ideal_end")
    assert seen(sandbox, made) == made


def test_confirmation_by_hand(sandbox: Sandbox) -> None:
    """A pending reservation is confirmed at once, long before its window, and paid by the method that is given."""
    made = reserved(sandbox, 600, 60, payment_method=None)
    card = sandbox.opened()["sample"]["charge"]["payment_method"]

    confirmed = _act(sandbox, "confirm", made, {"payment_method": card}).json()

    window = {"reserved_start": made["ideal_start"], "reserved_end": made["ideal_end"]}
    known = {"status": "confirmed", "charging_station": GOOD, "payment_method": card, "confirmed_at": sandbox.now()}
    assert confirmed == made | window | known
    assert seen(sandbox, made, made["ideal_end"])["status"] == "expired"


def test_confirmation_takes_no_body(sandbox: Sandbox) -> None:
    """Without a body the payment method stays."""
    made = reserved(sandbox)

    answer = sandbox.client.post(f"{RESERVATIONS}/{made['id']}/confirm", headers=sandbox.charge_key())

    assert (answer.status_code, answer.json()["payment_method"]) == (200, made["payment_method"])


def test_confirmation_without_a_connector_fails_the_reservation(sandbox: Sandbox) -> None:
    """It answers 200 with the failed reservation, as documented (CHARGE-099)."""
    at_faulty: dict[str, Any] = {"connector_type": ["CCS"], "location": AT_FAULTY}
    reserved(sandbox, **at_faulty)
    made = reserved(sandbox, **at_faulty)

    answer = _act(sandbox, "confirm", made)

    failed = {"status": "failed", "failed_reason": "no_available_connectors", "updated": sandbox.now()}
    assert (answer.status_code, answer.json()) == (200, made | failed)


@pytest.mark.parametrize(
    ("card", "expected"),
    [
        ("unknown", (404, "payment_method_not_found", "payment_method")),
        (DECLINED, (402, "payment_authorization_failed", "payment_method")),
        (AUTHENTICATION, (402, "payment_authorization_failed", "payment_method")),
    ],
)
def test_confirmation_with_a_bad_card_changes_nothing(
    sandbox: Sandbox, card: str, expected: tuple[int, str, str]
) -> None:
    """A card that is unknown, declined or to be authenticated is refused, and the reservation stays pending."""
    made = reserved(sandbox)

    assert refusal(_act(sandbox, "confirm", made, {"payment_method": card})) == expected
    assert seen(sandbox, made) == made


@pytest.mark.parametrize("act", ["confirm", "cancel"])
def test_second_call_is_refused(sandbox: Sandbox, act: str) -> None:
    """A reservation that was confirmed, or cancelled, is not so a second time."""
    made = reserved(sandbox)
    assert _act(sandbox, act, made).status_code == 200

    assert refusal(_act(sandbox, act, made)) == (409, STATES[act], "reservation")


def test_cancellation_keeps_what_was_assigned(sandbox: Sandbox) -> None:
    """A confirmed reservation that is cancelled still shows its station, its window and its fee."""
    made = reserved(sandbox, 60, 60)
    sandbox.advance("PT40M")
    confirmed = seen(sandbox, made)

    cancelled = _act(sandbox, "cancel", made).json()

    assert cancelled == confirmed | {"status": "cancelled", "updated": sandbox.now()}
    assert seen(sandbox, made, made["ideal_end"]) == cancelled


def test_cancellation_of_a_pending_reservation(sandbox: Sandbox) -> None:
    """A pending reservation that is cancelled never shows a station."""
    made = reserved(sandbox, 60, 60)

    cancelled = _act(sandbox, "cancel", made).json()

    assert cancelled == made | {"status": "cancelled"}
    assert seen(sandbox, made, made["ideal_end"]) == cancelled


def test_cancel_takes_no_fields(sandbox: Sandbox) -> None:
    """A field in the body of a cancellation is refused."""
    assert refusal(_act(sandbox, "cancel", reserved(sandbox), {"reason": "late"})) == (400, None, "reason")


def test_reservation_of_the_scenario_is_confirmed_by_hand(sandbox: Sandbox) -> None:
    """A pending reservation that was generated is confirmed now, or fails without a connector."""
    for row in every(sandbox, f"{RESERVATIONS}?status=pending"):
        answer = _act(sandbox, "confirm", row)

        shown = answer.json()
        assert answer.status_code == 200
        assert shown["status"] in {"confirmed", "failed"}
        assert shown["updated"] == sandbox.now()
        assert (shown["charging_station"] is None) == (shown["status"] == "failed")
        if shown["status"] == "confirmed":
            assert instant(shown["reserved_end"]) - instant(shown["reserved_start"]) > 60 * MINUTE


@pytest.mark.parametrize("kind", ["driver", "vehicle"])
def test_charge_100_deletion_cancels_reservations(sandbox: Sandbox, kind: str) -> None:
    """With its driver or vehicle a reservation is cancelled, but for one that was resolved before (CHARGE-100)."""
    pending, over = reserved(sandbox, 60, 60), reserved(sandbox, 600, 60)
    _act(sandbox, "cancel", over)
    over = seen(sandbox, over)
    sandbox.advance("PT1M")

    answer = sandbox.client.delete(f"/v1/{kind}s/{pending[kind]}", headers=sandbox.charge_key())

    assert answer.status_code == 200
    assert seen(sandbox, pending) == pending | {"status": "cancelled", "updated": sandbox.now()}
    assert seen(sandbox, over) == over
