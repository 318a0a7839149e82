"""An invoice is paid by the payment method that is named, or by default by that of its fleet or of the account."""

from typing import Any, Final

import pytest

from tests.conftest import Sandbox
from tests.vendors.charge.billing import FINALIZE, INVOICES, PAY, card, changed, draft, fleets, post
from tests.vendors.charge.pages import Row, page

BAD: Final = (
    "pm_MagicCardDeclined000000000000000",
    "pm_MagicCardNeedsAuthentication0000",
    "pm_MagicCardFailsAtSettlement000000",
)


def pay(sandbox: Sandbox, invoice: Row, **body: object) -> Any:  # noqa: ANN401 - an answer of the client
    return post(sandbox, f"{INVOICES}/{invoice['id']}{PAY}", **body)


def opened(sandbox: Sandbox) -> Row:
    """A new invoice that is open."""
    return changed(sandbox, draft(sandbox)["id"], FINALIZE)


def test_default_payment_method_of_the_fleet_pays(sandbox: Sandbox) -> None:
    """Without a payment method in the body, the one that the fleet prefers is taken (CHARGE-109)."""
    fleet, method = fleets(sandbox)[0], card(sandbox)
    invoice = draft(sandbox, fleet=fleet)
    changed(sandbox, invoice["id"], FINALIZE)
    post(sandbox, f"/v1/fleets/{fleet}", preferences={"default_payment_method": method})

    assert changed(sandbox, invoice["id"], PAY)["payment_method"] == method


def test_a_payment_without_a_method_is_refused(sandbox: Sandbox) -> None:
    """There is no default one, so the invoice stays open."""
    invoice = opened(sandbox)

    answer = pay(sandbox, invoice)

    assert (answer.status_code, answer.json()["code"]) == (409, "invoice_payment_invalid_state")
    assert page(sandbox, f"{INVOICES}/{invoice['id']}") == invoice


@pytest.mark.parametrize("method", BAD)
def test_bad_card_pays_no_invoice(sandbox: Sandbox, method: str) -> None:
    """The payment is refused at once, and the invoice stays open."""
    invoice = opened(sandbox)

    answer = pay(sandbox, invoice, payment_method=method)

    assert (answer.status_code, answer.json()["code"]) == (402, "payment_authorization_failed")
    assert page(sandbox, f"{INVOICES}/{invoice['id']}") == invoice


@pytest.mark.parametrize("owner", ["driver", "fleet", "user"])
def test_card_of_others_pays_no_invoice(sandbox: Sandbox, owner: str) -> None:
    """The card of a driver, of another fleet or of a user is not known to the payment (CHARGE-109)."""
    first, second, *_ = fleets(sandbox)
    invoice = draft(sandbox, fleet=first)
    changed(sandbox, invoice["id"], FINALIZE)
    sample = sandbox.opened()["sample"]
    methods = {"driver": sample["charge"]["payment_method"], "user": sample["cariqa"]["payment_method_id"]}
    methods["fleet"] = card(sandbox)
    post(sandbox, f"/v1/payment_methods/{methods['fleet']}/attach", fleet=second)

    answer = pay(sandbox, invoice, payment_method=methods[owner])

    assert (answer.status_code, answer.json()["code"]) == (404, "payment_method_not_found")
    assert page(sandbox, f"{INVOICES}/{invoice['id']}")["status"] == "open"


def test_card_of_the_fleet_pays_its_invoice(sandbox: Sandbox) -> None:
    """A payment method that is attached to the invoice's fleet pays it."""
    fleet, method = fleets(sandbox)[0], card(sandbox)
    post(sandbox, f"/v1/payment_methods/{method}/attach", fleet=fleet)
    invoice = draft(sandbox, fleet=fleet)
    changed(sandbox, invoice["id"], FINALIZE)

    assert changed(sandbox, invoice["id"], PAY, payment_method=method)["payment_method"] == method


def test_wallet_pays_what_it_holds(sandbox: Sandbox) -> None:
    """A wallet pays as long as its balance lasts, and is declined then (CHARGE-110)."""
    invoice = opened(sandbox)
    due = invoice["amount_due"]
    wallet = {"currency": "eur", "balance": 2 * due - 1}
    method = post(sandbox, "/v1/payment_methods", type="wallet", wallet=wallet).json()["id"]

    changed(sandbox, invoice["id"], PAY, payment_method=method)
    second = opened(sandbox)

    assert second["amount_due"] == due
    assert pay(sandbox, second, payment_method=method).status_code == 402
