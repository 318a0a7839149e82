"""The control API of a running server, from outside, with the standard library alone.

    from datetime import timedelta

    from wattif.client import ControlClient

    client = ControlClient("http://127.0.0.1:8000")
    with client.create_world(scenario="village") as world:
        key = world.credentials["charge"]["secret_key"]
        world.advance(timedelta(hours=8))

Every call raises a subclass of `ControlError` when it fails.
"""

from .answers import (
    Advance,
    CardName,
    Clock,
    ControlResponse,
    Event,
    Happening,
    Health,
    PaymentConfirmation,
    Prices,
    SetupConfirmation,
    Transition,
)
from .control import ControlClient
from .errors import (
    ControlError,
    NoAnswerError,
    NotRunningError,
    NotWattifError,
    RefusedError,
    TimedOutError,
    UsageError,
)
from .values import Duration, Instant
from .vendors import ChosenCredentials, Credentials, Magic, Orders, Sample, Urls
from .world import World

__all__ = [
    "Advance",
    "CardName",
    "ChosenCredentials",
    "Clock",
    "ControlClient",
    "ControlError",
    "ControlResponse",
    "Credentials",
    "Duration",
    "Event",
    "Happening",
    "Health",
    "Instant",
    "Magic",
    "NoAnswerError",
    "NotRunningError",
    "NotWattifError",
    "Orders",
    "PaymentConfirmation",
    "Prices",
    "RefusedError",
    "Sample",
    "SetupConfirmation",
    "TimedOutError",
    "Transition",
    "Urls",
    "UsageError",
    "World",
]
