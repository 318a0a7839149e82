"""What an event in the world takes, does and answers."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from ...domain.models import Reservation, Session
from ...domain.transitions import Transition
from ...store.world_transaction import WorldTransaction

MOST: Final = 1_000_000_000
"""The greatest amount that an event takes, in minor units."""


@dataclass(frozen=True, slots=True)
class EventRequest:
    """What a caller asks for: the id that the event concerns, its instant, and its duration or its amount, if any.

    The duration is in microseconds, the amount in minor units, the battery's level in percent.
    """

    id: str
    at: int
    lasts: int | None = None
    amount: int | None = None
    km: float | None = None
    battery_level: float | None = None


@dataclass(frozen=True, slots=True)
class EventOutcome:
    """When the event happens, and the later transitions of the sessions and reservations that it changes.

    `transaction` is the id of the transaction that it makes, if it makes one.
    """

    at: int
    transitions: list[Transition]
    transaction: str | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """The sessions that an event has changed, the planned ones that do not take place, and changed reservations.

    The reservations are saved already. `transaction` is the id of one that the event has made.
    """

    sessions: list[Session] = field(default_factory=list)
    removed: list[Session] = field(default_factory=list)
    reservations: list[Reservation] = field(default_factory=list)
    transaction: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """An event. `of` says which kind of id it needs, `lasts` whether it takes a duration, `least` its least amount.

    An event without `least` takes no amount; `needs_amount` says whether it may be left out. `measures` are the fields
    of the request that say how far or how full: `km`, which must be there, and `battery_level`.
    """

    of: str
    does: str
    refused: str
    happen: Callable[[WorldTransaction, EventRequest], Changes]
    lasts: bool = False
    least: int | None = None
    needs_amount: bool = False
    measures: tuple[str, ...] = ()
