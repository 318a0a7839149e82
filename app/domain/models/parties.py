"""Fleets, drivers, users, payment methods and vehicles, and which drivers belong to which fleets and vehicles.

`n` and `created_at` give an entity its place in a list, newest first; `touched_at` is when a person changed it last.
`details` has what the simulation never asks about, in the words of the vendor that shows it. An entity whose `status`
is `DELETED` stays, because sessions name it, and is shown nowhere.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ..clock import NEVER, Instant
from ..sessions.power_plan import Point
from .rows import JsonText

ACTIVE: Final = "active"
DELETED: Final = "deleted"
TO_FLEET: Final = "fleet"
TO_VEHICLE: Final = "vehicle"
"""The kinds of attachments."""


class Card(StrEnum):
    """How a payment method behaves."""

    GOOD = "good"
    DECLINED = "declined"
    INSUFFICIENT_FUNDS = "insufficient_funds"
    NEEDS_AUTHENTICATION = "needs_authentication"
    FAILS_AT_SETTLEMENT = "fails_at_settlement"


@dataclass(frozen=True, slots=True)
class Fleet:
    """A company with drivers and vehicles. The policies named in `policy_ids` hold for sessions of the fleet."""

    id: str
    name: str
    email: str | None
    status: str = ACTIVE
    policy_ids: tuple[str, ...] = ()
    n: int = 0
    created_at: Instant = 0
    touched_at: Instant = 0
    details: JsonText = "{}"


@dataclass(frozen=True, slots=True)
class Driver:
    """A person with a driver's account. `Attachment` says to which fleets and vehicles the driver belongs."""

    id: str
    name: str
    email: str
    status: str = ACTIVE
    policy_ids: tuple[str, ...] = ()
    n: int = 0
    created_at: Instant = 0
    touched_at: Instant = 0
    details: JsonText = "{}"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A driver's place in a fleet, or a driver's right to a vehicle. `n` orders those of one driver or vehicle."""

    driver: str
    kind: str
    target: str
    n: int = 0


@dataclass(frozen=True, slots=True)
class User:
    """A user of a vendor that knows users. With `org` it is a user of that organisation, which has smart charging.

    `driver` is the same person as a driver, if there is one. `vehicle` is what a user without `org` drives, because a
    start by such a user names none; vehicles name a user with `org` as their `owner`.
    """

    id: str
    name: str
    email: str | None
    driver: str | None
    has_billing_data: bool = True
    org: str | None = None
    vehicle: str | None = None
    status: str = ACTIVE
    n: int = 0
    created_at: Instant = 0
    touched_at: Instant = 0
    details: JsonText = "{}"


@dataclass(frozen=True, slots=True)
class PaymentMethod:
    """A card, bank account or wallet (`kind`) of a driver, a fleet or a user, or of none of them.

    From `declined_from` on it is declined, even if it is good by `card`.
    """

    id: str
    driver: str | None
    user: str | None
    card: Card
    declined_from: Instant = NEVER
    fleet: str | None = None
    kind: str = "card"
    n: int = 0
    created_at: Instant = 0
    status: str = ACTIVE
    details: JsonText = "{}"


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A vehicle. `org` and `owner`, a user of it, are set if it has smart charging; `home` is the owner's station.

    `dc` is the power that it accepts on direct current, as (SoC, kW) points. Its owner lets it charge up to the state
    of charge `charge_to`. If `arrives_with` is set, it comes to every charger with that state of charge. `Attachment`
    says which drivers use it. `charge_policy` is what its owner wants of smart charging, None for what is usual
    (`domain.charge_policy`). It charges at once when it is plugged in the first time after `boosts_from`.
    """

    id: str
    uuid: str
    fleet: str | None
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
    charge_policy: JsonText | None = None
    boosts_from: Instant = NEVER
    status: str = ACTIVE
    policy_ids: tuple[str, ...] = ()
    n: int = 0
    created_at: Instant = 0
    touched_at: Instant = 0
    details: JsonText = "{}"
