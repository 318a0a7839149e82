"""An invoice goes from draft to open, and from there to paid, overdue or void; each change needs the right status."""

from typing import Final

import pytest

from tests.conftest import Sandbox
from tests.vendors.charge.billing import (
    CHANGES,
    FINALIZE,
    INVOICES,
    PAY,
    SINCE,
    UNTIL,
    UPDATE,
    VOID,
    card,
    changed,
    draft,
    fleets,
    post,
)
from tests.vendors.charge.pages import Row, every, ids, page

CODES: Final = dict(zip(CHANGES, ("update", "finalize", "payment", "void"), strict=True))
ALLOWED: Final = {
    "draft": (UPDATE, FINALIZE),
    "open": (PAY, VOID),
    "overdue": (PAY, VOID),
    "paid": (),
    "void": (),
}
LATE: Final = "P8D"


def with_status(sandbox: Sandbox, status: str) -> Row:
    """A new invoice that has come to that status."""
    invoice = draft(sandbox)["id"]
    if status != "draft":
        changed(sandbox, invoice, FINALIZE)
    if status == "overdue":
        sandbox.advance(LATE)
    if status == "paid":
        changed(sandbox, invoice, PAY, payment_method=card(sandbox))
    if status == "void":
        changed(sandbox, invoice, VOID)
    return page(sandbox, f"{INVOICES}/{invoice}")


@pytest.mark.parametrize("status", ALLOWED)
def test_each_status_comes_by_its_change(sandbox: Sandbox, status: str) -> None:
    """An invoice shows the status, in the list too, and is found under no other."""
    invoice = with_status(sandbox, status)

    found = {each: ids(every(sandbox, f"{INVOICES}?status={each}")) for each in ALLOWED}

    assert invoice["status"] == status
    assert found == {each: [invoice["id"]] if each == status else [] for each in ALLOWED}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("status", ALLOWED)
def test_change_needs_the_right_status(sandbox: Sandbox, status: str, change: str) -> None:
    """Any other status is a conflict with the code of the change, and the invoice stays as it is (CHARGE-111)."""
    invoice = with_status(sandbox, status)
    body = {"payment_method": card(sandbox)} if change == PAY else {}

    answer = post(sandbox, f"{INVOICES}/{invoice['id']}{change}", **body)

    if change in ALLOWED[status]:
        assert answer.status_code == 200
    else:
        assert (answer.status_code, answer.json()["code"]) == (409, f"invoice_{CODES[change]}_invalid_state")
        assert answer.json()["message"].startswith(
            f"The invoice is {'a draft' if status == 'draft' else status}; only "
        )
        assert page(sandbox, f"{INVOICES}/{invoice['id']}") == invoice


def test_invoice_is_paid_in_full(sandbox: Sandbox) -> None:
    """The payment names its method and its instant, and nothing is due any more (CHARGE-108)."""
    invoice = with_status(sandbox, "open")
    method = card(sandbox)

    paid = changed(sandbox, invoice["id"], PAY, payment_method=method)

    expected = {
        "amount_due": 0,
        "amount_paid": invoice["amount_due"],
        "paid_at": sandbox.now(),
        "payment_method": method,
        "status": "paid",
    }
    assert paid == invoice | expected
    assert page(sandbox, f"{INVOICES}/{invoice['id']}") == paid


def test_open_invoice_is_overdue_from_its_due_date_on(sandbox: Sandbox) -> None:
    """It is due seven days after its creation, to the millisecond (CHARGE-107)."""
    invoice = with_status(sandbox, "open")
    due = str(invoice["due_date"])

    shown = {
        at: page(sandbox, f"{INVOICES}/{invoice['id']}", at=at)["status"] for at in (due, "2026-03-11T11:59:59.999Z")
    }

    assert due == "2026-03-11T12:00:00.000Z"
    assert shown == {due: "overdue", "2026-03-11T11:59:59.999Z": "open"}


def test_old_draft_is_open_when_it_is_finalised(sandbox: Sandbox) -> None:
    """Its due date moves to seven days after its finalisation."""
    invoice = draft(sandbox)["id"]
    sandbox.advance(LATE)

    opened = changed(sandbox, invoice, FINALIZE)

    assert (opened["status"], opened["due_date"]) == ("open", "2026-03-19T12:00:00.000Z")


def test_an_update_changes_description_and_metadata(sandbox: Sandbox) -> None:
    """What is left out is kept; keys of metadata are added and removed; null removes the description."""
    invoice = draft(sandbox, description="For February", metadata={"cost_centre": "7", "kept": "yes"})

    merged = changed(sandbox, invoice["id"], UPDATE, metadata={"cost_centre": None, "new": "1"})
    bare = changed(sandbox, invoice["id"], UPDATE, description=None)

    assert merged == invoice | {"metadata": {"kept": "yes", "new": "1"}}
    assert bare == merged | {"description": None}


def test_the_fleet_filter_gives_its_invoices(sandbox: Sandbox) -> None:
    """Each fleet has its own invoices, and those of the account belong to none."""
    first, second, *_ = fleets(sandbox)
    made = {each: [draft(sandbox, fleet=each)["id"], draft(sandbox, fleet=each)["id"]] for each in (first, second)}
    draft(sandbox)

    assert {each: ids(every(sandbox, f"{INVOICES}?fleet={each}")) for each in made} == {
        each: invoices[::-1] for each, invoices in made.items()
    }


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"period_start": SINCE}, "period_end"),
        ({"period_start": UNTIL, "period_end": SINCE}, "period_end"),
        ({"period_start": SINCE, "period_end": SINCE}, "period_end"),
        ({"period_start": "today", "period_end": UNTIL}, "period_start"),
        ({"period_start": SINCE, "period_end": UNTIL, "currency": "EUR"}, "currency"),
        ({"period_start": SINCE, "period_end": UNTIL, "colour": "red"}, "colour"),
    ],
)
def test_a_draft_that_is_not_valid_is_refused(sandbox: Sandbox, body: Row, param: str) -> None:
    """The refusal has the documented code and names the field; nothing is created."""
    answer = post(sandbox, INVOICES, **body)

    assert answer.status_code == 400
    assert (answer.json()["code"], answer.json()["param"]) == ("invoice_validation_error", param)
    assert every(sandbox, INVOICES) == []


@pytest.mark.parametrize("path", [f"{INVOICES}/inv_{'0' * 32}{change}" for change in CHANGES])
def test_an_unknown_invoice_is_not_found(sandbox: Sandbox, path: str) -> None:
    """Every change of it, and its retrieval, is answered with the documented code."""
    answers = [post(sandbox, path), sandbox.charge(f"{INVOICES}/inv_{'0' * 32}")]

    assert [(each.status_code, each.json()["code"]) for each in answers] == [(404, "invoice_not_found")] * 2


def test_an_unknown_fleet_gets_no_invoice(sandbox: Sandbox) -> None:
    """The fleet of a draft must exist."""
    answer = post(sandbox, INVOICES, period_start=SINCE, period_end=UNTIL, fleet="flt_" + "0" * 32)

    assert (answer.status_code, answer.json()["code"], answer.json()["param"]) == (404, "fleet_not_found", "fleet")


def test_an_invoice_expands_nothing(sandbox: Sandbox) -> None:
    """The guide to expanding has no row for invoices."""
    answer = sandbox.charge(f"{INVOICES}/{draft(sandbox)['id']}", expand="fleet")

    assert (answer.status_code, answer.json()["code"]) == (400, "unsupported_expand_value")
