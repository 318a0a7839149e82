"""Payment methods are created, retrieved, changed and listed."""

from typing import Any, Final

import pytest

from tests.conftest import Sandbox
from tests.vendors.charge.belongings import METHODS, card, new_card
from tests.vendors.charge.pages import LATER, SESSIONS, every, ids
from tests.vendors.charge.parties import Object, get, made, sample, send
from tests.vendors.charge.refusals import refusal

KEYS: Final = [
    *("id", "object", "bank_account", "billing_details", "card", "created", "driver", "fleet", "type", "wallet"),
]
INVALID: Final = "payment_method_invalid_input"
BANK_ACCOUNT: Final = {
    "type": "bank_account",
    "bank_account": {
        "account_number": "DE89370400440532013000",
        "bank_name": "Example Bank",
        "country": "DE",
        "currency": "eur",
    },
}
WALLET: Final = {"type": "wallet", "wallet": {"currency": "eur", "balance": 2500}}
ADDRESS: Final = {
    "city": "Paris",
    "country": "FR",
    "line1": "10 Rue de la Paix",
    "line2": None,
    "postal_code": "75002",
    "state": None,
}


def test_new_card_shows_brand_expiry_and_last_digits(sandbox: Sandbox) -> None:
    """A card belongs to nothing yet, and is the first of the list."""
    details = {"address": ADDRESS, "email": "a@company.example", "name": "A", "phone": "+33189000023"}
    method = new_card(sandbox, "5555555555554444", billing_details=details)
    shown = method["card"]

    assert list(method) == KEYS
    assert [method[name] for name in ("bank_account", "driver", "fleet", "wallet")] == [None] * 4
    assert (method["object"], method["type"]) == ("payment_method", "card")
    assert method["billing_details"] == details
    assert list(shown) == ["brand", "exp_month", "exp_year", "fingerprint", "last4"]
    assert (shown["brand"], shown["exp_month"], shown["exp_year"], shown["last4"]) == ("mastercard", 12, 2030, "4444")
    assert get(sandbox, f"{METHODS}/{method['id']}") == method == every(sandbox, METHODS)[0]


def test_charge_062_bank_accounts_and_wallets_pay(sandbox: Sandbox) -> None:
    """CHARGE-062: a bank account shows its last digits, a wallet its balance, and both pay for sessions."""
    account, wallet = made(sandbox, METHODS, BANK_ACCOUNT), made(sandbox, METHODS, WALLET)

    assert account["bank_account"] == account["bank_account"] | {"last4": "3000", "status": "pending", "country": "DE"}
    assert wallet["wallet"] == wallet["wallet"] | {"balance": 2500, "currency": "eur", "status": "active"}
    assert list(wallet["wallet"]) == sorted(wallet["wallet"])
    for method in (account, wallet):
        assert method["card"] is None
        begun = sandbox.start(payment_method=method["id"])
        assert begun.status_code == 200
        sandbox.end(begun.json()["id"])
        sandbox.advance("PT2M")


@pytest.mark.parametrize(
    ("changed", "param"),
    [
        ({"card": None}, "card"),
        ({"wallet": {"currency": "eur"}}, "wallet"),
        ({"type": "cash"}, "type"),
        ({"type": None}, "type"),
        ({"type": "wallet"}, "card"),
        ({"metadata": {}}, "metadata"),
    ],
)
def test_member_of_the_type_is_required(sandbox: Sandbox, changed: dict[str, object], param: str) -> None:
    """A payment method has the member that is named after its type, and no other one like it."""
    assert refusal(send(sandbox, METHODS, card() | changed)) == (400, INVALID, param)


@pytest.mark.parametrize(
    ("changed", "param"),
    [
        ({"number": "4242424242424241"}, "card.number"),
        ({"number": "4242 4242 4242 4242"}, "card.number"),
        ({"number": 4242424242424242}, "card.number"),
        ({"exp_month": 13}, "card.exp_month"),
        ({"exp_year": 30}, "card.exp_year"),
        ({"cvc": "12"}, "card.cvc"),
        ({"name": "A"}, "card.name"),
    ],
)
def test_impossible_card_is_refused(sandbox: Sandbox, changed: dict[str, object], param: str) -> None:
    """A card with a wrong check digit or an impossible part is 400, and the answer does not repeat its number."""
    said = card()
    said["card"] |= changed
    answer = send(sandbox, METHODS, said)

    assert refusal(answer) == (400, INVALID, param)
    assert "4242" not in answer.text


