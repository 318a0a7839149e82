"""A wallet's balance follows from what it has paid and got back, and so does that of its owner."""

import pytest

from tests.conftest import Sandbox
from tests.vendors.charge.billing import (
    FINALIZE,
    METHODS,
    OPENING,
    PAY,
    changed,
    charged_to,
    corrected,
    draft,
    new_wallet,
    post,
)
from tests.vendors.charge.pages import every, page


def balance(sandbox: Sandbox, wallet: str, at: str | None = None) -> int:
    return int(page(sandbox, f"{METHODS}/{wallet}", at=at)["wallet"]["balance"])


@pytest.mark.parametrize("owner", ["driver", "fleet", None])
def test_wallet_pays_charges_and_gets_refunds(sandbox: Sandbox, owner: str | None) -> None:
    """A charge lowers the balance when it succeeds, and a refund raises it, for every kind of owner (CHARGE-110)."""
    sample = sandbox.opened()["sample"]["charge"]
    wallet = new_wallet(sandbox, **({owner: sample[owner]} if owner else {}))
    before = sandbox.now()
    charge = charged_to(sandbox, wallet)
    paid = balance(sandbox, wallet)
    corrected(sandbox, "refund", charge["id"], amount=100)

    assert charge["payment_method"] == wallet
    assert paid == OPENING - charge["amount"]
    assert balance(sandbox, wallet) == paid + 100
    assert balance(sandbox, wallet, at=before) == OPENING


def test_wallet_without_an_owner_pays_invoices(sandbox: Sandbox) -> None:
    """What an invoice came to is gone from the wallet that paid it."""
    invoice = draft(sandbox)
    due = invoice["amount_due"]
    wallet = new_wallet(sandbox, due + 70)
    changed(sandbox, invoice["id"], FINALIZE)

    changed(sandbox, invoice["id"], PAY, payment_method=wallet)

    assert due > 0
    assert balance(sandbox, wallet) == 70


def test_wallet_that_changes_its_owner_keeps_its_balance(sandbox: Sandbox) -> None:
    """What a wallet has paid for its first owner is gone for the second one too."""
    first = sandbox.opened()["sample"]["charge"]["driver"]
    wallet = new_wallet(sandbox, driver=first)
    charged_to(sandbox, wallet)
    paid = balance(sandbox, wallet)
    second = next(row["id"] for row in every(sandbox, "/v1/drivers") if row["id"] != first)

    post(sandbox, f"{METHODS}/{wallet}/detach", driver=first)
    post(sandbox, f"{METHODS}/{wallet}/attach", driver=second)

    assert paid < OPENING
    assert balance(sandbox, wallet) == paid
    assert page(sandbox, f"/v1/drivers/{second}")["wallet_balance"] == paid


@pytest.mark.parametrize("owner", ["driver", "fleet"])
def test_owner_has_what_the_wallets_hold(sandbox: Sandbox, owner: str) -> None:
    """The `wallet_balance` of a driver or a fleet is the sum of its wallets, in the list too."""
    named = sandbox.opened()["sample"]["charge"][owner]
    first, second = (new_wallet(sandbox, **{owner: named}) for _ in range(2))
    charged_to(sandbox, first)

    shown = page(sandbox, f"/v1/{owner}s/{named}")["wallet_balance"]
    listed = next(row for row in every(sandbox, f"/v1/{owner}s") if row["id"] == named)["wallet_balance"]

    assert shown == listed == balance(sandbox, first) + balance(sandbox, second) < 2 * OPENING
