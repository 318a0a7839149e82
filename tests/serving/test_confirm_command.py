"""The command `confirm` confirms setup intents and payment intents, and says what that has done."""

from typing import Any, Final

import pytest

from tests.serving.conftest import Command
from tests.serving.fake_server import FakeServer

_ADDED: Final[dict[str, Any]] = {"id": "seti_1", "status": "succeeded", "user": "u1", "payment_method": "pm_1"}


@pytest.mark.parametrize(
    ("arguments", "path", "body"),
    [
        (["seti_1_secret_2", "visa"], "setup-intents/seti_1_secret_2", {"card": "visa"}),
        (["seti_1", "visa", "--wallet", "apple_pay"], "setup-intents/seti_1", {"card": "visa", "wallet": "apple_pay"}),
        (["pi_1"], "payment-intents/pi_1", {}),
        (["pi_1", "declined"], "payment-intents/pi_1", {"card": "declined"}),
        (["a/b"], "payment-intents/a%2Fb", {}),
    ],
)
def test_intent_is_confirmed_by_its_kind(
    command: Command, server: FakeServer, arguments: list[str], path: str, body: dict[str, str]
) -> None:
    """The id says which kind of intent it is; card and wallet are sent if they are given."""
    server.answers(_ADDED)
    command("confirm", "alpha", *arguments)

    assert server.asked[0].path == f"/_sandbox/v1/worlds/alpha/{path}/confirm"
    assert server.asked[0].json == body


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (_ADDED, "u1 has the payment method pm_1.\n"),
        (_ADDED | {"session": None}, "The next start of u1 by pm_1 passes.\n"),
        (_ADDED | {"session": "s1"}, "u1 has paid for the session s1.\n"),
    ],
)
def test_confirmation_is_told(command: Command, server: FakeServer, answer: dict[str, Any], text: str) -> None:
    """It says what the user has now, or has paid."""
    server.answers(answer)

    assert command("confirm", "alpha", "pi_1").out == text
