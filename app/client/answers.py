"""What calls return. Instants are aware datetimes in UTC."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NotRequired, TypedDict

from .values import instant

CardName = Literal[
    "visa",
    "mastercard",
    "amex",
    "declined",
    "insufficient_funds",
    "authentication_required",
    "fails_later",
]
"""The brand of a card that pays, or how a card behaves."""


@dataclass(frozen=True, slots=True)
class ControlResponse:
    """A 2xx answer: `raw` is its body as bytes, `body` the JSON object in it. Both are empty after a 204."""

    raw: bytes
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Clock:
    """The simulated clock of a world.

    `speed` is in simulated seconds per second; 0 stands still. Sessions are planned up to the `horizon`, and further as
    the clock goes on if the world `goes_on`.
    """

    now: datetime
    speed: float
    horizon: datetime
    goes_on: bool


@dataclass(frozen=True, slots=True)
class Transition:
    """A change of the status of a session or a reservation.

    `kind` is `charging_session` or `reservation`. `id` is its id at the vendor that sells it, `ids` has its id at each
    vendor that shows it. `from_` is None for the creation. `reason` is a word such as `full` or `paid`.
    """

    at: datetime
    kind: str
    id: str
    ids: Mapping[str, str]
    from_: str | None
    to: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Advance:
    """A clock that was moved from `start` to `end`, and the transitions between, the earliest first.

    `truncated` says that there are more than the hundred which the server lists. `note` says that the clock is beyond
    the horizon of a world that does not go on; it is empty otherwise.
    """

    start: datetime
    end: datetime
    transitions: Sequence[Transition]
    truncated: bool
    note: str = ""


class Happening(TypedDict):
    """An event that was simulated: what happens to which id, when, and the transitions that follow from it.

    A `refund` and an `adjustment` make a `transaction`, whose id this is.
    """

    event: str
    id: str
    at: datetime
    transitions: Sequence[Transition]
    transaction: NotRequired[str]


class Event(TypedDict):
    """An event that can be simulated.

    `id` says which kind of id it needs, `takes` which further fields it takes, `does` what it does, and `refused` when
    the server refuses it.
    """

    event: str
    id: str
    takes: list[str]
    does: str
    refused: str


class Prices(TypedDict, total=False):
    """New net prices as decimal texts; None takes one away.

    Per `kwh`, per `hour`, once a `session`, once for `starting`, and per minute of `blocking` after the minutes in
    `grace`, up to the `cap`.
    """

    kwh: str | None
    hour: str | None
    session: str | None
    starting: str | None
    blocking: str | None
    grace: int | None
    cap: str | None


class SetupConfirmation(TypedDict):
    """A setup intent that was confirmed: its user has a new payment method."""

    id: str
    status: str
    user: str
    payment_method: str


class PaymentConfirmation(TypedDict):
    """A payment intent that was confirmed.

    `session` is the one whose debt is paid, None if the intent is for the next start.
    """

    id: str
    status: str
    user: str
    payment_method: str | None
    session: str | None


class Health(TypedDict):
    """The `status` of a server, which is `ok`, and its `version`."""

    status: str
    version: str


def clock(body: Mapping[str, Any]) -> Clock:
    return Clock(instant(body["now"]), float(body["speed"]), instant(body["horizon"]), bool(body["goes_on"]))


def advance(body: Mapping[str, Any]) -> Advance:
    return Advance(
        instant(body["from"]),
        instant(body["to"]),
        _transitions(body["transitions"]),
        bool(body["truncated"]),
        body.get("note", ""),
    )


def happening(body: Mapping[str, Any]) -> Happening:
    found = Happening(
        event=body["event"],
        id=body["id"],
        at=instant(body["at"]),
        transitions=_transitions(body["transitions"]),
    )
    if "transaction" in body:
        found["transaction"] = body["transaction"]
    return found


def events(body: Mapping[str, Any]) -> list[Event]:
    found: list[Event] = body["events"]
    return found


def setup_confirmation(body: Mapping[str, Any]) -> SetupConfirmation:
    return SetupConfirmation(
        id=body["id"], status=body["status"], user=body["user"], payment_method=body["payment_method"]
    )


def payment_confirmation(body: Mapping[str, Any]) -> PaymentConfirmation:
    return PaymentConfirmation(
        id=body["id"],
        status=body["status"],
        user=body["user"],
        payment_method=body["payment_method"],
        session=body["session"],
    )


def _transitions(found: Sequence[Mapping[str, Any]]) -> tuple[Transition, ...]:
    return tuple(
        Transition(instant(each["at"]), each["kind"], each["id"], each["ids"], each["from"], each["to"], each["reason"])
        for each in found
    )
