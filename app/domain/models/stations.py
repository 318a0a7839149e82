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

    `tariff` is the line that `pricing.tariff` reads. It is out of order from `broken_from` until `broken_until`, and
    always if it is not `in_service`. It fails `faults_after_s` into every session, or falls silent for a while
    `silent_after_s` into every session.
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
