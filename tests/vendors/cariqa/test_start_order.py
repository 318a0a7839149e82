"""Of several reasons against a start, the first in the documented order is told."""

import pytest

from tests.conftest import Sandbox
from tests.vendors.cariqa.journeys import (
    DECLINED,
    FAULTY,
    OFFLINE,
    WITH_DEBT,
    WITHOUT_BILLING_DATA,
    customer,
    error,
)

pytestmark = pytest.mark.own_server


def test_the_customer_is_looked_at_before_the_station(sandbox: Sandbox) -> None:
    """A debt is told before a station that does not exist, or is offline."""
    debtor = customer(sandbox).other(WITH_DEBT)

    for evse_id in ("DE*WTF*ENONE*1", OFFLINE):
        assert error(debtor.request_start(evse_id=evse_id))[2] == "payment_error"


def test_the_station_is_looked_at_before_billing_and_payment(sandbox: Sandbox) -> None:
    """A station that sends nothing is told before missing billing data and a card that is not known."""
    unbilled = customer(sandbox).other(WITHOUT_BILLING_DATA)

    answer = unbilled.request_start(evse_id=OFFLINE, payment_method_id="pm_Unknown")

    assert error(answer)[2] == "station_availability_issue"


def test_billing_is_looked_at_before_the_payment(sandbox: Sandbox) -> None:
    """Missing billing data are told before a card that is declined."""
    unbilled = customer(sandbox).other(WITHOUT_BILLING_DATA)

    assert error(unbilled.request_start(payment_method_id=DECLINED))[2] == "billing_data_required"


@pytest.mark.parametrize("event", ["unconfirmed", "unexpected_error"])
def test_the_payment_is_authorised_before_the_command(sandbox: Sandbox, event: str) -> None:
    """A declined card is told before an operator who confirms nothing, and before an unexpected error."""
    me = customer(sandbox)
    me.simulate(event, FAULTY if event == "unconfirmed" else me.id)

    assert error(me.request_start(evse_id=FAULTY, payment_method_id=DECLINED))[2] == "pre_authorization_failed"
