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


class AuthenticationRequiredError(Refusal):
    """The payment method has to be authenticated by its holder first, who is not there."""


class SessionEndedError(Refusal):
    """The session is over already."""


class ClockBackwardsError(Refusal):
    """The clock shows a later instant already."""


class ClockEndsError(Refusal):
    """No clock goes beyond the year 9998."""


class SenselessError(Refusal):
    """What is to happen makes no sense, for the reason that `sentence` gives."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NeverError(Refusal):
    """What is waited for never comes. `sentence` says what comes instead, `status` and `at` which status and when."""

    def __init__(self, sentence: str, status: str, at: int) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status
        self.at = at


class UnknownStatusError(Refusal):
    """Nothing of that kind ever has that status; `words` are those there are."""

    def __init__(self, words: tuple[str, ...]) -> None:
        super().__init__(f"There is no such status; there are {', '.join(words)}.")
        self.words = words


class UnknownThingError(Refusal):
    """Nothing in this world is shown under that id."""


class WorldFullError(Refusal):
    """Callers have started as many sessions as a world takes; `most` says how many that is."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most
