"""What a connector costs at an instant, and how much is held on a card for it."""

from dataclasses import replace
from decimal import Decimal

import pytest

from app.domain.pricing import bill, tariff, with_prices
from app.domain.station_prices import (
    Price,
    PriceWindow,
    authorised_amount,
    lowest_price,
    price,
    price_windows,
    tariff_at,
)
from app.domain.station_prices import speed as speed_of
from tests.domain.examples import MORNING as NOW
from tests.domain.examples import plug

OLD, NEW = "eur vat=19 kwh=0.453", "eur vat=19 kwh=0.5"
CHANGING = replace(plug(150), tariff=OLD, next_tariff=NEW, next_tariff_at=NOW)


def test_a_tariff_holds_from_its_instant_on() -> None:
    """Until the instant of the change it is the old tariff, and from then on the new one."""
    assert (tariff_at(CHANGING, NOW - 1), tariff_at(CHANGING, NOW)) == (OLD, NEW)
    assert tariff_at(replace(CHANGING, next_tariff=None), NOW) == OLD


def test_price_windows_are_those_that_are_not_over() -> None:
    """Before the change there are two, and then the new one only."""
    assert price_windows(CHANGING, NOW - 1) == [PriceWindow(OLD, None, NOW), PriceWindow(NEW, NOW, None)]
    assert price_windows(CHANGING, NOW) == [PriceWindow(NEW, NOW, None)]
    assert price_windows(replace(CHANGING, next_tariff=None), NOW) == [PriceWindow(OLD, None, None)]


@pytest.mark.parametrize(("kw", "speed"), [(22, "slow"), (42.9, "slow"), (43, "fast"), (149, "fast"), (150, "turbo")])
def test_speed_follows_from_power(kw: float, speed: str) -> None:
    """43 kW are fast, and 150 kW turbo."""
    assert speed_of(kw) == speed


def test_the_lowest_price_is_per_kwh_or_per_minute() -> None:
    """A connector has a price per minute only if energy has none; without either it has no price."""
    assert price(OLD) == Price(Decimal("0.54"), "kwh", "eur")
    assert price("eur vat=20 hour=3") == Price(Decimal("0.06"), "minute", "eur")
    assert price("eur vat=0") is None
    assert lowest_price([NEW, "eur vat=0", OLD]) == price(OLD)
    assert lowest_price(["eur vat=0"]) is None


@pytest.mark.parametrize(
    ("sold", "kw", "amount"),
    [
        ("eur vat=19 kwh=0.453", 22, 2200),
        ("eur vat=19 kwh=0.453", 50, 2700),
        ("eur vat=19 kwh=0.453", 150, 3300),
        ("eur vat=22 kwh=0.453", 150, 3400),
        ("eur vat=19 kwh=0.453 session=1", 150, 3400),
        ("isk vat=24 kwh=50", 50, 3100),
        ("eur vat=0", 150, 0),
    ],
)
def test_the_held_amount_depends_on_tariff_speed_currency_and_country(sold: str, kw: float, amount: int) -> None:
    """It is what a usual session of the speed costs, with the VAT of the country, rounded up to two digits."""
    assert authorised_amount(sold, kw) == amount


def test_the_held_amount_covers_a_usual_session() -> None:
    """40 kWh in four hours where it is slow, 50 in one where it is fast, 60 in forty minutes where it is turbo."""
    sold = "eur vat=19 kwh=0.453 hour=1.2 session=0.35 starting=0.49 blocking=0.1 grace=60"

    for kw, energy_wh, seconds in ((11, 40_000, 14_400), (100, 50_000, 3_600), (300, 60_000, 2_400)):
        total = bill(tariff(sold), energy_wh, seconds).total
        assert total <= authorised_amount(sold, kw) < total + 100


def test_given_prices_change_and_others_stay() -> None:
    """A price that is given replaces one or is added, None takes one away, and the line is that of a tariff."""
    changed = with_prices("eur vat=19 kwh=0.453 hour=3 cap=12.00", {"kwh": "0.5", "hour": None, "grace": 30})

    assert changed == "eur vat=19 kwh=0.5 grace=30 cap=12.00"
    assert with_prices(OLD, {}) == OLD
