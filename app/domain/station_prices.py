"""What a connector costs at an instant, as it is shown before a session: its tariff, its price, the hold on a card."""

from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from .models import Connector
from .pricing import bill, shown, tariff

SLOW: Final = "slow"
FAST: Final = "fast"
TURBO: Final = "turbo"
"""How fast a connector or a station is."""
FAST_KW, TURBO_KW = 43, 150
"""The least power of those that are fast, and of those that are turbo."""
_USUAL: Final = {SLOW: (40_000, 4 * 3600), FAST: (50_000, 3600), TURBO: (60_000, 2400)}
"""The Wh and the seconds of a session that a hold has to cover."""
_DIGITS: Final = 2


class Price(NamedTuple):
    """What customers are shown in one number, VAT included: per kWh, or per minute where energy has no price."""

    amount: Decimal
    per: Literal["kwh", "minute"]
    currency: str


class PriceWindow(NamedTuple):
    """A tariff, and the instants between which it holds, the first included; None where there is none."""

    tariff: str
    since: int | None
    until: int | None


def speed(power_kw: float) -> str:
    """How fast that much power is."""
    return SLOW if power_kw < FAST_KW else FAST if power_kw < TURBO_KW else TURBO


def tariff_at(connector: Connector, now: int) -> str:
    """The tariff under which a session is sold that begins at the connector."""
    if connector.next_tariff is not None and connector.next_tariff_at <= now:
        return connector.next_tariff
    return connector.tariff


def price_windows(connector: Connector, now: int) -> list[PriceWindow]:
    """The tariff of a connector at an instant, and the one that follows it, if any."""
    at, following = connector.next_tariff_at, connector.next_tariff
    if following is None:
        return [PriceWindow(connector.tariff, None, None)]
    coming = PriceWindow(following, at, None)
    return [coming] if at <= now else [PriceWindow(connector.tariff, None, at), coming]


@lru_cache(maxsize=8192)
def price(sold: str) -> Price | None:
    """The price of the tariff in a line; None if neither energy nor time has one."""
    read = tariff(sold)
    gross = shown(read)
    if gross.kwh:
        return Price(gross.kwh, "kwh", read.currency)
    return Price(gross.minute, "minute", read.currency) if gross.minute else None


def lowest_price(tariffs: Iterable[str]) -> Price | None:
    """The lowest of the prices of some tariffs."""
    return min((found for found in map(price, tariffs) if found is not None), default=None)


@lru_cache(maxsize=8192)
def authorised_amount(sold: str, power_kw: float) -> int:
    """What is held on a card before a session at a connector of that power, in minor units.

    It is what a usual session of that speed costs by the tariff, VAT of the country included, rounded up to two
    digits. A longer one costs more than is held.
    """
    energy_wh, seconds = _USUAL[speed(power_kw)]
    total = bill(tariff(sold), energy_wh, seconds).total
    step = int("1".ljust(len(str(total)) - _DIGITS + 1, "0"))
    return -(-total // step) * step
