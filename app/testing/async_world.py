"""The world of a test in an event loop: each call of the control API is awaited."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, ParamSpec, Self, TypeVar

from ..client import ControlError
from ..client.values import instant_text
from .clients import AsyncClients
from .sandbox_world import SandboxWorld
from .vendors import OfVendors

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    import httpx2

    from ..client import Advance, Clock, Credentials, Magic, Orders, Sample, Urls
    from ..client.answers import CardName, Event, Happening, PaymentConfirmation, Prices, SetupConfirmation
    from ..client.values import Duration, Instant

_Given = ParamSpec("_Given")
_Answer = TypeVar("_Answer")


class AsyncWorld(OfVendors["httpx2.AsyncClient"]):
    """A private world for coroutines, under asyncio as well as trio: `SandboxWorld`, with `await` before each call.

    `sync` is the same world for code that does not await.
    """

    def __init__(self, sync: SandboxWorld) -> None:
        self.sync = sync
        self._clients = AsyncClients(sync)

    def __repr__(self) -> str:
        return repr(self.sync).replace(type(self.sync).__name__, type(self).__name__, 1)

    def _client(self, vendor: str) -> "httpx2.AsyncClient":
        return self._clients._client(vendor)  # noqa: SLF001 - its own clients

    @property
    def name(self) -> str:
        return self.sync.name

    @property
    def scenario(self) -> str:
        return self.sync.scenario

    @property
    def seed(self) -> int:
        return self.sync.seed

    @property
    def url(self) -> str:
        return self.sync.url

    @property
    def urls(self) -> "Urls":
        return self.sync.urls

    @property
    def credentials(self) -> "Credentials":
        return self.sync.credentials

    @property
    def sample(self) -> "Sample":
        return self.sync.sample

    @property
    def orders(self) -> "Orders":
        return self.sync.orders

    @property
    def magic(self) -> "Magic":
        return self.sync.magic

    @property
    def expires_at(self) -> "datetime | None":
        return self.sync.expires_at

    @property
    def env(self) -> dict[str, str]:
        return self.sync.env

    def at(self, instant: "Instant") -> AsyncClients:
        """The clients of the vendors' APIs whose GETs answer as of an instant, past or future; the clock stays."""
        return AsyncClients(self.sync, instant_text("instant", instant))

    async def clock(self) -> "Clock":
        return await _in_thread(lambda: self.sync.clock)

    async def set_speed(self, speed: float) -> "Clock":
        return await _in_thread(self.sync.set_speed, speed)

    async def advance(
        self,
        by: "Duration | None" = None,
        *,
        to: "Instant | None" = None,
        until: tuple[str, str] | None = None,
    ) -> "Advance":
        return await _in_thread(self.sync.advance, by, to=to, until=until)

    async def events(self) -> "list[Event]":
        return await _in_thread(self.sync.events)

    async def simulate(
        self,
        event: str,
        id: str | None = None,  # noqa: A002 - the field's name in the API
        *,
        at: "Instant | timedelta | None" = None,
        for_: "Duration | None" = None,
        amount: int | None = None,
        prices: "Prices | None" = None,
        km: float | None = None,
        battery_level: float | None = None,
    ) -> "Happening":
        return await _in_thread(
            self.sync.simulate,
            event,
            id,
            at=at,
            for_=for_,
            amount=amount,
            prices=prices,
            km=km,
            battery_level=battery_level,
        )

    async def confirm_setup_intent(
        self, intent: str, card: "CardName" = "visa", *, wallet: str | None = None
    ) -> "SetupConfirmation":
        return await _in_thread(self.sync.confirm_setup_intent, intent, card, wallet=wallet)

    async def confirm_payment_intent(self, intent: str, card: "CardName | None" = None) -> "PaymentConfirmation":
        return await _in_thread(self.sync.confirm_payment_intent, intent, card)

    async def fork(self, name: str | None = None, *, expires_in: "Duration | None" = None) -> Self:
        return type(self)(await _in_thread(self.sync.fork, name, expires_in=expires_in))

    async def reset(self) -> Self:
        await _in_thread(self.sync.reset)
        return self

    async def export(self) -> bytes:
        return await _in_thread(self.sync.export)

    async def delete(self) -> None:
        await _in_thread(self.sync.delete)


async def _in_thread(work: Callable[_Given, _Answer], *args: _Given.args, **named: _Given.kwargs) -> _Answer:
    from anyio import to_thread  # noqa: PLC0415 - only tests with an event loop need it

    try:
        return await to_thread.run_sync(partial(work, *args, **named))
    except ControlError as error:
        # The lines of the thread would come between the test's own line and what is wrong with it.
        raise error.with_traceback(None) from None
