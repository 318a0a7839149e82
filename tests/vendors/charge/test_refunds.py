"""Refunds and adjustments are transactions of their own, and what is left of a charge never falls below zero."""

from collections.abc import Callable
from typing import Final

import pytest

from tests.conftest import Sandbox
from tests.vendors.charge.billing import TRANSACTIONS, correct, corrected, finished, transaction
from tests.vendors.charge.pages import Row, every, page

COPIED: Final = ("charging_session", "currency", "driver", "fleet", "payment_method", "vehicle")


@pytest.fixture
def charge(sandbox: Sandbox) -> Row:
    """A charge that has just succeeded."""
    session = finished(sandbox)
    sandbox.advance("PT2M")
    return next(
        row
        for row in every(sandbox, f"{TRANSACTIONS}?driver={session['driver']}")
        if row["charging_session"] == session["id"]
    )


@pytest.mark.parametrize("named", ["id", "charging_session"])
def test_refund_is_a_negative_transaction_of_the_same_session(sandbox: Sandbox, charge: Row, named: str) -> None:
    """By the id of the session or of the charge, a part is given back, and the refund is listed first (CHARGE-104)."""
    made = corrected(sandbox, "refund", charge[named], amount=100)

    listed = every(sandbox, f"{TRANSACTIONS}?driver={charge['driver']}")[0]

    assert listed == transaction(sandbox, made)
    assert {name: listed[name] for name in COPIED} == {name: charge[name] for name in COPIED}
    assert (listed["amount"], listed["type"], listed["status"]) == (-100, "refund", "succeeded")
    assert listed["description"] == f"Refund for charging session {charge['charging_session']}"


def test_a_refund_without_an_amount_gives_back_all_that_is_left(sandbox: Sandbox, charge: Row) -> None:
    """After a first refund and an adjustment, the rest of the charge comes back, and nothing after that."""
    corrected(sandbox, "refund", charge["id"], amount=100)
    corrected(sandbox, "adjustment", charge["id"], amount=30)

    rest = corrected(sandbox, "refund", charge["id"])

    assert transaction(sandbox, rest)["amount"] == 70 - charge["amount"]
    assert correct(sandbox, "refund", charge["id"]).status_code == 409


@pytest.mark.parametrize("event", ["refund", "adjustment"])
def test_no_more_is_given_back_than_was_paid(sandbox: Sandbox, charge: Row, event: str) -> None:
    """A refund or an adjustment of more than is left is refused, and adds nothing."""
    sign = 1 if event == "refund" else -1

    answer = correct(sandbox, event, charge["id"], amount=sign * (charge["amount"] + 1))

    assert answer.status_code == 409
    assert every(sandbox, f"{TRANSACTIONS}?driver={charge['driver']}")[0] == charge


def test_session_shows_what_was_paid_before_refunds(sandbox: Sandbox, charge: Row) -> None:
    """The session's `amount_paid` stays as it is (CHARGE-104)."""
    before = page(sandbox, f"/v1/charging_sessions/{charge['charging_session']}")

    corrected(sandbox, "refund", charge["id"])

    assert page(sandbox, f"/v1/charging_sessions/{charge['charging_session']}") == before


def test_a_refund_to_come_is_shown_when_it_comes(sandbox: Sandbox, charge: Row) -> None:
    """A refund in ten minutes is no transaction yet, but is no longer left to give back."""
    made = corrected(sandbox, "refund", charge["id"], at="+PT10M")

    assert sandbox.charge(f"{TRANSACTIONS}/{made}").status_code == 404
    assert correct(sandbox, "refund", charge["id"], amount=1).status_code == 409
    sandbox.advance("PT10M")
    assert transaction(sandbox, made)["amount"] == -charge["amount"]


def test_only_what_is_paid_is_given_back(sandbox: Sandbox, charge: Row) -> None:
    """An active session, a charge that is pending, and a refund are refused; an unknown id is not found."""
    active = sandbox.start().json()["id"]
    refund = corrected(sandbox, "refund", charge["id"], amount=1)
    sandbox.advance("PT2M")
    answers = {"active": correct(sandbox, "refund", active)}
    sandbox.end(active)
    answers["pending"] = correct(sandbox, "refund", active)
    answers["refund"] = correct(sandbox, "refund", refund)

    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(answers, 409)
    assert correct(sandbox, "refund", "txn_" + "0" * 32).status_code == 404


@pytest.mark.parametrize(
    ("event", "more"),
    [
        ("refund", {"amount": 0}),
        ("refund", {"amount": -5}),
        ("refund", {"amount": 1.5}),
        ("refund", {"for": "PT1H"}),
        ("adjustment", {}),
        ("adjustment", {"amount": 0}),
        ("unplug", {"amount": 5}),
    ],
)
def test_an_impossible_amount_is_refused(sandbox: Sandbox, event: str, more: dict[str, object]) -> None:
    """An amount is a whole number, positive for a refund and not zero for an adjustment; other events have none."""
    refused = correct(sandbox, event, "cs_" + "0" * 32, **more)

    assert refused.status_code == 400
    assert ("is positive" in refused.text) == (event == "refund" and more.get("amount") in {0, -5})
    assert ("is not zero" in refused.text) == (event == "adjustment" and more.get("amount") == 0)


def test_full_world_takes_no_refund(open_sandbox: Callable[..., Sandbox]) -> None:
    """A refund counts as an object that callers have created."""
    sandbox = open_sandbox(max_rows=1)
    paid = next(row for row in every(sandbox, TRANSACTIONS) if row["status"] == "succeeded")
    corrected(sandbox, "refund", paid["id"], amount=1)

    answer = correct(sandbox, "refund", paid["id"], amount=1)

    assert answer.status_code == 409
    assert "WATTIF_MAX_ROWS" in answer.json()["detail"]
