"""The fee of a reservation is charged when it is completed, when it expires, and when it is cancelled late."""

from dataclasses import replace
from typing import Final

import pytest

from app.domain.clock import HOUR, MINUTE, NEVER
from app.domain.reservations import fee, fee_charged_at, fee_due_at
from tests.domain.test_reservation_statuses import BOOKED, CONFIRMS, RESERVED, RESOLVES

LATE: Final = RESERVED - 20 * MINUTE
EARLY: Final = RESERVED - 40 * MINUTE
MADE: Final = replace(BOOKED, free_until_before=1800, confirms_at=CONFIRMS - HOUR // 2)
"""Confirmed one and a half hours before its window, and cancelled for nothing up to half an hour before it."""


@pytest.mark.parametrize("outcome", ["completed", "expired"])
def test_fee_falls_due_with_the_last_status(outcome: str) -> None:
    """A reservation that is completed, or expires unused, owes its fee from that instant on (CHARGE-095)."""
    made = replace(MADE, outcome=outcome)
    assert (fee(made), fee_due_at(made), fee_charged_at(made)) == (100, RESOLVES, RESOLVES)


def test_failed_reservation_owes_nothing() -> None:
    """A reservation for which there was no connector costs nothing."""
    assert fee_charged_at(replace(MADE, outcome="failed", failed_reason="other")) == NEVER


@pytest.mark.parametrize(("at", "due"), [(EARLY, NEVER), (RESERVED - 30 * MINUTE, NEVER), (LATE, LATE)])
def test_late_cancellation_owes_the_fee(at: int, due: int) -> None:
    """A cancellation is free until the cancellation policy's time before the window, and costs the fee afterwards."""
    assert fee_charged_at(replace(MADE, outcome="cancelled", resolves_at=at)) == due


def test_cancellation_before_confirmation_is_free() -> None:
    """A reservation that was cancelled while it was pending costs nothing, however late that was."""
    assert fee_charged_at(replace(MADE, outcome="cancelled", confirms_at=NEVER, resolves_at=LATE)) == NEVER


def test_reservation_without_a_payment_method_or_a_fee_owes_nothing() -> None:
    """A reservation without a payment method, or without a fee, owes nothing."""
    assert fee_due_at(replace(MADE, payment_method=None)) == NEVER
    assert fee_due_at(replace(MADE, fee=0)) == NEVER


def test_payment_of_a_fee_may_fail() -> None:
    """A fee that falls due when its payment fails is not charged."""
    made = replace(MADE, fee_fails_from=RESOLVES)
    assert (fee_due_at(made), fee_charged_at(made)) == (RESOLVES, NEVER)
    assert fee_charged_at(replace(MADE, fee_fails_from=RESOLVES + 1)) == RESOLVES
