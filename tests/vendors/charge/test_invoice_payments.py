"""An invoice is paid by the payment method that is named, or by default by that of its fleet or of the account."""

from typing import Any, Final

import pytest

from tests.conftest import Sandbox
from tests.vendors.charge.pages import Row, page
from tests.vendors.charge.test_invoice_lines import INVOICES, draft, fleets, post
from tests.vendors.charge.test_invoices import FINALIZE, PAY, card, changed, with_status

WALLET: Final = '{"wallet": {"balance": 1000000, "currency": "eur"}}'


def pay(sandbox: Sandbox, invoice: Row, **body: object) -> Any:  # noqa: ANN401 - an answer of the client
    return post(sandbox, f"{INVOICES}/{invoice['id']}{PAY}", **body)


def test_default_payment_method_of_the_fleet_pays(sandbox: Sandbox) -> None:
    """Without a payment method in the body, the one that the fleet prefers is taken (CHARGE-709)."""
    fleet, method = fleets(sandbox)[0], card(sandbox)
    invoice = draft(sandbox, fleet=fleet)
    changed(sandbox, invoice["id"], FINALIZE)
    post(sandbox, f"/v1/fleets/{fleet}", preferences={"default_payment_method": method})

    assert changed(sandbox, invoice["id"], PAY)["payment_method"] == method


def test_a_payment_without_a_method_is_refused(sandbox: Sandbox) -> None:
    """There is no default one, so the invoice stays open."""
    invoice = with_status(sandbox, "open")

    answer = pay(sandbox, invoice)

    assert (answer.status_code, answer.json()["code"]) == (409, "invoice_payment_invalid_state")
    assert page(sandbox, f"{INVOICES}/{invoice['id']}") == invoice


@pytest.mark.parametrize("behaviour", ["declined", "needs_authentication", "fails_at_settlement"])
def test_bad_card_pays_no_invoice(sandbox: Sandbox, behaviour: str) -> None:
    """The payment is refused at once, and the invoice stays open."""
    invoice = with_status(sandbox, "open")

    answer = pay(sandbox, invoice, payment_method=card(sandbox, card=behaviour))

    assert (answer.status_code, answer.json()["code"]) == (402, "payment_authorization_failed")
    assert page(sandbox, f"{INVOICES}/{invoice['id']}") == invoice


@pytest.mark.parametrize("owner", ["driver", "fleet", "user"])
def test_card_of_others_pays_no_invoice(sandbox: Sandbox, owner: str) -> None:
    """The card of a driver, of another fleet or of a user is not known to the payment (CHARGE-709)."""
    first, second, *_ = fleets(sandbox)
    invoice = draft(sandbox, fleet=first)
    changed(sandbox, invoice["id"], FINALIZE)
    method = card(sandbox)
    sandbox.kept.run(f'UPDATE payment_method SET "{owner}" = :owner WHERE id = :id', owner=second, id=method)  # noqa: S608 - a column's name

    answer = pay(sandbox, invoice, payment_method=method)

    assert (answer.status_code, answer.json()["code"]) == (404, "payment_method_not_found")
    assert pay(sandbox, invoice, payment_method="pm_" + "0" * 32).json()["code"] == "payment_method_not_found"


def test_wallet_pays_what_it_holds(sandbox: Sandbox) -> None:
    """A wallet pays as long as its balance lasts, and is declined then (CHARGE-710)."""
    invoice = with_status(sandbox, "open")
    due = invoice["amount_due"]
    method = card(sandbox, kind="wallet", details=WALLET.replace("1000000", str(2 * due - 1)))

    changed(sandbox, invoice["id"], PAY, payment_method=method)
    second = with_status(sandbox, "open")

    assert second["amount_due"] == due
    assert pay(sandbox, second, payment_method=method).status_code == 402
