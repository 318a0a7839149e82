"""The refusals of the domain, without HTTP: each vendor's error table gives them a status, a code and a message."""


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """A request is refused, and nothing of it is saved."""


class UnknownReferenceError(Refusal):
    """A request names something that does not exist in this world; `kind` says what: `station`, `driver`, …."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class UnknownSessionError(Refusal):
    """The world has no such charging session, or has it only as a plan."""


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


class AuthenticationRequiredError(Refusal):
    """The holder has to authenticate the payment method first, which a caller of an API cannot do."""


class SessionEndedError(Refusal):
    """The session is over already."""


class ClockBackwardsError(Refusal):
    """The clock shows a later instant already."""


class ClockEndsError(Refusal):
    """No clock goes beyond the year 9998."""


class ImpossibleError(Refusal):
    """An event is impossible, for the reason that `sentence` gives."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NeverError(Refusal):
    """A session or reservation never has the status. It has `status` from `at` on instead, as `sentence` says."""

    def __init__(self, sentence: str, status: str, at: int) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status
        self.at = at


class UnknownStatusError(Refusal):
    """There is no such status; `words` are those that exist."""

    def __init__(self, words: tuple[str, ...]) -> None:
        super().__init__(f"There is no such status; there are {', '.join(words)}.")
        self.words = words


class UnknownThingError(Refusal):
    """No vendor shows anything in this world under that id."""


class WorldFullError(Refusal):
    """Callers have started `most` sessions, the greatest number that a world takes."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most
