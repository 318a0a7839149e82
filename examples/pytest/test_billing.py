"""Tests of the billing application. The sandbox is the fixture `wattif`: the first fixture below is all the glue."""

from datetime import timedelta
from decimal import Decimal

import pytest
from billing import CardDeclinedError, DriverBilling, FleetBilling


@pytest.fixture
def fleet(wattif):
    return FleetBilling(wattif.charge)


def test_all_sessions_are_billed(fleet):
    bills = list(fleet.bills())

    assert len(bills) > 50, "more than a page"
    assert len({bill.session for bill in bills}) == len(bills)
    assert sum(bill.total for bill in bills) > 1000


def test_session_is_billed_when_it_has_ended(wattif, fleet):
    session = fleet.start(wattif.orders["charge"])
    assert fleet.bill(session) is None

    wattif.advance(until=(session, "completed"))
    bill = fleet.bill(session)

    assert bill.kwh == Decimal("71.744")
    assert bill.total == bill.owed == Decimal("41.38")


def test_settled_session_owes_nothing(wattif, fleet):
    session = fleet.start(wattif.orders["charge"])

    wattif.advance(until=(session, "settled"))

    assert fleet.bill(session).owed == 0
    assert next(fleet.bills(driver=wattif.sample["charge"]["driver"])).session == session


def test_declined_card_starts_nothing(wattif, fleet):
    before = [bill.session for bill in fleet.bills()]

    with pytest.raises(CardDeclinedError, match="declined"):
        fleet.start(wattif.orders["charge"] | {"payment_method": wattif.magic["charge"]["declined_card"]})

    wattif.advance(timedelta(minutes=1))
    assert [bill.session for bill in fleet.bills()] == before


def test_card_that_fails_later_leaves_a_debt(wattif, fleet):
    session = fleet.start(wattif.orders["charge"] | {"payment_method": wattif.magic["charge"]["fails_later_card"]})

    wattif.advance(until=(session, "completed"))
    wattif.advance(timedelta(hours=1))

    assert fleet.bill(session).owed == fleet.bill(session).total > 0


def test_late_charge_record_is_waited_for(wattif):
    drivers, user = DriverBilling(wattif.cariqa), wattif.sample["cariqa"]["active_user_id"]
    session = drivers.sessions(user)[0]
    wattif.simulate("charge_record_late", session, for_=timedelta(days=2))

    wattif.advance(until=(session, "completed"))
    wattif.advance(timedelta(hours=47))
    assert drivers.bill(user, session) is None

    wattif.advance(timedelta(hours=1))
    assert drivers.bill(user, session).total == Decimal("18.91")
