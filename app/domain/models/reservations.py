"""Reservations."""

from ..clock import NEVER, Instant
from .rows import JsonText, dataclass_frozen_for_mypy


@dataclass_frozen_for_mypy(frozen=True, slots=True)
class Reservation:
    """A reservation. Its status changes at `confirms_at`, and at `resolves_at` to `outcome`.

    It shows `confirmed_at`, `station` and `reserved_*` from `confirmed_at` on; `session` is the number of the session
    that it is for. `connector_type` has the wanted types, with commas between them. The reservation holds `connector`;
    one that was generated holds none. From `fee_fails_from` on the payment of its fee fails.
    """

    n: int
    id: str
    driver: str
    vehicle: str
    payment_method: str | None
    station: str | None
    connector_type: str
    created_at: Instant
    confirms_at: Instant
    resolves_at: Instant
    touched_at: Instant
    outcome: str
    failed_reason: str | None
    confirmed_at: Instant
    ideal_start: Instant
    ideal_end: Instant
    reserved_start: Instant
    reserved_end: Instant
    earliest_start: Instant | None
    latest_end: Instant | None
    latitude: float
    longitude: float
    radius: int
    currency: str
    fee: int
    free_until_before: int
    session: int | None
    details: JsonText = "{}"
    connector: str | None = None
    fee_fails_from: Instant = NEVER
