"""The command `simulate` sends amounts for the events that move money, and prints the transaction that they make."""

from typing import Any, Final

from tests.serving.conftest import Command
from tests.serving.fake_server import FakeServer

EVENT: Final[dict[str, Any]] = {
    "event": "adjustment",
    "id": "A transaction.",
    "takes": ["at", "amount"],
    "does": "It is added.",
    "refused": "Never.",
}
SIMULATED: Final[dict[str, Any]] = {
    "event": "adjustment",
    "id": "txn_1",
    "at": "2026-03-02T08:10:00.000Z",
    "transitions": [],
    "transaction": "txn_2",
}


def test_amount_is_sent(command: Command, server: FakeServer) -> None:
    """An amount may be negative, and is sent as a number."""
    server.answers(SIMULATED)
    command("simulate", "alpha", "adjustment", "txn_1", "--amount", "-250")

    assert server.asked[0].json == {"event": "adjustment", "id": "txn_1", "amount": -250}


def test_transaction_is_printed(command: Command, server: FakeServer) -> None:
    """The id of the new transaction is in the text."""
    server.answers(SIMULATED)

    assert "The transaction is txn_2.\n" in command("simulate", "alpha", "adjustment", "txn_1", "--amount", "5").out


def test_amount_is_among_the_arguments_of_an_event(command: Command, server: FakeServer) -> None:
    """The list of events shows the option where an event takes an amount."""
    server.answers({"events": [EVENT]})

    assert "simulate alpha adjustment ID [--at AT] [--amount NUMBER]\n" in command("simulate", "alpha").out
