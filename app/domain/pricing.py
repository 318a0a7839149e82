"""Prices and bills: net prices are Decimal, each line is rounded once, half up; `bill` gives running and final bill."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from .currencies import UNUSUAL, decimals

_CENTS: Final = 2
_ONE: Final = Decimal(1)
_MINUTE: Final = 60


@dataclass(frozen=True, slots=True)
class Tariff:
    """The prices of a connector. They are net of VAT, in major units; None means that there is no such price.

    `vat` is a percentage, `kwh` is per kWh, `hour` per hour plugged in, `session` and `starting` once, `blocking` per
    started minute after `grace` minutes from the session's start; `cap` limits the blocking line, VAT included.
    """

    currency: str
    vat: Decimal
    kwh: Decimal | None = None
    hour: Decimal | None = None
    session: Decimal | None = None
    starting: Decimal | None = None
    blocking: Decimal | None = None
    grace: int | None = None
    cap: Decimal | None = None

    def __str__(self) -> str:
        """One line that `tariff` reads back: `eur vat=19 kwh=0.453`."""
        named = ((field.name, getattr(self, field.name)) for field in fields(self)[1:])
        return " ".join([self.currency, *(f"{name}={value}" for name, value in named if value is not None)])


class Bill(NamedTuple):
    """The lines of a bill in the currency's minor units, VAT included. The total is their sum."""

    kwh: int = 0
    time: int = 0
    session: int = 0
    starting: int = 0
    blocking: int = 0

    @property
    def total(self) -> int:
        return self.kwh + self.time + self.session + self.starting + self.blocking


@dataclass(frozen=True, slots=True)
class Shown:
    """The prices that customers are shown: VAT included, time per minute, with two decimals or the currency's own."""

    kwh: Decimal | None
    minute: Decimal | None
    session: Decimal | None
    starting: Decimal | None
    blocking: Decimal | None
    grace: int | None
    cap: Decimal | None


NOTHING: Final = Bill()


@lru_cache(maxsize=8192)
def tariff(text: str) -> Tariff:
    """The tariff in a line, as `str(tariff)` writes it. Raises ValueError for any other text."""
    currency, *pairs = text.split(" ")
    try:
        named = _once(pair.split("=", 1) for pair in pairs)
        grace = named.pop("grace", None)
        prices = {name: _price(value) for name, value in named.items()}
        return Tariff(currency, prices.pop("vat"), grace=None if grace is None else _minutes(grace), **prices)
    except (KeyError, TypeError, ArithmeticError) as error:
        raise ValueError(f"{text!r} is not a tariff such as 'eur vat=19 kwh=0.453'") from error


def with_prices(line: str, prices: Mapping[str, str | int | None]) -> str:
    """The tariff in a line with other prices, by their names in such lines. None takes a price away, the rest stays."""
    currency, *pairs = line.split(" ")
    named: dict[str, str | int | None] = {**_once(pair.split("=", 1) for pair in pairs), **prices}
    return str(tariff(" ".join([currency, *(f"{name}={value}" for name, value in named.items() if value is not None)])))


def _once(pairs: Iterable[list[str]]) -> dict[str, str]:
    """The prices by their names, of which none may be there twice."""
    found: dict[str, str] = {}
    for name, value in pairs:
        if name in found:
            raise KeyError(name)
        found[name] = value
    return found


def _minutes(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ArithmeticError(text)
    return int(text)


def _price(text: str) -> Decimal:
    price = Decimal(text)
    if not price.is_finite() or price < 0:
        raise ArithmeticError(text)
    return price


def currency(text: str) -> str:
    """The currency of the tariff in a line, which begins with it."""
    return text[:3]


def bill(sold: Tariff, energy_wh: int, seconds: int) -> Bill:
    """The bill of a session that has delivered `energy_wh` and lasted `seconds` of whole seconds so far.

    It never falls while either grows. A session without energy costs nothing.
    """
    if energy_wh <= 0:
        return NOTHING
    gross = _gross(sold) if sold.currency in UNUSUAL else 100 + sold.vat
    return Bill(
        kwh=_half_up(sold.kwh * energy_wh * gross / 1000) if sold.kwh else 0,
        time=_half_up(sold.hour * seconds * gross / 3600) if sold.hour else 0,
        session=_half_up(sold.session * gross) if sold.session else 0,
        starting=_half_up(sold.starting * gross) if sold.starting else 0,
        blocking=_blocking(sold, seconds) if sold.blocking else 0,
    )


def vat_inside(sold: Tariff, total: int) -> int:
    """The VAT that a total of minor units contains."""
    return _half_up(total - total * 100 / (100 + sold.vat))


@lru_cache(maxsize=8192)
def shown(sold: Tariff) -> Shown:
    """The prices of a tariff as customers are shown them."""
    return Shown(
        kwh=_shown(sold, sold.kwh),
        minute=_shown(sold, sold.hour / _MINUTE if sold.hour is not None else None),
        session=_shown(sold, sold.session),
        starting=_shown(sold, sold.starting),
        blocking=_shown(sold, sold.blocking),
        grace=sold.grace,
        cap=sold.cap,
    )


def _blocking(sold: Tariff, seconds: int) -> int:
    over = max(0, seconds - (sold.grace or 0) * _MINUTE)
    line = _half_up((sold.blocking or 0) * -(-over // _MINUTE) * _gross(sold))
    return line if sold.cap is None else min(line, _half_up(sold.cap.scaleb(decimals(sold.currency))))


def _gross(sold: Tariff) -> Decimal:
    """The minor units, VAT included, of one major unit without VAT."""
    return (100 + sold.vat).scaleb(decimals(sold.currency) - _CENTS)


def _shown(sold: Tariff, net: Decimal | None) -> Decimal | None:
    if net is None:
        return None
    digits = max(_CENTS, decimals(sold.currency))
    return Decimal(_half_up(net * (100 + sold.vat).scaleb(digits - _CENTS))).scaleb(-digits)


def _half_up(amount: Decimal) -> int:
    return int(amount.quantize(_ONE, ROUND_HALF_UP))
