"""The errors of a call to the control API. The message of each is a sentence for people."""

from collections.abc import Mapping
from typing import Any


class ControlError(Exception):
    """The call failed."""


class RefusedError(ControlError):
    """The server refused the call. The message is the `detail` of its problem body.

    `status` is the HTTP status, such as 404 for an unknown world, whose message names the worlds with the nearest
    names. `problem` is the whole body (RFC 9457): that of an advance to a status that is never reached also has
    `will_be` and `at`, that of an import the `line` of the fault.
    """

    def __init__(self, detail: str, status: int, problem: Mapping[str, Any] | None = None) -> None:
        super().__init__(detail, status, problem)
        self.detail = detail
        self.status = status
        self.problem = dict(problem or {})

    def __str__(self) -> str:
        return self.detail


class UsageError(ControlError):
    """The call was not sent, because an argument of it is not valid."""


class NoAnswerError(ControlError):
    """The server gave no complete answer."""


class NotRunningError(NoAnswerError):
    """No server listens at the address, or it closed the connection."""


class TimedOutError(NoAnswerError):
    """The server did not answer in time. It may still do what it was asked."""


class NotWattifError(NoAnswerError):
    """Another server than Wattif answered, or a Wattif of another version."""
