"""An invoice's lines come to the transactions of its period, in its currency, of its fleet or of all."""

from typing import Final

import pytest

from tests.conftest import Sandbox
from tests.vendors.charge.billing import INVOICES, TRANSACTIONS, corrected, draft, finished, fleets, post
from tests.vendors.charge.pages import LATER, Row, every, ids, page

KEYS: Final = [
    *("id", "object", "amount_due", "amount_paid", "created", "currency", "description", "due_date", "fleet"),
    *("line_items", "metadata", "paid_at", "payment_method", "period_end", "period_start", "status"),
]


def charged(sandbox: Sandbox, invoice: Row) -> list[Row]:
    """The transactions that an invoice is about."""
    return [
        row
        for row in every(sandbox, TRANSACTIONS)
        if invoice["period_start"] <= row["created"] < invoice["period_end"]
        and row["status"] == "succeeded"
        and row["currency"] == invoice["currency"]
        and invoice["fleet"] in {None, row["fleet"]}
    ]


@pytest.mark.parametrize("currency", ["eur", "sek", "usd"])
def test_lines_of_an_account_come_to_its_transactions(sandbox: Sandbox, currency: str) -> None:
    """An invoice without a fleet has all transactions of its period in its currency, and no others (CHARGE-105)."""
    invoice = draft(sandbox, currency=currency)

    assert invoice["amount_due"] == sum(row["amount"] for row in charged(sandbox, invoice))
    assert invoice["amount_due"] == sum(line["amount"] for line in invoice["line_items"])
    assert (invoice["amount_due"] > 0) == (currency != "usd")


def test_lines_of_a_fleet_come_to_its_transactions(sandbox: Sandbox) -> None:
    """For each fleet, and over all fleets and those without one, sums agree (CHARGE-112)."""
    drafts = [draft(sandbox, fleet=each) for each in fleets(sandbox)]
    everything = draft(sandbox)
    alone = sum(row["amount"] for row in charged(sandbox, everything) if row["fleet"] is None)

    assert [each["amount_due"] for each in drafts] == [
        sum(row["amount"] for row in charged(sandbox, each)) for each in drafts
    ]
    assert sum(each["amount_due"] for each in drafts) + alone == everything["amount_due"]


def test_lines_are_worded_as_documented(sandbox: Sandbox) -> None:
    """One line has the sessions, fees of one height share a line, and an amount is quantity times unit (CHARGE-106)."""
    invoice = draft(sandbox)
    found = charged(sandbox, invoice)
    fees = [row["amount"] for row in found if "reservation" in row["description"]]
    first, *others = invoice["line_items"]

    assert first == {
        "amount": sum(row["amount"] for row in found) - sum(fees),
        "description": "Charging sessions for February 2026",
        "quantity": 1,
        "unit_amount": first["amount"],
    }
    assert [(line["description"], line["unit_amount"], line["quantity"]) for line in others] == [
        ("Reservation fees", fee, fees.count(fee)) for fee in sorted(set(fees))
    ]
    assert all(line["amount"] == line["quantity"] * line["unit_amount"] for line in others)


def test_a_longer_period_is_named_by_its_days(sandbox: Sandbox) -> None:
    """A period of several months is named by its first and its last day."""
    invoice = draft(sandbox, period_start="2026-01-01T00:00:00Z")

    assert invoice["line_items"][0]["description"] == "Charging sessions from 2026-01-01 to 2026-02-28"


def test_refunds_and_adjustments_are_lines(sandbox: Sandbox) -> None:
    """What was given back is a negative line, and what was adjusted a line of its own."""
    session = finished(sandbox)
    sandbox.advance("PT2M")
    corrected(sandbox, "refund", session["id"], amount=100)
    corrected(sandbox, "adjustment", session["id"], amount=30)
    invoice = draft(sandbox, period_start="2026-03-01T00:00:00Z", period_end="2026-04-01T00:00:00Z")

    assert invoice["line_items"][-2:] == [
        {"amount": -100, "description": "Refunds", "quantity": 1, "unit_amount": -100},
        {"amount": 30, "description": "Adjustments", "quantity": 1, "unit_amount": 30},
    ]
    assert invoice["amount_due"] == sum(row["amount"] for row in charged(sandbox, invoice))


def test_a_draft_follows_its_period_and_is_fixed_when_it_is_finalised(sandbox: Sandbox) -> None:
    """A draft has what has happened by now; from its finalisation on the lines stay."""
    march = {"period_start": "2026-03-01T00:00:00Z", "period_end": "2026-04-01T00:00:00Z"}
    drafted, fixed = draft(sandbox, **march), draft(sandbox, **march)
    post(sandbox, f"{INVOICES}/{fixed['id']}/finalize")
    sandbox.advance("P1D")

    grown = page(sandbox, f"{INVOICES}/{drafted['id']}")

    assert grown["amount_due"] > drafted["amount_due"]
    assert grown["amount_due"] == sum(row["amount"] for row in charged(sandbox, grown))
    assert page(sandbox, f"{INVOICES}/{fixed['id']}")["line_items"] == fixed["line_items"]


def test_a_period_includes_its_start_and_not_its_end(sandbox: Sandbox) -> None:
    """Two periods that follow one another have each transaction once, also one that is made at the border."""
    border = charged(sandbox, draft(sandbox))[5]["created"]
    before, after = draft(sandbox, period_end=border), draft(sandbox, period_start=border)

    assert before["amount_due"] + after["amount_due"] == draft(sandbox)["amount_due"]
    assert after["amount_due"] == sum(row["amount"] for row in charged(sandbox, after))


def test_every_invoice_of_a_page_has_its_own_lines(sandbox: Sandbox) -> None:
    """A list shows each draft as it is retrieved, with the members in the documented order."""
    made = [draft(sandbox, fleet=each) for each in fleets(sandbox)] + [draft(sandbox, period_end=LATER)]

    found = every(sandbox, INVOICES)

    assert ids(found) == ids(reversed(made))
    assert found == [page(sandbox, f"{INVOICES}/{each['id']}") for each in found]
    assert {tuple(row) for row in found} == {tuple(KEYS)}
