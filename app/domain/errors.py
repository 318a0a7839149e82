"""The refusals of the domain, without HTTP: each vendor's error table gives them a status, a code and a message.

The text of a refusal says in the sandbox's own words what was wrong, for its log.
"""

from dataclasses import dataclass

from .clock import millis


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """A request is refused, and nothing of it is saved."""


@dataclass(frozen=True, slots=True)
class Holder:
    """The session that holds a connector or a vehicle, by the id under which it is shown, and until when it does."""

    session: str
    until: int


class UnknownReferenceError(Refusal):
    """A request names something that does not exist in this world; `kind` says what: `station`, `driver`, …."""

    def __init__(self, kind: str, named: str | None) -> None:
        words = kind.replace("_", " ")
        super().__init__(f"There is no {words} {named} in this world." if named else f"The order names no {words}.")
        self.kind = kind


class UnknownObjectError(Refusal):
    """A request is about an object that does not exist in this world; `kind` is as in UnknownReferenceError."""

    def __init__(self, kind: str, named: str) -> None:
        super().__init__(f"There is no {kind.replace('_', ' ')} {named} in this world.")
        self.kind = kind


class UnknownSessionError(Refusal):
    """The world has no such charging session, or has it only as a plan."""

    def __init__(self, named: str) -> None:
        super().__init__(f"There is no charging session {named} in this world.")


class ConnectorBusyError(Refusal):
    """Another vehicle is plugged into the connector."""

    def __init__(self, connector: str, station: str, holder: Holder) -> None:
        super().__init__(
            f"Connector {connector} of {station} is busy: session {holder.session} holds it until "
            f"{millis(holder.until)}."
        )


class VehicleBusyError(Refusal):
    """The vehicle is plugged in somewhere already."""

    def __init__(self, vehicle: str, holder: Holder) -> None:
        super().__init__(
            f"Vehicle {vehicle} is plugged in already: session {holder.session} holds it until {millis(holder.until)}."
        )


class StationOfflineError(Refusal):
    """The station or its connector is out of service, as `sentence` says."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)


class PlugMismatchError(Refusal):
    """The vehicle's inlet does not take the connector's plug."""

    def __init__(self, vehicle: str, inlet: str, connector: str, standard: str) -> None:
        super().__init__(f"Connector {connector} ({standard}) does not fit the inlet of vehicle {vehicle} ({inlet}).")


class PaymentDeclinedError(Refusal):
    """The payment method was not authorised."""

    def __init__(self, method: str) -> None:
        super().__init__(f"The payment method {method} is declined.")


class AuthenticationRequiredError(Refusal):
    """The holder has to authenticate the payment method first, which a caller of an API cannot do."""

    def __init__(self, method: str) -> None:
        super().__init__(f"The payment method {method} has to be authenticated by its holder first.")


class SessionEndedError(Refusal):
    """The session is over already."""

    def __init__(self, outcome: str, at: int) -> None:
        super().__init__(f"The session is not active: it was {outcome} at {millis(at)}.")


class InUseError(Refusal):
    """A driver, a fleet or a vehicle, as `kind` says, is not deleted while it has an active session."""

    def __init__(self, kind: str, named: str) -> None:
        super().__init__(f"The {kind} {named} has an active session.")
        self.kind = kind


class DriverAttachmentError(Refusal):
    """A driver is attached to the fleet already, or is not attached to the fleet that is to be left."""

    def __init__(self, driver: str, fleet: str, *, is_attached: bool) -> None:
        super().__init__(f"The driver {driver} is {'already' if is_attached else 'not'} in the fleet {fleet}.")
        self.is_attached = is_attached


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
    """Callers have created `most` objects, the greatest number that a world takes."""

    def __init__(self, most: int) -> None:
        super().__init__(f"Callers have created {most} objects in this world, the most that WATTIF_MAX_ROWS allows.")
        self.most = most
