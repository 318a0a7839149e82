"""Payment methods of a user are listed, and one of them is the default."""

from typing import Final

import pytest

from tests.conftest import Sandbox
from tests.vendors.cariqa.customers import answered, call, methods, new_card, new_user

pytestmark = pytest.mark.own_server

_CARDS: Final = {
    "visa": ("visa", "4242"),
    "mastercard": ("mastercard", "4444"),
    "amex": ("amex", "0005"),
    "declined": ("visa", "0002"),
    "insufficient_funds": ("visa", "9995"),
    "authentication_required": ("visa", "3155"),
    "fails_later": ("visa", "0341"),
}


def test_payment_methods_are_listed_newest_first(sandbox: Sandbox) -> None:
    """Each has the documented fields; a card of a wallet is of the wallet's type."""
    user = new_user(sandbox)
    first = new_card(sandbox, user)
    second = new_card(sandbox, user, card="mastercard", wallet="apple_pay")
    third = new_card(sandbox, user, wallet="google_pay")
    listed = methods(sandbox, user)

    assert [(each["id"], each["type"]) for each in listed] == [
        (third, "google_pay"),
        (second, "apple_pay"),
        (first, "card"),
    ]
    assert list(listed[0]) == ["id", "default", "type", "card", "created_at"]
    assert listed[2]["card"] == {
        "brand": "visa",
        "last4": "4242",
        "expiration_date": "12/2030",
        "cardholder_name": None,
    }
    assert listed[2]["created_at"] == sandbox.now().split(".")[0] + "Z"
    assert methods(sandbox, user, params={"page_size": 1, "page": 2}) == [listed[1]]


@pytest.mark.parametrize("word", _CARDS)
def test_card_shows_its_brand_and_last_digits(sandbox: Sandbox, word: str) -> None:
    """A word for a card stands for a public test number."""
    user = new_user(sandbox)
    new_card(sandbox, user, card=word)
    card = methods(sandbox, user)[0]["card"]

    assert (card["brand"], card["last4"]) == _CARDS[word]


def test_cariqa_033_first_payment_method_is_the_default(sandbox: Sandbox) -> None:
    """CARIQA-033: until another one is made the default; after its deletion it is the newest that is left."""
    user = new_user(sandbox)
    cards = [new_card(sandbox, user) for _ in range(3)]

    def default() -> list[int]:
        return [cards.index(each["id"]) for each in methods(sandbox, user) if each["default"]]

    seen = [default()]
    chosen = call(sandbox, "POST", f"{user}/payment-methods/{cards[1]}/default/")
    seen.append(default())
    call(sandbox, "DELETE", f"{user}/payment-methods/{cards[1]}/")
    seen.append(default())
    call(sandbox, "DELETE", f"{user}/payment-methods/{cards[0]}/")
    seen.append(default())

    assert (chosen.status_code, chosen.content) == (204, b"")
    assert seen == [[0], [1], [2], [2]]


def test_default_of_a_user_of_the_town_stays_when_a_card_is_added(sandbox: Sandbox) -> None:
    """Also where no one has been chosen."""
    user = sandbox.opened()["credentials"]["cariqa"]["user_id"]
    [before] = methods(sandbox, user)
    added = new_card(sandbox, user)

    assert before["default"]
    assert [(each["id"], each["default"]) for each in methods(sandbox, user)] == [(added, False), (before["id"], True)]


def test_unknown_payment_methods_are_not_found(sandbox: Sandbox) -> None:
    """A payment method of another user, of a driver, or of none is 404 for a default and for a deletion."""
    user, other = new_user(sandbox), new_user(sandbox)
    foreign = [new_card(sandbox, other), sandbox.opened()["sample"]["charge"]["payment_method"], "pm_unknown", "a b"]
    for method in foreign:
        for answer in (
            call(sandbox, "POST", f"{user}/payment-methods/{method}/default/"),
            call(sandbox, "DELETE", f"{user}/payment-methods/{method}/"),
        ):
            assert (answer.status_code, answer.json()) == (404, {"detail": "Not found."})
    assert len(methods(sandbox, other)) == 1


def test_payment_methods_of_users_are_not_shown_to_others(sandbox: Sandbox) -> None:
    """Another vendor, which has payment methods too, does not list a user's card, nor one that was deleted."""
    user = new_user(sandbox)
    kept, deleted = new_card(sandbox, user), new_card(sandbox, user)
    call(sandbox, "DELETE", f"{user}/payment-methods/{deleted}/")
    listed = str(sandbox.charge("/v1/payment_methods", limit=100).json())

    for method in (kept, deleted):
        assert method not in listed
        assert sandbox.charge(f"/v1/payment_methods/{method}").status_code == 404


def test_list_is_as_of_an_instant(sandbox: Sandbox) -> None:
    """A card is there from its creation on."""
    user = new_user(sandbox)
    sandbox.advance("PT1H")
    before = sandbox.now()
    sandbox.advance("PT1H")
    card = new_card(sandbox, user)

    assert [each["id"] for each in methods(sandbox, user)] == [card]
    assert methods(sandbox, user, at=before) == []
    assert answered(sandbox, "GET", f"{user}/payment-methods/", at=before)["count"] == 0
