"""A text of the wrong form is refused with what it should look like, and not with a regular expression."""

from typing import Any, Final

import pytest

from tests.conftest import Sandbox
from tests.contract.charge_examples import KEY

CARD: Final = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2034, "cvc": "123"}
BANK: Final = {"account_number": "DE123456", "bank_name": "Bank", "country": "DE", "currency": "eur"}
PARTY: Final = {"name": "A", "email": "a@example.com"}


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        (
            "payment_methods",
            {"type": "card", "card": CARD | {"number": "4242 4242 4242 4242"}},
            "card.number: must be 12 to 19 digits without blanks between them.",
        ),
        ("payment_methods", {"type": "card", "card": CARD | {"cvc": "1"}}, "card.cvc: must be 3 or 4 digits."),
        (
            "payment_methods",
            {"type": "bank_account", "bank_account": BANK | {"account_number": "DE 12"}},
            "bank_account.account_number: must be 4 to 34 capital letters and digits.",
        ),
        (
            "payment_methods",
            {"type": "bank_account", "bank_account": BANK | {"country": "Germany"}},
            "bank_account.country: must be two capital letters, such as DE.",
        ),
        (
            "payment_methods",
            {"type": "bank_account", "bank_account": BANK | {"currency": "EUR"}},
            "bank_account.currency: must be three small letters, such as eur.",
        ),
        ("drivers", PARTY | {"email": "a"}, "email: must be an e-mail address, such as name@example.com."),
        (
            "fleets",
            PARTY | {"timezone": "Central European Time"},
            "timezone: must be the name of a timezone, such as Europe/Berlin.",
        ),
        (
            "policies",
            {
                "name": "A",
                "mode": "enforcement",
                "status": "active",
                "rules": {"time_windows": [{"days_of_week": ["monday"], "start_time": "8", "end_time": "17:00"}]},
            },
            "rules.time_windows.0.start_time: must be a time of the day, such as 08:30.",
        ),
        ("drivers", PARTY | {"policy_ids": ["a b"]}, "policy_ids.0: must be printable ASCII without blanks."),
    ],
)
def test_wrong_form_is_explained(path: str, body: dict[str, Any], said: str, sandbox: Sandbox) -> None:
    """The message names the member, and says in words what it takes."""
    answer = sandbox.client.post(f"/v1/{path}", json=body, headers=KEY)

    assert (answer.status_code, answer.json()["message"]) == (400, f"Invalid {said}")
