"""Charging stations and their connectors."""

from dataclasses import dataclass

from ..clock import NEVER, Instant
from .rows import JsonText


@dataclass(frozen=True, slots=True)
class Station:
    """A station. It is silent, so that no data comes from it, between `silent_from` and `silent_until`.

    If it is not `online`, it is always silent.
    """

    id: str
    name: str
    operator: str
    kind: str
    address: str
    city: str
    country: str
    latitude: str
    longitude: str
    phone: str | None
    is_partner: bool
    utc_offset_minutes: int
    online: bool
    silent_from: Instant = NEVER
    silent_until: Instant = NEVER
    n: int = 0
    created_at: Instant = 0
    details: JsonText = "{}"


@dataclass(frozen=True, slots=True)
class Connector:
    """A connector, named within its station. `standard` is OCPI's word; `phases` is 0 on direct current.

    `tariff` is the line that `pricing.tariff` reads; the price becomes `next_tariff` at `next_tariff_at`. It is out of
    order from `broken_from` until `broken_until`, which may be `for_maintenance`, and always if it is not `in_service`.
    It fails `faults_after_s` into every session, or falls silent for a while `silent_after_s` into every session. From
    `unconfirmed_from` until `unconfirmed_until` its operator confirms no start. `progress` is how many messages of
    progress the operator sends in a session: None for live values, 0 for none before the charge record.
    """

    station: str
    id: str
    evse_id: str
    standard: str
    power_kw: float
    phases: int
    tariff: str
    in_service: bool
    faults_after_s: int | None
    silent_after_s: int | None = None
    broken_from: Instant = NEVER
    broken_until: Instant = NEVER
    for_maintenance: bool = False
    next_tariff: str | None = None
    next_tariff_at: Instant = NEVER
    progress: int | None = None
    unconfirmed_from: Instant = NEVER
    unconfirmed_until: Instant = NEVER
