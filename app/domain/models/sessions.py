"""Charging sessions."""

from dataclasses import dataclass, fields
from enum import StrEnum
from operator import attrgetter
from typing import Any, Final

from ..clock import Instant
from .rows import dataclass_frozen_for_mypy


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
    person; `settled_at` is NEVER when the payment fails. `channel` is the channel's name. `transaction` is the id of
    its payment, if that does not follow from its own id.
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
    transaction: str | None = None
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
