"""Payments and invoices follow from a session's bill and its settlement alone."""

from typing import Final

import pytest

from app.domain.clock import DAY, MINUTE, NEVER, SECOND
from app.domain.sessions.interrupt import stop
from app.domain.sessions.start import UNPLUGS_AFTER
from app.domain.sessions.view import bill_at, final_bill
from app.domain.settlement import Invoice, amount_paid, invoice
from tests.domain.examples import CARIQA, MORNING, WALLBOX, plug, session

SETTLES: Final = 42 * SECOND
PAID: Final = session(settles_after=SETTLES)


def test_a_session_is_unpaid_before_the_settlement() -> None:
    """Until a session is settled, it has a price, and nothing is paid or invoiced."""
    instants = (MORNING, MORNING + MINUTE, PAID.ended_at, PAID.ended_at + SETTLES - 1)

    assert [amount_paid(PAID, now) for now in instants] == [0] * 4
    assert [invoice(PAID, now) for now in instants] == [None] * 4
    assert bill_at(PAID, PAID.ended_at).total > 0


def test_a_session_is_paid_in_full_from_the_settlement_on() -> None:
    """From the instant of the settlement on, the whole bill is paid, and the invoice has the same total."""
    total = final_bill(PAID).total

    for now in (PAID.ended_at + SETTLES, PAID.ended_at + SETTLES + 1, PAID.ended_at + 400 * DAY):
        made = invoice(PAID, now)

        assert amount_paid(PAID, now) == total
        assert made is not None
        assert made.total == total


@pytest.mark.parametrize(
    ("limit_wh", "tariff", "expected"),
    [
        (10_000, "eur vat=19 kwh=0.453", Invoice(539, 86)),
        (20_000, "eur vat=20 kwh=0.5", Invoice(1_200, 200)),
        (10_000, "eur vat=25.5 kwh=0.4", Invoice(502, 102)),
        (10_000, "chf vat=8.1 kwh=0.5", Invoice(541, 41)),
        (10_000, "gbp vat=0 kwh=0.5", Invoice(500, 0)),
        (10_000, "eur vat=19", Invoice(0, 0)),
    ],
)
def test_an_invoice_names_the_vat_inside(limit_wh: int, tariff: str, expected: Invoice) -> None:
    """The VAT of an invoice is the share of the total by the country's rate."""
    charged = session(connector=plug(150, tariff=tariff), limit_wh=limit_wh, settles_after=SETTLES)

    assert invoice(charged, charged.settled_at) == expected


def test_a_payment_that_fails_is_never_made() -> None:
    """Without a settlement nothing is paid or invoiced at any time; the bill stays."""
    failing = session(settles_after=None)

    assert failing.settled_at == NEVER
    assert amount_paid(failing, MORNING + 4_000 * DAY) == 0
    assert invoice(failing, MORNING + 4_000 * DAY) is None
    assert final_bill(failing).total > 0


def test_a_cancelled_session_is_settled_with_nothing() -> None:
    """A session that is cancelled before power is paid and invoiced with zero."""
    cancelled = session(starts_at=MORNING + MINUTE, cancelled_at=MORNING + 3 * SECOND, settles_after=SETTLES)

    assert amount_paid(cancelled, cancelled.settled_at) == 0
    assert invoice(cancelled, cancelled.settled_at) == Invoice(0, 0)


def test_a_stop_moves_the_settlement() -> None:
    """A session that is stopped is paid earlier, for what was delivered until then."""
    now = MORNING + 5 * MINUTE

    stopped = stop(PAID, at=now)

    assert stopped.settled_at == now + SETTLES < PAID.settled_at
    assert amount_paid(stopped, now + SETTLES) == bill_at(PAID, now).total


def test_a_settlement_follows_the_end_and_not_the_end_of_power() -> None:
    """A session that lasts until the vehicle is unplugged is settled after that."""
    plugged = session(connector=WALLBOX, channel=CARIQA, unplugs_at=MORNING + DAY // 2, settles_after=SETTLES)

    assert plugged.power_ends_at + UNPLUGS_AFTER < plugged.ended_at
    assert plugged.settled_at == MORNING + DAY // 2 + SETTLES
