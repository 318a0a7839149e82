"""The control API of a running server, from outside.

    client = ControlClient("http://127.0.0.1:8000")
    world = client.request("POST", "/worlds", {"scenario": "village"}).body

Every call raises a subclass of `ControlError` when it fails.
"""

from .errors import (
    ControlError,
    NoAnswerError,
    NotRunningError,
    NotWattifError,
    RefusedError,
    TimedOutError,
    UsageError,
)
from .http import ControlClient, ControlResponse

__all__ = [
    "ControlClient",
    "ControlError",
    "ControlResponse",
    "NoAnswerError",
    "NotRunningError",
    "NotWattifError",
    "RefusedError",
    "TimedOutError",
    "UsageError",
]
