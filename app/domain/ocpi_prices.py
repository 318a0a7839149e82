"""A tariff's prices as OCPI's price components: ENERGY, TIME, FLAT and PARKING_TIME."""

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from .currencies import decimals
from .pricing import Tariff, tariff

ENERGY: Final = "ENERGY"
TIME: Final = "TIME"
FLAT: Final = "FLAT"
PARKING_TIME: Final = "PARKING_TIME"
_MINUTE: Final = 60


class PriceComponent(NamedTuple):
    """A price in whole minor units, VAT included: per kWh for ENERGY, once for FLAT, else per hour.

    `step_size` is what is billed at least: Wh for ENERGY, 1 for FLAT, else seconds.
    """

    type: str
    price: int
    step_size: int


@lru_cache(maxsize=8192)
def price_components(sold: str) -> tuple[PriceComponent, ...]:
    """The components of the tariff in a line; a price that it does not have is left out."""
    read = tariff(sold)
    once = sum((price for price in (read.session, read.starting) if price is not None), Decimal())
    prices = (
        (ENERGY, read.kwh, 1),
        (TIME, read.hour, 1),
        (FLAT, once, 1),
        (PARKING_TIME, None if read.blocking is None else read.blocking * _MINUTE, _MINUTE),
    )
    return tuple(PriceComponent(kind, gross_minor(read, price), step) for kind, price, step in prices if price)


def energy_price(sold: str) -> int | None:
    """What a kWh costs by the tariff in a line, in whole minor units with VAT; None if energy has no price."""
    return next((each.price for each in price_components(sold) if each.type == ENERGY), None)


def gross_minor(sold: Tariff, net: Decimal) -> int:
    """A net price in whole minor units with VAT, rounded half up."""
    gross = net * (100 + sold.vat) / 100
    return int(gross.scaleb(decimals(sold.currency)).quantize(Decimal(1), ROUND_HALF_UP))
