"""The control API confirms setup intents and payment intents."""

from typing import Final

import pytest

from tests.conftest import Sandbox
from tests.vendors.cariqa.customers import (
    DEBT,
    DEBTOR,
    answered,
    call,
    confirm,
    fault,
    methods,
    new_card,
    new_user,
    secret,
)

pytestmark = pytest.mark.own_server

_EVSE: Final = "DE*WTF*EGOOD*1"
_ADDRESS: Final = {"line1": "Berliner Str. 123", "postal_code": "10119"}


def _user(sandbox: Sandbox) -> str:
    """A user who has billing details."""
    user = new_user(sandbox)
    answered(sandbox, "PUT", f"{user}/billing-details/", json=_ADDRESS)
    return user


def _refused_start(sandbox: Sandbox, user: str, card: str) -> str:
    """The client secret with which a start is refused."""
    answer = call(sandbox, "POST", f"{user}/charging/start/", json={"evse_id": _EVSE, "payment_method_id": card})
    assert fault(answer)[:2] == (402, "pre_authorization_failed")
    return str(answer.json()["error"]["payment_intent_client_secret"])


def _starts(sandbox: Sandbox, user: str, card: str) -> int:
    body = {"evse_id": _EVSE, "payment_method_id": card}
    return call(sandbox, "POST", f"{user}/charging/start/", json=body).status_code


def test_setup_intent_is_named_by_its_id_or_its_secret(sandbox: Sandbox) -> None:
    """The answer has the id, the user and the payment method, and does not repeat the secret."""
    user = new_user(sandbox)
    for named in (secret(sandbox, user), secret(sandbox, user).partition("_secret_")[0]):
        if not methods(sandbox, user):
            answer = confirm(sandbox, "setup", named, card="visa")
            assert answer.json() == {
                "id": named.partition("_secret_")[0],
                "status": "succeeded",
                "user": user,
                "payment_method": methods(sandbox, user)[0]["id"],
            }
    by_id = secret(sandbox, user).partition("_secret_")[0]

    assert confirm(sandbox, "setup", by_id, card="mastercard").status_code == 200
    assert [each["card"]["brand"] for each in methods(sandbox, user)] == ["mastercard", "visa"]


@pytest.mark.parametrize("body", [{}, {"card": "gold"}, {"card": "visa", "wallet": "paypal"}, {"number": "4242"}])
def test_setup_takes_a_word_for_a_card(sandbox: Sandbox, body: dict[str, str]) -> None:
    """Anything else is 400, and adds nothing."""
    user = new_user(sandbox)

    assert confirm(sandbox, "setup", secret(sandbox, user), **body).status_code == 400
    assert methods(sandbox, user) == []


def test_setup_intent_of_nothing_is_not_found(sandbox: Sandbox) -> None:
    """Neither is one with a wrong secret, one of another world or of a deleted user, or one that is still to come."""
    user, gone = new_user(sandbox), new_user(sandbox)
    opened, foreign = secret(sandbox, user), secret(sandbox, new_user(sandbox, "documented"), "documented")
    of_gone = secret(sandbox, gone)
    call(sandbox, "DELETE", f"{gone}/")
    for named in ("seti_unknown", f"{opened}x", foreign, of_gone, DEBT, "a b", "a%00b", "é"):
        assert confirm(sandbox, "setup", named, card="visa").status_code == 404, named
    assert methods(sandbox, user) == []


def test_setup_intent_is_confirmed_once(sandbox: Sandbox) -> None:
    """A second confirmation is 409 and adds nothing."""
    user = new_user(sandbox)
    opened = secret(sandbox, user)
    answers = [confirm(sandbox, "setup", opened, card="visa") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 409]
    assert len(methods(sandbox, user)) == 1


@pytest.mark.parametrize("card", ["declined", "insufficient_funds"])
def test_card_that_does_not_pay_is_refused_at_a_start(sandbox: Sandbox, card: str) -> None:
    """It can be added, and a start with it is 402 without a secret."""
    user = _user(sandbox)
    method = new_card(sandbox, user, card=card)
    answer = call(sandbox, "POST", f"{user}/charging/start/", json={"evse_id": _EVSE, "payment_method_id": method})

    assert fault(answer)[:2] == (402, "pre_authorization_failed")
    assert "payment_intent_client_secret" not in answer.json()["error"]


def test_card_that_fails_later_leaves_a_debt(sandbox: Sandbox) -> None:
    """Its session is paid for by the confirmation of the debt's payment intent."""
    user = _user(sandbox)
    method = new_card(sandbox, user, card="fails_later")
    assert _starts(sandbox, user, method) == 201
    sandbox.advance("P1D")
    [debt] = answered(sandbox, "GET", f"{user}/charging/debts/")["results"]
    paid = confirm(sandbox, "payment", debt["payment_intent_client_secret"], card="visa")

    assert paid.json()["session"] == debt["session_id"]
    assert answered(sandbox, "GET", f"{user}/charging/debts/")["count"] == 0


def test_confirmed_payment_lets_the_next_start_pass(sandbox: Sandbox) -> None:
    """A start is refused until the holder confirms; one confirmation is for one start."""
    user = _user(sandbox)
    card = new_card(sandbox, user, card="authentication_required")
    opened = _refused_start(sandbox, user, card)
    assert _refused_start(sandbox, user, card) == opened
    confirmed = confirm(sandbox, "payment", opened)
    again = confirm(sandbox, "payment", opened)

    assert confirmed.json() == {
        "id": opened.partition("_secret_")[0],
        "status": "succeeded",
        "user": user,
        "payment_method": card,
        "session": None,
    }
    assert again.status_code == 409
    assert _starts(sandbox, user, card) == 201
    sandbox.advance("P1D")
    assert _refused_start(sandbox, user, card) != opened


@pytest.mark.parametrize("card", ["declined", "insufficient_funds", "fails_later"])
def test_card_that_does_not_pay_confirms_nothing(sandbox: Sandbox, card: str) -> None:
    """The intent of a start stays open, and the debt stays."""
    user = _user(sandbox)
    method = new_card(sandbox, user, card="authentication_required")
    opened = _refused_start(sandbox, user, method)
    answers = [confirm(sandbox, "payment", intent, card=card) for intent in (opened, DEBT)]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert all("stays open" in answer.json()["detail"] for answer in answers)
    assert _refused_start(sandbox, user, method) == opened
    assert answered(sandbox, "GET", f"{DEBTOR}/charging/debts/")["count"] == 1


def test_debt_is_paid_once(sandbox: Sandbox) -> None:
    """By its id or its secret; after that there is no debt."""
    [debt] = answered(sandbox, "GET", f"{DEBTOR}/charging/debts/")["results"]
    answers = [
        confirm(sandbox, "payment", named)
        for named in (f"{debt['payment_intent_client_secret']}x", debt["payment_intent_client_secret"], DEBT)
    ]

    assert [answer.status_code for answer in answers] == [404, 200, 409]
    assert answered(sandbox, "GET", f"{DEBTOR}/charging/debts/")["count"] == 0


def test_payment_intent_of_nothing_is_not_found(sandbox: Sandbox) -> None:
    """Neither is that of a session that other vendors sell, or of another world."""
    user = sandbox.charge(limit=1).json()["data"][0]["id"]
    for named in ("pi_unknown", user.replace("cs_", "pi_"), "pi_", "a%00b", secret(sandbox, DEBTOR)):
        assert confirm(sandbox, "payment", named).status_code == 404, named
    assert confirm(sandbox, "payment", DEBT, "nowhere").status_code == 404
