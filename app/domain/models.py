"""The things of the world, as frozen facts. No field holds what time alone would change: see `timeline` for that.

Instants are microseconds since the epoch, UTC; money is in minor units; energy in Wh; states of charge run from 0 to 1.
"""

from dataclasses import dataclass, fields
from enum import StrEnum
from operator import attrgetter
from typing import Any, Final

from .clock import NEVER, Instant
from .sessions.power_plan import Point


class Channel(StrEnum):
    """Through whom a session is sold: the vendor whose session it is, or nobody (at home)."""

    CHARGE = "charge"
    CARIQA = "cariqa"
    HOME = "home"


class Outcome(StrEnum):
    """What a session is once it has ended."""

    COMPLETED = "completed"
    CANCELLED = "cancelled"
    FAILED = "failed"


class Reason(StrEnum):
    """Why power stopped."""

    FULL = "full"
    LIMIT = "limit"
    STOPPED = "stopped"
    UNPLUGGED = "unplugged"
    FAULT = "fault"
    CANCELLED = "cancelled"


class Card(StrEnum):
    """How a payment method behaves."""

    GOOD = "good"
    DECLINED = "declined"
    NEEDS_AUTHENTICATION = "needs_authentication"
    FAILS_AT_SETTLEMENT = "fails_at_settlement"


@dataclass(frozen=True, slots=True)
class Fleet:
    id: str
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Driver:
    id: str
    name: str
    email: str
    fleet: str | None


@dataclass(frozen=True, slots=True)
class User:
    """A Cariqa user; `driver` is the same person in Charge, if Charge knows one."""

    id: str
    name: str
    email: str
    driver: str | None
    has_billing_data: bool = True


@dataclass(frozen=True, slots=True)
class PaymentMethod:
    """A card of a driver (Charge) or a user (Cariqa). However it behaves, from `declined_from` on it is declined."""

    id: str
    driver: str | None
    user: str | None
    card: Card
    declined_from: Instant = NEVER


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A car. `uuid`, `org` and `owner` are its Podero side, if it has one; `home` is the station it has at home.

    `dc` is its acceptance curve on direct current as (SoC, kW) points; `charge_to` is where its owner lets it stop.
    It comes to every charger with the state of charge `arrives_with`, if that is given.
    """

    id: str
    uuid: str
    fleet: str | None
    driver: str | None
    make: str
    model: str
    plug: str
    battery_wh: int
    ac_kw: float
    ac_phases: int
    dc: tuple[Point, ...]
    charge_to: float
    org: str | None
    owner: str | None
    home: str | None
    arrives_with: float | None = None


@dataclass(frozen=True, slots=True)
class Station:
    """A station. Nothing is heard of it from `silent_from` until `silent_until`, and never if it is not `online`."""

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


@dataclass(frozen=True, slots=True)
class Connector:
    """A connector, named within its station. `standard` is OCPI's word; `phases` is 0 on direct current.

    `tariff` is the line that `tariffs.tariff` reads. It is out of order from `broken_from` until `broken_until`, and
    always if it is not `in_service`. `faults_after_s` into every session it fails, `silent_after_s` into every session
    nothing is heard of it for a while.
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


@dataclass(frozen=True, slots=True)
class SmartCharging:
    """What only Podero shows of a session: the car's side of it. Money is in 1/10,000 EUR.

    `window_*` is when the optimiser meant to charge. Costs count the energy at the meter by the hour, at home prices.
    """

    at_home: bool
    unplug_seen: bool
    charged_wh: int
    flowing_s: int
    peak_w: int
    target_soc: float
    deadline_at: Instant
    window_starts_at: Instant
    window_ends_at: Instant
    cost_e4: int
    expected_savings_e4: int
    actual_savings_e4: int


@dataclass(slots=True)
class Session:
    """A charging session: its plan, the instants at which something changes, and what it comes to in the end.

    Nobody assigns to a field, which a test holds; declared frozen, making a row would cost six times more.

    Energy flows from `started_at` to `power_ends_at` by `plan`; the vendor's session lasts from `created_at` to
    `ended_at`; connector and car are busy until `unplugged_at`; at `touched_at` a person did something to it last;
    `settled_at` is NEVER when the payment fails.
    """

    n: int
    id: str
    uuid: str
    channel: str
    driver: str | None
    fleet: str | None
    vehicle: str
    payment_method: str | None
    user: str | None
    station: str
    connector: str
    country: str
    tariff: str
    created_at: Instant
    started_at: Instant
    power_ends_at: Instant
    ended_at: Instant
    unplugged_at: Instant
    settled_at: Instant
    touched_at: Instant
    outcome: str
    reason: str
    limit_wh: int | None
    energy_wh: int
    kwh_cost: int
    time_cost: int
    session_cost: int
    starting_cost: int
    blocking_cost: int
    soc_start: float
    soc_end: float
    rating: int | None
    plan: bytes
    smart: SmartCharging | None = None

    def numbered(self, n: int) -> "Session":
        """The same session under another number."""
        return Session(n, *_BUT_NUMBER(self))

    def with_smart(self, smart: SmartCharging) -> "Session":
        """The same session with Podero's side of it."""
        values: list[Any] = [*_BUT_SMART(self), smart]
        return Session(*values)


_NAMES: Final = [field.name for field in fields(Session)]
_BUT_NUMBER: Final = attrgetter(*_NAMES[1:])
_BUT_SMART: Final = attrgetter(*_NAMES[:-1])
"""Read all at once: `dataclasses.replace` costs four times as much, and a world has a million sessions."""


@dataclass(slots=True)
class Reservation:
    """A reservation. Its status moves at `confirms_at`, and at `resolves_at` to `outcome`; never by what it shows.

    It shows `confirmed_at`, `station` and `reserved_*` from `confirmed_at` on; `session` is the session it is for.
    """

    n: int
    id: str
    driver: str
    vehicle: str
    payment_method: str
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
