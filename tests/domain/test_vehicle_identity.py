"""A VIN names maker and model year, and those that are drawn do so too."""

import pytest

from app.domain.vehicle_identity import drawn_plate, drawn_vin, maker, model_year


@pytest.mark.parametrize(
    ("vin", "make", "year"),
    [
        ("YV1XZK5V0S1234567", "Volvo", 2025),
        ("WVWZZZE1ZMP012345", "Volkswagen", 2021),
        ("XYZZZZE1ZAP012345", None, 2010),
        ("YV1XZK5V001234567", "Volvo", None),
        ("YV1XZK5V0S123456", None, None),
        ("YV1XZK5V0S123456I", None, None),
        ("yv1xzk5v0s1234567", None, None),
    ],
)
def test_vin_names_maker_and_year(vin: str, make: str | None, year: int | None) -> None:
    """A text that is no VIN names nothing, and a VIN names only what is known of its codes."""
    assert (maker(vin), model_year(vin)) == (make, year)


@pytest.mark.parametrize("make", ["Tesla", "Kia", "Magic"])
def test_drawn_vin_fits_the_vehicle(make: str) -> None:
    """It names the make, if that is known, and the year."""
    vin = drawn_vin(7, "veh_Example", make, 2021)

    assert maker(vin) == (None if make == "Magic" else make)
    assert model_year(vin) == 2021


def test_drawn_plates_differ() -> None:
    """Of a thousand vehicles no two have the same plate, and a vehicle keeps its own."""
    plates = [drawn_plate(7, f"veh_{n}") for n in range(1000)]

    assert len(set(plates)) > 990
    assert plates[0] == drawn_plate(7, "veh_0")