def test_charge_061_billing_details_come_from_the_account(sandbox: Sandbox) -> None:
    """CHARGE-061: a create that does not say them has those of the world's account; one that says null has none."""
    details = new_card(sandbox, world="documented")["billing_details"]
    address = ADDRESS | {"line2": "Batiment A", "state": "Ile-de-France"}
    contact = {"email": "example@example.com", "name": "Example", "phone": "+33189000010"}

    assert details == {"address": address, **contact}
    assert list(details) == ["address", "email", "name", "phone"]
    assert new_card(sandbox, world="documented", billing_details=None)["billing_details"] is None


def test_update_keeps_what_it_does_not_say(sandbox: Sandbox) -> None:
    """A card gets another expiry, a bank account another name, and billing details change by their members."""
    method = new_card(sandbox, billing_details={"name": "A", "phone": "+1"})
    path = f"{METHODS}/{method['id']}"
    changed = made(sandbox, path, {"card": {"exp_year": 2031}, "billing_details": {"name": "B", "address": ADDRESS}})
    account = made(sandbox, METHODS, BANK_ACCOUNT)
    renamed = made(sandbox, f"{METHODS}/{account['id']}", {"bank_account": {"bank_name": "Other Bank"}})

    assert changed["card"] == method["card"] | {"exp_year": 2031}
    assert changed["billing_details"] == {"address": ADDRESS, "email": None, "name": "B", "phone": "+1"}
    assert renamed["bank_account"] == account["bank_account"] | {"bank_name": "Other Bank"}
    assert refusal(send(sandbox, path, {"bank_account": {"currency": "gbp"}})) == (400, INVALID, "bank_account")
    assert refusal(send(sandbox, path, {"card": {"number": "1"}})) == (400, INVALID, "card.number")


def test_charge_063_cards_of_a_scenario_do_not_expire(sandbox: Sandbox) -> None:
    """CHARGE-063: a card of which the scenario says nothing is good whenever the clock says so."""
    path = f"{METHODS}/pm_MagicCardFailsAtSettlement000000"
    now, later = (get(sandbox, path, at=at)["card"] for at in ("2026-03-04T12:00:00Z", "2033-03-04T12:00:00Z"))

    assert (now["exp_year"], later["exp_year"]) == (2030, 2037)
    assert now == later | {"exp_year": 2030}
    assert sandbox.advance("P10Y").status_code == 200
    assert sandbox.start().status_code == 200


def test_charge_067_cards_of_users_are_not_shown(sandbox: Sandbox) -> None:
    """CHARGE-067: another vendor's customer has a card that Charge neither lists nor finds, and no driver pays with."""
    users = sandbox.opened()["sample"]["cariqa"]["payment_method_id"]

    assert users not in ids(every(sandbox, METHODS, at=LATER))
    assert refusal(sandbox.charge(f"{METHODS}/{users}")) == (404, "payment_method_not_found", "payment_method")
    assert refusal(send(sandbox, f"{METHODS}/{users}/attach", {"driver": sample(sandbox, "driver")})) == (
        404,
        "payment_method_not_found",
        "payment_method",
    )
    assert refusal(sandbox.start(payment_method=users)) == (
        404,
        "charging_session_dependency_not_found",
        "payment_method",
    )


def test_list_is_narrowed_by_its_filters(sandbox: Sandbox) -> None:
    """The filters by type and owner narrow together; an unknown id gives an empty page."""
    fleet = sample(sandbox, "fleet")
    kinds: list[Any] = [card(), BANK_ACCOUNT, WALLET]
    methods: list[Object] = [made(sandbox, METHODS, body) for body in kinds]
    for method in methods[:2]:
        made(sandbox, f"{METHODS}/{method['id']}/attach", {"fleet": fleet})

    assert ids(every(sandbox, f"{METHODS}?fleet={fleet}")) == [methods[1]["id"], methods[0]["id"]]
    assert ids(every(sandbox, f"{METHODS}?fleet={fleet}&type=card")) == [methods[0]["id"]]
    assert ids(every(sandbox, f"{METHODS}?type=wallet")) == [methods[2]["id"]]
    assert every(sandbox, f"{METHODS}?driver=drv_unknown") == []
    assert {row["payment_method"] for row in every(sandbox, SESSIONS)} <= set(ids(every(sandbox, METHODS)))
