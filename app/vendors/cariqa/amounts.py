"""Amounts and prices as Cariqa writes them: decimal strings (CARIQA-021)."""

from decimal import Decimal
from typing import Final

_PLACES: Final = 2


def price(gross: Decimal | None, digits: int) -> str | None:
    """A price with at least two decimals, or as many as its currency has."""
    return None if gross is None else f"{gross:.{max(_PLACES, digits)}f}"


def amount(minor: int, digits: int) -> str:
    """An amount in minor units of a currency with that many decimals: with two, or with more it has."""
    if digits == _PLACES and minor >= 0:
        return f"{minor // 100}.{minor % 100:02d}"
    return f"{Decimal(minor).scaleb(-digits):.{max(_PLACES, digits)}f}"


def plain(net: Decimal) -> str:
    """A net price with as many decimals as it needs, at least two."""
    needed = net.normalize()
    return f"{needed:f}" if -int(needed.as_tuple().exponent) > _PLACES else f"{needed:.{_PLACES}f}"


def number(value: float) -> float:
    """A number as it is written in JSON: 22, and not 22.0."""
    return int(value) if value.is_integer() else value
