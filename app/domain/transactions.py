"""Transactions: money that was charged, given back or adjusted.

A charge is not stored, because it follows from a session or from a reservation's fee. All functions are pure.
"""

from enum import StrEnum
from typing import Final

from .clock import NEVER, Instant
from .models import Session
from .models.rows import dataclass_frozen_for_mypy

PENDING: Final = "pending"
SUCCEEDED: Final = "succeeded"
FAILED: Final = "failed"
FEE: Final = "fee"
"""The charge of a reservation's fee, where it is told from that of a session."""
DOCUMENT: Final = "transaction"
"""The kind of the documents that hold refunds and adjustments; their bodies have the fields of `Transaction`."""
PREFIX: Final = "txn_"
"""With which their ids begin."""


class Kind(StrEnum):
    """What a transaction does."""

    CHARGE = "charge"
    REFUND = "refund"
    ADJUSTMENT = "adjustment"


@dataclass_frozen_for_mypy(frozen=True, slots=True)
class Transaction:
    """A transaction of a session, of the fee of a reservation, or of both.

    Its amount is in minor units, and what goes back to the customer is negative (CHARGE-104). It is made at
    `created_at`, pending until `settles_at`, and succeeds then (CHARGE-101); it has failed if that is NEVER
    (CHARGE-102). `name` is its id where that does not follow from those of its session or its reservation. `n` tells it
    from others of the same instant.
    """

    n: int
    created_at: Instant
    settles_at: Instant
    kind: str
    name: str | None
    amount: int
    currency: str
    session: str | None
    reservation: str | None
    driver: str | None
    fleet: str | None
    vehicle: str | None
    payment_method: str | None

    @property
    def owner(self) -> str:
        """The id of the reservation whose fee it is, or of the session."""
        return str(self.reservation or self.session)

    @property
    def id(self) -> str:
        """The id under which a vendor shows it."""
        return self.name or PREFIX + self.owner.partition("_")[2]

    def status(self, now: int) -> str:
        """`pending`, `succeeded` or `failed`."""
        if self.settles_at <= now:
            return SUCCEEDED
        return FAILED if self.settles_at == NEVER else PENDING


def charge_of(session: Session) -> str:
    """The id of the charge of a session, which is made at the session's end if it costs something."""
    return session.transaction or PREFIX + session.id.partition("_")[2]
