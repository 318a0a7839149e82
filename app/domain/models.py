"""The entities of a world. No field holds what time alone changes: `sessions.view` computes that.

Instants are microseconds since the epoch, UTC; money is in minor units; energy in Wh; states of charge run from 0 to 1.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from enum import StrEnum
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, TypeVar

from .clock import NEVER, Instant
from .sessions.power_plan import Point

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass_frozen_for_mypy
else:
    Row = TypeVar("Row")

    def dataclass_frozen_for_mypy(*, frozen: bool, slots: bool) -> Callable[[type[Row]], type[Row]]:
        """A dataclass to which mypy refuses to assign, and Python does not.

        A list makes one object per row, and making an object of a frozen dataclass costs six times as much.
        """
        return dataclass(slots=slots, unsafe_hash=frozen)


class Outcome(StrEnum):
    """The status of a session from its end on."""

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
    """A user of a vendor that knows users; `driver` is the same person as a driver, if there is one."""

    id: str
    name: str
    email: str
    driver: str | None
    has_billing_data: bool = True


@dataclass(frozen=True, slots=True)
class PaymentMethod:
    """A card of a driver or of a user. From `declined_from` on it is declined, even if it is good by `card`."""

    id: str
    driver: str | None
    user: str | None
    card: Card
    declined_from: Instant = NEVER


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A vehicle. `org` and `owner` are set if it has smart charging; `home` is the station at its owner's home.

    `dc` is the power that it accepts on direct current, as (SoC, kW) points. Its owner lets it charge up to the state
    of charge `charge_to`. If `arrives_with` is set, it comes to every charger with that state of charge.
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


@dataclass(frozen=True, slots=True)
class SmartCharging:
    """The smart-charging side of a session, for vehicles that have one. Money is in 1/10,000 EUR.

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


@dataclass_frozen_for_mypy(frozen=True, slots=True)
class Session:
    """A charging session: its plan, the instants at which something changes, and its totals.

    Energy flows from `started_at` to `power_ends_at` by `plan`; the vendor's session lasts from `created_at` to
    `ended_at`; connector and vehicle are busy until `unplugged_at`; `touched_at` is the instant of the last action of a
    person; `settled_at` is NEVER when the payment fails. `channel` is the channel's name.
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
        """The same session with its smart-charging side."""
        values: list[Any] = [*_BUT_SMART(self), smart]
        return Session(*values)


_NAMES: Final = [field.name for field in fields(Session)]
_BUT_NUMBER: Final = attrgetter(*_NAMES[1:])
_BUT_SMART: Final = attrgetter(*_NAMES[:-1])
"""They read all fields in one call: `dataclasses.replace` takes four times as long, and a world may have a million
sessions."""


@dataclass_frozen_for_mypy(frozen=True, slots=True)
class Reservation:
    """A reservation. Its status changes at `confirms_at`, and at `resolves_at` to `outcome`.

    It shows `confirmed_at`, `station` and `reserved_*` from `confirmed_at` on; `session` is the number of the session
    that it is for.
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
