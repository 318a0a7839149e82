"""Accounts are created, retrieved and changed."""

from typing import Any, Final

import pytest

from tests.conftest import Sandbox
from tests.vendors.charge.parties import ACCOUNTS, get, made, send
from tests.vendors.charge.refusals import refusal

NOW: Final = "2026-03-04T12:00:00.000Z"
SAID: Final = {"name": "Second Account", "email": "second@company.example", "type": "business"}
KEYS: Final = [
    *("id", "object", "billing_details", "business_type", "contact", "created", "default_currency", "description"),
    *("email", "metadata", "metric_system", "name", "plan", "preferences", "registration_number", "status", "type"),
    *("updated", "wallet_balance"),
]


def test_charge_044_new_account_has_what_was_said(sandbox: Sandbox) -> None:
    """CHARGE-044: an account can be added to a world, and shows what the create said."""
    said: dict[str, Any] = SAID | {"default_currency": "gbp", "metric_system": "imperial", "metadata": {"a": "b"}}
    account = made(sandbox, ACCOUNTS, said)

    assert list(account) == KEYS
    assert account == account | said
    assert account["contact"] == {"email": SAID["email"], "name": SAID["name"], "phone": None}
    assert (account["preferences"]["default_currency"], account["plan"]) == ("gbp", "professional")
    assert (account["status"], account["wallet_balance"]) == ("active", 0)
    assert account["created"] == account["updated"] == NOW
    assert get(sandbox, f"{ACCOUNTS}/{account['id']}") == account


def test_charge_045_update_keeps_what_it_does_not_say(sandbox: Sandbox) -> None:
    """CHARGE-045: only what is sent changes, also within contact, metadata and preferences."""
    account = made(sandbox, ACCOUNTS, SAID | {"metadata": {"a": "1"}})
    path = f"{ACCOUNTS}/{account['id']}"
    sandbox.advance("PT1H")
    address = {"city": "Paris", "country": "FR", "line1": None, "line2": None, "postal_code": None, "state": None}
    changed = made(
        sandbox,
        path,
        {
            "metadata": {"account_segment": "enterprise"},
            "contact": {"phone": "+33189000010"},
            "billing_details": {"billing_address": {"city": "Paris", "country": "FR"}},
            "preferences": {"reporting_enabled": False},
            "registration_number": "552 100 554",
        },
    )

    assert changed == account | {
        "metadata": {"a": "1", "account_segment": "enterprise"},
        "contact": account["contact"] | {"phone": "+33189000010"},
        "billing_details": {"billing_address": address},
        "preferences": account["preferences"] | {"reporting_enabled": False},
        "registration_number": "552 100 554",
        "updated": "2026-03-04T13:00:00.000Z",
    }
    assert made(sandbox, path, {}) == changed == get(sandbox, path)


@pytest.mark.parametrize(
    ("said", "param"),
    [
        ({"type": "individual"}, "type"),
        ({"status": "active"}, "status"),
        ({"name": None}, "name"),
        ({"metric_system": "imperial_system"}, "metric_system"),
        ({"billing_details": {"address": {}}}, "billing_details.address"),
        ({"preferences": {"currency": "eur"}}, "preferences.currency"),
        ({"wallet_balance": 1}, "wallet_balance"),
    ],
)
def test_charge_045_update_takes_no_other_fields(sandbox: Sandbox, said: dict[str, Any], param: str) -> None:
    """CHARGE-045: the type, the status and what does not exist cannot be sent."""
    account = made(sandbox, ACCOUNTS, SAID)

    assert refusal(send(sandbox, f"{ACCOUNTS}/{account['id']}", said)) == (400, None, param)


def test_create_needs_name_email_and_type(sandbox: Sandbox) -> None:
    """Each of the three has to be sent."""
    for name in SAID:
        lacking = {each: value for each, value in SAID.items() if each != name}
        assert refusal(send(sandbox, ACCOUNTS, lacking)) == (400, None, name)


def test_accounts_of_other_worlds_are_unknown(sandbox: Sandbox) -> None:
    """An account of one world is not found with the key of another one, nor before it was created."""
    path = f"{ACCOUNTS}/{made(sandbox, ACCOUNTS, SAID)['id']}"
    unknown = (404, "account_not_found", "account")

    assert refusal(sandbox.charge(path, world="documented")) == unknown
    assert refusal(send(sandbox, path, {}, "documented")) == unknown
    assert refusal(sandbox.charge(path, at="2026-03-04T11:59:59.999Z")) == unknown


def test_drivers_currency_is_the_accounts(sandbox: Sandbox) -> None:
    """A new driver's currency is that of the world's own account."""
    own = sandbox.opened()["sample"]["charge"].get("account") or made(sandbox, ACCOUNTS, SAID)["id"]
    made(sandbox, f"{ACCOUNTS}/{own}", {"default_currency": "chf"})
    driver = made(sandbox, "/v1/drivers", {"name": "Maria", "email": "maria@company.example"})

    assert driver["preferences"]["currency"] == "chf"
