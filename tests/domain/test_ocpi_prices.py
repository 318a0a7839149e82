"""A tariff is shown as OCPI's price components, in whole minor units with VAT."""

import pytest

from app.domain.ocpi_prices import PriceComponent, energy_price, price_components


@pytest.mark.parametrize(
    ("sold", "components"),
    [
        ("eur vat=20 kwh=0.35", [("ENERGY", 42, 1)]),
        ("eur vat=19 kwh=0.453", [("ENERGY", 54, 1)]),
        ("eur vat=20 kwh=0.575 hour=12.5 session=1.975", [("ENERGY", 69, 1), ("TIME", 1500, 1), ("FLAT", 237, 1)]),
        (
            "eur vat=19 kwh=0.453 session=0.84 starting=0.4958 blocking=0.084 grace=240 cap=12.00",
            [("ENERGY", 54, 1), ("FLAT", 159, 1), ("PARKING_TIME", 600, 60)],
        ),
        ("isk vat=24 kwh=50", [("ENERGY", 62, 1)]),
        ("eur vat=0 session=5", [("FLAT", 500, 1)]),
        ("eur vat=0", []),
        ("eur vat=0 kwh=0", []),
    ],
)
def test_prices_are_components(sold: str, components: list[tuple[str, int, int]]) -> None:
    """Each price that a tariff has is one component; fees that are due once are one, and idle time is per hour.

    See CHARGE-077.
    """
    assert list(price_components(sold)) == [PriceComponent(*each) for each in components]


def test_energy_price_is_that_component() -> None:
    """What a kWh costs is the component for energy; None where energy has no price (CHARGE-082)."""
    assert energy_price("eur vat=20 kwh=0.35 hour=1") == 42
    assert energy_price("eur vat=20 hour=1") is None
