"""Each settled session has an invoice, and each refund too."""

from typing import Final

import pytest

from app.domain.clock import SECOND, instant, millis
from tests.conftest import Sandbox
from tests.vendors.cariqa.journeys import Customer, customer

pytestmark = pytest.mark.own_server

INVOICES: Final = "invoices/"


def _charged(sandbox: Sandbox) -> tuple[Customer, str]:
    """A user who has stopped a session, whose charge record is to come."""
    me = customer(sandbox)
    session = me.start()["id"]
    me.advance("PT10M")
    me.stop(session)
    return me, session


def test_an_invoice_comes_with_the_settlement(sandbox: Sandbox) -> None:
    """It has the session's total, currency and PDF, and its date is the instant from which it is there."""
    me, session = _charged(sandbox)
    before = me.rows(INVOICES)
    me.advance("PT2M")

    [invoice] = me.rows(INVOICES)
    cost = me.session(session)["session_cost"]

    assert before == []
    assert invoice == {
        "link": cost["invoice_download"],
        "total": cost["invoice_summary"],
        "date": invoice["date"],
        "refund": False,
        "currency": cost["currency"],
        "charging_session_id": session,
    }
    since = instant(invoice["date"])
    assert (me.rows(INVOICES, millis(since - SECOND)), len(me.rows(INVOICES, millis(since + SECOND)))) == ([], 1)
    assert sandbox.client.get(invoice["link"]).headers["content-type"] == "application/pdf"


def test_every_invoiced_session_has_one_invoice(sandbox: Sandbox) -> None:
    """The sessions of a town that show an invoice are those that have one in the list, newest first."""
    me = customer(sandbox, scenario="village")
    costs = {each["id"]: each["session_cost"] for each in me.rows("charging-sessions/")}
    invoiced = {session: cost["invoice_summary"] for session, cost in costs.items() if cost["invoice_view"]}

    listed = me.rows(INVOICES)

    assert len(listed) > 5
    assert {each["charging_session_id"]: each["total"] for each in listed} == invoiced
    assert [each["date"] for each in listed] == sorted((each["date"] for each in listed), reverse=True)


def test_a_page_of_invoices(sandbox: Sandbox) -> None:
    """Pages of two together are the whole list, with links between them."""
    me = customer(sandbox, scenario="village")
    whole, found, url = me.rows(INVOICES), [], f"/api/v1/users/{me.id}/invoices/?page_size=2"

    while url:
        page = sandbox.client.get(url, headers=me.key).json()
        found += page["results"]
        url = page["next"]

    assert found == whole


def test_cariqa_058_refund_is_an_invoice(sandbox: Sandbox) -> None:
    """What is given back is listed from then on, with `refund` and the amount; the first invoice stays (CARIQA-058)."""
    me, session = _charged(sandbox)
    me.advance("PT2M")
    [invoice] = me.rows(INVOICES)

    me.simulate("refund", session, amount=50)
    me.advance("PT1M")
    me.simulate("refund", session)

    rest, part, whole = me.rows(INVOICES)
    assert whole == invoice
    assert part == invoice | {"total": "0.50", "refund": True, "date": part["date"]}
    assert rest["refund"]
    assert f"{float(part['total']) + float(rest['total']):.2f}" == invoice["total"]


def test_a_refund_is_refused_before_the_settlement(sandbox: Sandbox) -> None:
    """What is not paid is not given back, and a vendor without transactions shows no adjustments."""
    me, session = _charged(sandbox)
    world = f"/_sandbox/v1/worlds/{me.world}/simulate"

    early = sandbox.client.post(world, json={"event": "refund", "id": session})
    me.advance("PT2M")
    adjusted = sandbox.client.post(world, json={"event": "adjustment", "id": session, "amount": 5})

    assert (early.status_code, adjusted.status_code) == (409, 409)
    assert len(me.rows(INVOICES)) == 1
