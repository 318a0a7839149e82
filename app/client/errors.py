"""The errors of a call to the control API. The message of each is a sentence for people."""


class ControlError(Exception):
    """The call failed."""


class RefusedError(ControlError):
    """The server refused the call. The message is the `detail` of its problem body, `status` the HTTP status."""

    def __init__(self, detail: str, status: int) -> None:
        super().__init__(detail)
        self.status = status


class UsageError(ControlError):
    """The call was not sent, because an argument of it is not valid."""


class NoAnswerError(ControlError):
    """The server gave no complete answer."""


class NotRunningError(NoAnswerError):
    """No server listens at the address, or it closed the connection."""


class TimedOutError(NoAnswerError):
    """The server did not answer in time. It may still do what it was asked."""


class NotWattifError(NoAnswerError):
    """Another server than Wattif answered."""
