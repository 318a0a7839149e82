"""Calls with which tests make and change what is paid: charges, refunds, invoices, cards and wallets."""

from typing import Any, Final

import httpx2

from tests.conftest import Sandbox
from tests.control.worlds import WORLDS
from tests.vendors.charge.pages import Row, every, page

TRANSACTIONS: Final = "/v1/transactions"
INVOICES: Final = "/v1/invoices"
METHODS: Final = "/v1/payment_methods"
SINCE, UNTIL = "2026-02-01T00:00:00.000Z", "2026-03-01T00:00:00.000Z"
UPDATE, FINALIZE, PAY, VOID = CHANGES = ("", "/finalize", "/pay", "/void")
"""The last parts of the paths that change an invoice."""
OPENING: Final = 100_000
"""What a new wallet holds, in minor units."""


def post(sandbox: Sandbox, path: str, **body: object) -> Any:  # noqa: ANN401 - an answer of the client
    return sandbox.client.post(path, json=body, headers=sandbox.charge_key())


def transaction(sandbox: Sandbox, transaction: str, *, at: str | None = None) -> Row:
    """A transaction by its id."""
    return page(sandbox, f"{TRANSACTIONS}/{transaction}", at=at)


def finished(sandbox: Sandbox) -> Row:
    """A session that was started, charged for half an hour and ended, a moment ago."""
    session = sandbox.start().json()["id"]
    sandbox.advance("PT30M")
    ended: Row = sandbox.end(session).json()
    return ended


def correct(sandbox: Sandbox, event: str, id_: str, **more: object) -> httpx2.Response:
    """The answer to a simulated refund or adjustment."""
    return sandbox.client.post(f"{WORLDS}/default/simulate", json={"event": event, "id": id_, **more})


def corrected(sandbox: Sandbox, event: str, id_: str, **more: object) -> str:
    """The id of the transaction that a refund or an adjustment makes."""
    answer = correct(sandbox, event, id_, **more)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["transaction"])


def draft(sandbox: Sandbox, **changed: object) -> Row:
    """A new draft for February, or with other fields."""
    answer = post(sandbox, INVOICES, **{"period_start": SINCE, "period_end": UNTIL} | changed)
    assert answer.status_code == 200, answer.text
    body: Row = answer.json()
    return body


def changed(sandbox: Sandbox, invoice: str, change: str, **body: object) -> Row:
    """The answer to a change of an invoice that is allowed."""
    answer = post(sandbox, f"{INVOICES}/{invoice}{change}", **body)
    assert answer.status_code == 200, answer.text
    shown: Row = answer.json()
    return shown


def fleets(sandbox: Sandbox) -> list[str]:
    return sorted({row["fleet"] for row in every(sandbox, TRANSACTIONS) if row["fleet"]})


def card(sandbox: Sandbox) -> str:
    """A new card that is good and has no owner."""
    number = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2030, "cvc": "123"}
    return str(post(sandbox, "/v1/payment_methods", type="card", card=number).json()["id"])


def new_wallet(sandbox: Sandbox, opening: int = OPENING, **owner: str) -> str:
    """A new wallet, of the driver or the fleet, or of neither."""
    body = {"type": "wallet", "wallet": {"currency": "eur", "balance": opening}}
    made = str(post(sandbox, METHODS, **body).json()["id"])
    if owner:
        assert post(sandbox, f"{METHODS}/{made}/attach", **owner).status_code == 200
    return made


def charged_to(sandbox: Sandbox, wallet: str) -> Row:
    """A session that the wallet has paid."""
    session = sandbox.start(payment_method=wallet).json()["id"]
    sandbox.advance("PT30M")
    sandbox.end(session)
    sandbox.advance("PT2M")
    return next(row for row in every(sandbox, TRANSACTIONS) if row["charging_session"] == session)
