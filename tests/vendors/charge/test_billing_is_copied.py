"""A fork and an import have the invoices, the refunds and the balances of the world that they are copies of."""

from typing import Any

import pytest

from tests.conftest import Sandbox
from tests.control.worlds import WORLDS, create_world
from tests.vendors.charge.billing import (
    FINALIZE,
    INVOICES,
    METHODS,
    PAY,
    TRANSACTIONS,
    changed,
    charged_to,
    corrected,
    draft,
    new_wallet,
)
from tests.vendors.charge.pages import every

pytestmark = pytest.mark.own_server


def billed(sandbox: Sandbox, world: str) -> list[list[dict[str, Any]]]:
    """All transactions, invoices and wallets of a world."""
    return [every(sandbox, path, world=world) for path in (TRANSACTIONS, INVOICES, f"{METHODS}?type=wallet")]


def test_copies_have_invoices_and_refunds(sandbox: Sandbox) -> None:
    """Transactions, invoices and wallets are the same in a fork and in an import of an export."""
    wallet = new_wallet(sandbox, 10_000_000)
    charge = charged_to(sandbox, wallet)
    corrected(sandbox, "refund", charge["id"], amount=100)
    invoice = draft(sandbox)["id"]
    changed(sandbox, invoice, FINALIZE)
    changed(sandbox, invoice, PAY, payment_method=wallet)
    draft(sandbox, period_end="2026-04-01T00:00:00Z")
    fork = create_world(sandbox, fork="default")["name"]
    exported = sandbox.client.get(f"{WORLDS}/default/export").content
    headers = {"Content-Type": "application/json"}
    imported = sandbox.client.post(f"{WORLDS}/import?name=read", content=exported, headers=headers)

    expected = billed(sandbox, "default")

    assert imported.status_code == 201, imported.text
    assert [len(each) > 0 for each in expected] == [True] * 3
    assert billed(sandbox, fork) == expected
    assert billed(sandbox, "read") == expected
