"""Money as Cariqa writes it: decimal strings with two decimals, or more where the currency has them (CARIQA-021)."""

from decimal import Decimal
from typing import Final

from ...domain.currencies import decimals

_PLACES: Final = 2


def amount(minor: int, currency: str) -> str:
    """An amount in minor units of a currency."""
    digits = decimals(currency)
    if digits == _PLACES:
        return f"{minor // 100}.{minor % 100:02d}"
    return f"{Decimal(minor).scaleb(-digits):.{max(_PLACES, digits)}f}"


def price(value: Decimal, currency: str) -> str:
    """A price that customers are shown."""
    return f"{value:.{max(_PLACES, decimals(currency))}f}"


def plain(value: Decimal) -> str:
    """A price with as many decimals as it needs, at least two."""
    needed = value.normalize()
    return f"{needed:f}" if -int(needed.as_tuple().exponent) > _PLACES else f"{needed:.{_PLACES}f}"


def number(value: float) -> float:
    """A number as it is written in JSON: 22, and not 22.0."""
    return int(value) if value.is_integer() else value
