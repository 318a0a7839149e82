"""A session whose payment has failed is a debt until it is paid."""

from typing import Final

import pytest

from app.domain.clock import SECOND, instant, millis
from tests.conftest import Sandbox
from tests.control.worlds import WORLDS, create_world
from tests.vendors.cariqa.journeys import FAILS_LATER, WITH_DEBT, Customer, customer

pytestmark = pytest.mark.own_server

DEBTS: Final = "charging/debts/"


def _indebted(sandbox: Sandbox) -> tuple[Customer, str]:
    """A user whose card has failed when a session was to be paid."""
    me = customer(sandbox)
    session = me.start(payment_method_id=FAILS_LATER)["id"]
    me.advance("PT10M")
    me.stop(session)
    return me, session


def test_a_failed_payment_is_a_debt_from_the_end_on(sandbox: Sandbox) -> None:
    """It shows the session, what is owed, and the secret by which it is paid; before the end there is none."""
    me, session = _indebted(sandbox)
    ended = instant(me.session(session)["end_time"])

    [debt] = me.rows(DEBTS)

    assert list(debt) == ["session_id", "payment_intent_client_secret", "amount", "currency"]
    assert (debt["session_id"], debt["currency"]) == (session, "eur")
    assert debt["amount"] == me.session(session)["session_cost"]["kwh_cost"]
    assert debt["payment_intent_client_secret"].startswith("pi_")
    assert "_secret_" in debt["payment_intent_client_secret"]
    assert me.rows(DEBTS, millis(ended - SECOND)) == []


def test_the_magic_user_has_a_debt(sandbox: Sandbox) -> None:
    """The user with a debt of every world has one, and others have none."""
    me = customer(sandbox)

    assert [each["session_id"] for each in me.other(WITH_DEBT).rows(DEBTS)] == ["00000000-0000-4000-8000-0000000000e0"]
    assert me.rows(DEBTS) == []
    assert me.other("unknown").call("GET", DEBTS).status_code == 404


def test_a_paid_debt_is_gone_and_invoiced(sandbox: Sandbox) -> None:
    """From its payment on there is no debt but an invoice, and the user may start again."""
    me, session = _indebted(sandbox)
    me.advance("PT5M")
    owed, refused = me.rows(DEBTS), me.request_start()

    me.simulate("debt_paid", session)

    assert refused.status_code == 402
    assert me.rows(DEBTS) == []
    assert [(each["charging_session_id"], each["total"]) for each in me.rows("invoices/")] == [
        (session, owed[0]["amount"])
    ]
    assert me.request_start().status_code == 201


def test_cariqa_057_earlier_instants_keep_their_debts(sandbox: Sandbox) -> None:
    """What is read at an instant before the payment is what was read then (CARIQA-057)."""
    me, session = _indebted(sandbox)
    then = sandbox.now(me.world)
    me.advance("PT1H")
    read = [me.rows(DEBTS, then), me.rows("invoices/", then), me.session(session, then)]

    me.simulate("debt_paid", session)
    me.advance("PT1H")

    assert [me.rows(DEBTS, then), me.rows("invoices/", then), me.session(session, then)] == read
    assert read[0]


def test_a_payment_to_come_leaves_the_debt_until_then(sandbox: Sandbox) -> None:
    """A debt that is to be paid in an hour is one for that hour, and refuses starts."""
    me, session = _indebted(sandbox)

    me.simulate("debt_paid", session, at="+PT1H")
    owed, refused = me.rows(DEBTS), me.request_start()
    me.advance("PT1H")

    assert (len(owed), refused.status_code) == (1, 402)
    assert me.rows(DEBTS) == []


def test_a_payment_that_fails_late_is_no_debt_before(sandbox: Sandbox) -> None:
    """Where an event lets a payment fail after the end, the debt begins with the event."""
    me = customer(sandbox)
    session = me.start()["id"]
    me.advance("PT10M")
    me.stop(session)
    then = sandbox.now(me.world)
    me.advance("PT3S")

    me.simulate("payment_fails", session)

    assert (me.rows(DEBTS, then), len(me.rows(DEBTS))) == ([], 1)


@pytest.mark.parametrize("how", ["fork", "import"])
def test_debts_survive_a_copy(sandbox: Sandbox, how: str) -> None:
    """A fork and an import of a world have the same debts, open and paid."""
    me, session = _indebted(sandbox)
    then = sandbox.now(me.world)
    me.simulate("debt_paid", session, at="+PT1H")
    twin = _copied(me, how)

    assert [each["session_id"] for each in twin.rows(DEBTS)] == [session]
    twin.advance("PT1H")
    assert (twin.rows(DEBTS), len(twin.rows(DEBTS, then))) == ([], 1)


def _copied(me: Customer, how: str) -> Customer:
    """The same user in a copy of the world."""
    if how == "fork":
        copy = create_world(me.sandbox, fork=me.world)
    else:
        file = me.sandbox.client.get(f"{WORLDS}/{me.world}/export").content
        headers = {"Content-Type": "application/json"}
        made = me.sandbox.client.post(f"{WORLDS}/import?name={me.world}-2", content=file, headers=headers)
        assert made.status_code == 201, made.text
        copy = made.json()
    key = {"Authorization": f"Bearer {copy['credentials']['cariqa']['token']}"}
    return Customer(me.sandbox, copy["name"], key, me.id, me.evse_id, me.payment_method)
