"""One world of a server, and what a caller may do with it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from . import answers, calls
from .answers import Advance, CardName, Clock, Event, Happening, PaymentConfirmation, Prices, SetupConfirmation
from .errors import ControlError, RefusedError
from .values import Duration, Instant, instant, read
from .vendors import Credentials, Magic, Orders, Sample, Urls, orders_of

if TYPE_CHECKING:
    from .control import ControlClient

_NOT_FOUND = 404


class World:
    """A world as the server showed it, and the calls on it. Each call raises a ControlError when it fails.

    As a context manager it deletes the world at the end of the block:

        with client.create_world(scenario="village") as world:
            world.advance(timedelta(hours=8))

    A subclass may be made of another world by `Subclass(world.client, world.answer)`; its `fork` returns a world of the
    subclass.

    Raises NotWattifError if the answer has another form.
    """

    client: "ControlClient"
    """The client that calls the server."""
    answer: Mapping[str, Any]
    """The world as the server showed it, in JSON."""
    name: str
    scenario: str
    seed: int
    """The source of all that is drawn: the same scenario, seed and start give the same world."""
    url: str
    """The address of the server, such as `http://127.0.0.1:8000`."""
    urls: Urls
    """The address of each vendor's API, such as `http://127.0.0.1:8000/v1`."""
    credentials: Credentials
    """Its keys at each vendor, and the ids that belong beside them: `credentials["charge"]["secret_key"]`."""
    sample: Sample
    """Ids of objects to begin with: `sample["charge"]["driver"]`."""
    orders: Orders
    """The body of a call that starts a charging session: `orders["charge"]`."""
    magic: Magic
    """Ids of objects that behave in one way: `magic["charge"]["declined_card"]`."""
    expires_at: datetime | None
    """The real instant after which the world is gone; None if it stays."""

    def __init__(self, client: "ControlClient", answer: Mapping[str, Any]) -> None:
        self.client = client
        self.url = client.url
        read(self._take, answer)

    def _take(self, answer: Mapping[str, Any]) -> None:
        expires_at = answer["expires_at"]
        self.name = answer["name"]
        self.scenario = answer["scenario"]
        self.seed = answer["seed"]
        self.urls = answer["urls"]
        self.credentials = answer["credentials"]
        self.sample = answer["sample"]
        self.orders = orders_of(answer["sample"])
        self.magic = answer["magic"]
        self.expires_at = None if expires_at is None else instant(expires_at)
        self.answer = answer

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name} at {self.url}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            self.delete()
        except ControlError as refused:
            # The block may have deleted the world, and its own error says more than one of the clean-up.
            if error is None and not (isinstance(refused, RefusedError) and refused.status == _NOT_FOUND):
                raise

    @property
    def clock(self) -> Clock:
        """The world's clock. Asks the server each time."""
        return read(answers.clock, self._send(calls.show_clock(self.name)))

    def set_speed(self, speed: float) -> Clock:
        """Sets how fast the clock runs, in simulated seconds per second: 0 stands still, 1 is real time."""
        return read(answers.clock, self._send(calls.set_speed(self.name, speed)))

    def advance(
        self, by: Duration | None = None, *, to: Instant | None = None, until: tuple[str, str] | None = None
    ) -> Advance:
        """Moves the clock forward: by a duration, to an instant, or until something has a status.

        `by` is a timedelta or a text such as `PT8H`, `to` an aware datetime or a text such as `2026-04-01T08:00:00Z`,
        and `until` the id of a session or reservation at any vendor with the status to wait for: `active`,
        `completed`, `failed`, `cancelled`, `unplugged` or `settled` for a session; `pending`, `confirmed`,
        `completed`, `cancelled`, `failed` or `expired` for a reservation. When it returns, all that is planned in
        between has happened.

        Raises UsageError unless exactly one of the three is given, and RefusedError with status 409 for an instant in
        the past, or a status that is never reached.
        """
        return read(answers.advance, self._send(calls.advance(self.name, by, to=to, until=until)))

    def events(self) -> list[Event]:
        """The events that `simulate` takes."""
        return read(answers.events, self._send(calls.list_events(self.name)))

    def simulate(
        self,
        event: str,
        id: str | None = None,  # noqa: A002 - the field's name in the API
        *,
        at: Instant | timedelta | None = None,
        for_: Duration | None = None,
        amount: int | None = None,
        prices: Prices | None = None,
        km: float | None = None,
        battery_level: float | None = None,
    ) -> Happening:
        """Makes something happen that no call of a vendor's API does, such as `unplug` or `connector_fault`.

        `id` is that of what it happens to, as any vendor shows it, or an EVSE id. `at` is when: an instant, or a
        timedelta after now; by default now. `for_` is how long it lasts, `amount` an amount of money in the smallest
        unit of the currency, `km` how far a vehicle drives, and `battery_level` the percentage with which it arrives.
        `events` lists which event takes which.

        Raises RefusedError with status 400 if the event does not take what is given, 404 for an unknown id, and 409
        if it is impossible now.
        """
        call = calls.simulate(
            self.name,
            event,
            id,
            at=at,
            lasts=for_,
            amount=amount,
            prices=prices,
            km=km,
            battery_level=battery_level,
        )
        return read(answers.happening, self._send(call))

    def confirm_setup_intent(
        self, intent: str, card: CardName = "visa", *, wallet: str | None = None
    ) -> SetupConfirmation:
        """Adds a card to the user of a setup intent, as the front end of a payment provider does.

        `intent` is its id or its client secret, `wallet` is `apple_pay` or `google_pay` if the card comes from one.
        """
        call = calls.confirm_intent(self.name, "setup", intent, card=card, wallet=wallet)
        return read(answers.setup_confirmation, self._send(call))

    def confirm_payment_intent(self, intent: str, card: CardName | None = None) -> PaymentConfirmation:
        """Authenticates the payment of the next start, or pays a debt; without a card, by the intent's own method.

        `intent` is its id or its client secret.
        """
        return read(
            answers.payment_confirmation, self._send(calls.confirm_intent(self.name, "payment", intent, card=card))
        )

    def fork(self, name: str | None = None, *, expires_in: Duration | None = None) -> Self:
        """Creates a copy of this world as it is now, with keys of its own; the server chooses the name by default."""
        call = calls.create_world(name, fork=self.name, expires_in=expires_in)
        return type(self)(self.client, self._send(call))

    def reset(self) -> Self:
        """Puts the world back to its beginning, its clock included, and returns it. Its keys stay the same."""
        read(self._take, self._send(calls.reset_world(self.name)))
        return self

    def export(self) -> bytes:
        """The world with everything in it as JSON, for `ControlClient.import_world`; without its keys."""
        pieces: list[bytes] = []
        self.client.download(calls.export_world(self.name).path, pieces.append)
        return b"".join(pieces)

    def delete(self) -> None:
        """Deletes the world; its keys open nothing any more."""
        self._send(calls.delete_world(self.name))

    def _send(self, call: calls.Call) -> dict[str, Any]:
        return self.client.send(call).body
