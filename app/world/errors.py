"""What the world refuses, without a word about HTTP; each vendor's one table gives it status, code and words."""


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """Something a caller asked for that the world does not do. Nothing of it was saved."""


class UnknownReferenceError(Refusal):
    """What a request names does not exist in this world; `kind` is the parameter that named it."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class UnknownSessionError(Refusal):
    """No such charging session has been seen in this world."""


class ConnectorBusyError(Refusal):
    """Another vehicle is plugged into the connector."""


class VehicleBusyError(Refusal):
    """The vehicle is plugged in somewhere already."""


class StationOfflineError(Refusal):
    """The station or its connector is out of service."""


class PlugMismatchError(Refusal):
    """The vehicle's inlet does not take the connector's plug."""


class PaymentDeclinedError(Refusal):
    """The payment method was not authorised."""


class SessionEndedError(Refusal):
    """The session is over already."""


class ClockBackwardsError(Refusal):
    """The clock shows a later instant already."""


class ClockEndsError(Refusal):
    """No clock goes beyond the year 9998."""
