"""The refusals of the domain, without HTTP: each vendor's error table gives them a status, a code and a message.

The text of a refusal says in the sandbox's own words what was wrong, for its log.
"""

from dataclasses import dataclass
from typing import Final

from .clock import millis

_DONE: Final = {"update": "updated", "confirm": "confirmed", "cancel": "cancelled"}


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """A request is refused, and nothing of it is saved."""


@dataclass(frozen=True, slots=True)
class Holder:
    """What holds a connector or a vehicle, a session or a reservation, by the id that is shown, and until when."""

    id: str
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


class InvalidReservationError(Refusal):
    """A reservation cannot be as it is wished for; `param` is the part at fault, and `sentence` says why."""

    def __init__(self, param: str, sentence: str) -> None:
        super().__init__(f"{param}: {sentence}")
        self.param = param
        self.sentence = sentence


class ReservationStateError(Refusal):
    """A reservation with this status cannot be changed so; `act` is what was to be done: update, confirm or cancel."""

    def __init__(self, act: str, status: str) -> None:
        super().__init__(f"The reservation is {status}, so that it cannot be {_DONE[act]}.")
        self.act = act
        self.status = status


class ConnectorBusyError(Refusal):
    """Another vehicle is plugged into the connector."""

    def __init__(self, connector: str, station: str, holder: Holder) -> None:
        super().__init__(
            f"Connector {connector} of {station} is busy: session {holder.id} holds it until {millis(holder.until)}."
        )


class ConnectorReservedError(ConnectorBusyError):
    """The connector is kept free for another driver or vehicle."""

    def __init__(self, connector: str, station: str, holder: Holder) -> None:
        until = millis(holder.until)
        Refusal.__init__(self, f"Connector {connector} of {station} is reserved: {holder.id} holds it until {until}.")


class VehicleBusyError(Refusal):
    """The vehicle is plugged in somewhere already."""

    def __init__(self, vehicle: str, holder: Holder) -> None:
        super().__init__(
            f"Vehicle {vehicle} is plugged in already: session {holder.id} holds it until {millis(holder.until)}."
        )


class StationOfflineError(Refusal):
    """The station or its connector is out of service, as `sentence` says."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)


class PlugMismatchError(Refusal):
    """The vehicle's inlet does not take the connector's plug."""

    def __init__(self, vehicle: str, inlet: str, connector: str, standard: str) -> None:
        super().__init__(f"Connector {connector} ({standard}) does not fit the inlet of vehicle {vehicle} ({inlet}).")


class NotActiveError(Refusal):
    """A driver, a vehicle or a fleet is suspended, or is not in use any more; `kind` and `status` say which and how.

    `named_by` is what a request names to concern it: a fleet comes with its vehicle or its driver.
    """

    def __init__(self, kind: str, named: str, status: str, named_by: str) -> None:
        super().__init__(f"The {kind} {named} is {status}.")
        self.kind = kind
        self.status = status
        self.named_by = named_by


class PaymentScopeError(Refusal):
    """The payment method belongs to another driver, or to another fleet."""

    def __init__(self, method: str) -> None:
        super().__init__(f"The payment method {method} belongs to another driver or fleet.")


class NoConnectorFitsError(Refusal):
    """A station has no connector in service that the vehicle's inlet takes."""

    def __init__(self, station: str, vehicle: str) -> None:
        super().__init__(f"No connector in service at {station} fits the inlet of vehicle {vehicle}.")


class PolicyBlockedError(Refusal):
    """An enforced policy of the driver, the vehicle or the fleet does not allow the session."""

    def __init__(self, policy: str, name: str, rule: str, reason: str) -> None:
        super().__init__(f"The policy {policy} ({name}) blocks this session by its {rule}: {reason}.")


class PaymentDeclinedError(Refusal):
    """The payment method was not authorised."""

    def __init__(self, method: str) -> None:
        super().__init__(f"The payment method {method} is declined.")


class InsufficientFundsError(Refusal):
    """The payment method was not authorised, because there is no money behind it."""

    def __init__(self, method: str) -> None:
        super().__init__(f"The payment method {method} has insufficient funds.")


class CardExpiredError(Refusal):
    """The payment method is a card that has expired."""

    def __init__(self, method: str) -> None:
        super().__init__(f"The card {method} has expired.")


class AuthenticationRequiredError(Refusal):
    """The holder has to authenticate the payment method first, which a caller of an API cannot do."""

    def __init__(self, method: str) -> None:
        super().__init__(f"The payment method {method} has to be authenticated by its holder first.")


class SessionEndedError(Refusal):
    """The session is over already."""

    def __init__(self, outcome: str, at: int) -> None:
        super().__init__(f"The session is not active: it was {outcome} at {millis(at)}.")


class TakenError(Refusal):
    """Another user of the organisation has the same: an e-mail address or an external id, as `thing` says."""

    def __init__(self, thing: str, named: str) -> None:
        super().__init__(f"Another user of the organisation has the {thing} {named}.")
        self.thing = thing


class InUseError(Refusal):
    """A driver, a fleet or a vehicle, as `kind` says, is not deleted while it has an active session.

    Neither does a vehicle get another battery or inlet then.
    """

    def __init__(self, kind: str, named: str) -> None:
        super().__init__(f"The {kind.replace('_', ' ')} {named} has an active session.")
        self.kind = kind


class DriverAttachmentError(Refusal):
    """A driver is attached to the fleet already, or is not attached to the fleet that is to be left."""

    def __init__(self, driver: str, fleet: str, *, is_attached: bool) -> None:
        super().__init__(f"The driver {driver} is {'already' if is_attached else 'not'} in the fleet {fleet}.")
        self.is_attached = is_attached


class UnknownOwnerError(Refusal):
    """A vehicle or a payment method, as `thing` says, cannot belong to a driver or a fleet that does not exist."""

    def __init__(self, thing: str, owner: str, named: str) -> None:
        super().__init__(f"There is no {owner} {named} in this world.")
        self.thing = thing
        self.owner = owner


class NotAttachedError(Refusal):
    """A vehicle or a payment method, as `thing` says, does not belong to the driver or fleet that a request names."""

    def __init__(self, thing: str, thing_id: str, owner: str, owner_id: str) -> None:
        super().__init__(f"The {thing.replace('_', ' ')} {thing_id} does not belong to the {owner} {owner_id}.")
        self.thing = thing
        self.owner = owner


class ClockBackwardsError(Refusal):
    """The clock shows a later instant already."""


class ClockEndsError(Refusal):
    """No clock goes beyond the year 9998."""


class ImpossibleError(Refusal):
    """An event is impossible, for the reason that `sentence` gives."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class BoostRefusedError(Refusal):
    """A vehicle is not boosted, for a reason that is a word; `state` is that of its boost."""

    def __init__(self, state: str, reason: str) -> None:
        super().__init__(f"The boost is {state}, and is refused: {reason.replace('_', ' ')}.")
        self.state = state
        self.reason = reason


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


class UnknownPlanError(UnknownThingError):
    """No vendor shows a session or a reservation in this world under that id."""


class WorldFullError(Refusal):
    """Callers have created `most` objects, the greatest number that a world takes."""

    def __init__(self, most: int) -> None:
        super().__init__(f"Callers have created {most} objects in this world, the most that WATTIF_MAX_ROWS allows.")
        self.most = most
