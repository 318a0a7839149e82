"""Cards with public test numbers behave as these are documented, and their numbers are kept nowhere."""

from pathlib import Path

import pytest

from app.domain.models import Card
from app.domain.payment_cards import TEST_NUMBERS
from tests.conftest import Sandbox
from tests.vendors.charge.belongings import METHODS, card, new_card
from tests.vendors.charge.pages import retrieve
from tests.vendors.charge.parties import send
from tests.vendors.charge.refusals import refusal

REFUSED = {
    Card.DECLINED: "The payment method was declined.",
    Card.INSUFFICIENT_FUNDS: "The payment method has insufficient funds.",
    Card.NEEDS_AUTHENTICATION: "The payment method has to be authenticated by its holder.",
}
GOOD = ["4242424242424242", "4000056655665556", "5555555555554444", "378282246310005", "6011111111111117"]


@pytest.mark.parametrize("number", [number for number, behaves in TEST_NUMBERS.items() if behaves in REFUSED])
def test_charge_065_test_numbers_behave_as_documented(sandbox: Sandbox, number: str) -> None:
    """CHARGE-065: such a card is created like any other, and a start with it is refused for its own reason."""
    answer = sandbox.start(payment_method=new_card(sandbox, number)["id"])

    assert refusal(answer) == (402, "payment_authorization_failed", "payment_method")
    assert answer.json()["message"] == REFUSED[TEST_NUMBERS[number]]


@pytest.mark.parametrize("number", GOOD)
def test_other_numbers_are_good(sandbox: Sandbox, number: str) -> None:
    """A card with the number of a good test card pays."""
    assert sandbox.start(payment_method=new_card(sandbox, number)["id"]).status_code == 200


def test_card_that_fails_when_charged_is_never_paid(sandbox: Sandbox) -> None:
    """CHARGE-065: a start with it is accepted, and the session stays unpaid."""
    session = sandbox.start(payment_method=new_card(sandbox, "4000000000000341")["id"]).json()["id"]
    sandbox.advance("PT5H")
    ended = retrieve(sandbox, session)

    assert (ended["status"], ended["amount_paid"]) == ("completed", 0)
    assert ended["amount_due"] > 0


@pytest.mark.own_server
def test_charge_066_number_and_check_code_are_not_kept(sandbox: Sandbox) -> None:
    """CHARGE-066: neither is in an export of the world, also with an idempotency key, nor in a file of the database."""
    number = "4000002760003184"
    for key, sent in (("made", number), ("refused", f"{number[:-1]}5")):
        said = card(sent)
        said["card"]["cvc"] = "7391"
        sandbox.client.post(METHODS, json=said, headers=sandbox.charge_key() | {"Idempotency-Key": key})
    exported = sandbox.client.get("/_sandbox/v1/worlds/default/export").text

    assert "3184" in exported
    assert number[:-1] not in exported
    assert '"7391"' not in exported
    if sandbox.kept.url.startswith("sqlite"):
        folder = Path(sandbox.kept.url.removeprefix("sqlite:///")).parent
        assert not any(number[:-1].encode() in file.read_bytes() for file in folder.iterdir() if file.is_file())


def test_charge_066_same_number_has_the_same_fingerprint(sandbox: Sandbox) -> None:
    """CHARGE-066: the fingerprint depends on the number, and on the seed of the world."""
    first, again = new_card(sandbox), new_card(sandbox, good_through=(1, 2031))
    other, elsewhere = new_card(sandbox, "5555555555554444"), new_card(sandbox, world="documented")
    shown = [each["card"]["fingerprint"] for each in (first, again, other, elsewhere)]

    assert shown[0] == shown[1]
    assert len(set(shown)) == 3


def test_charge_069_expired_card_is_refused(sandbox: Sandbox) -> None:
    """CHARGE-069: a card is good through its last month; then it neither pays nor can be created."""
    method = new_card(sandbox, good_through=(3, 2026))["id"]
    last = sandbox.start(payment_method=method)
    sandbox.end(last.json()["id"])
    sandbox.client.post("/_sandbox/v1/worlds/default/clock/advance", json={"to": "2026-04-01T00:00:00Z"})
    expired = send(sandbox, METHODS, card(good_through=(3, 2026)))

    outdated = new_card(sandbox)["id"]
    send(sandbox, f"{METHODS}/{outdated}", {"card": {"exp_year": 2025}})

    assert last.status_code == 200
    assert refusal(sandbox.start(payment_method=outdated)) == (402, "payment_authorization_failed", "payment_method")
    assert refusal(sandbox.start(payment_method=method)) == (402, "payment_authorization_failed", "payment_method")
    assert refusal(expired) == (400, "payment_method_invalid_input", "card.exp_year")
