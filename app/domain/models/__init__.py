"""The entities of a world. No field holds what time alone changes: `sessions.view` computes that.

Instants are microseconds since the epoch, UTC; money is in minor units; energy in Wh; states of charge run from 0 to 1.
"""

from .documents import Document
from .parties import (
    ACTIVE,
    DELETED,
    TO_FLEET,
    TO_VEHICLE,
    Attachment,
    Card,
    Driver,
    Fleet,
    PaymentMethod,
    User,
    Vehicle,
)
from .reservations import Reservation
from .rows import JsonText
from .sessions import Outcome, Reason, Session, SmartCharging
from .stations import Connector, Station

__all__ = [
    "ACTIVE",
    "DELETED",
    "TO_FLEET",
    "TO_VEHICLE",
    "Attachment",
    "Card",
    "Connector",
    "Document",
    "Driver",
    "Fleet",
    "JsonText",
    "Outcome",
    "PaymentMethod",
    "Reason",
    "Reservation",
    "Session",
    "SmartCharging",
    "Station",
    "User",
    "Vehicle",
]
