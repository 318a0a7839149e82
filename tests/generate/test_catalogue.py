"""The catalogue holds vehicle models, cities, prices and habits within the bounds of real ones."""

from datetime import UTC, datetime
from decimal import Decimal
from itertools import chain, pairwise
from random import Random
from typing import Final

import pytest

from app.domain.pricing import bill, tariff
from app.generate.catalogue import catalogue, drawn_tariff
from app.generate.names import LOCALES

CATALOGUE: Final = catalogue()
COUNTRIES: Final = sorted({city.country for city in CATALOGUE.cities})
KINDS: Final = ("street", "destination", "work", "dc", "hpc")


def test_vehicle_models_are_possible() -> None:
    """Batteries and chargers are those of vehicles on the road, and each model is listed once."""
    for vehicle in CATALOGUE.vehicle_models:
        assert 15_000 <= vehicle.battery_wh <= 130_000
        assert 2.0 <= vehicle.ac_kw <= 22.0
        assert vehicle.ac_phases in {1, 2, 3}
        assert vehicle.plug in {"CCS", "CHAdeMO"}
        assert 2010 <= vehicle.year <= datetime.now(UTC).year
    models = [(it.make, it.model, it.year) for it in CATALOGUE.vehicle_models]

    assert len(models) == len(set(models))


def test_curves_are_possible() -> None:
    """A curve goes from empty to full, always takes some power, and less towards the end than at its best."""
    for vehicle in CATALOGUE.vehicle_models:
        shares, powers = zip(*vehicle.dc, strict=True)

        assert (shares[0], shares[-1]) == (0, 1)
        assert all(before < after for before, after in pairwise(shares))
        assert all(1 <= power <= 400 for power in powers)
        assert powers[-1] < max(powers)
        assert max(powers) * 1000 <= 5 * vehicle.battery_wh


def test_inlets_of_both_kinds_occur() -> None:
    """Most vehicle models have the common inlet."""
    inlets = [vehicle.plug for vehicle in CATALOGUE.vehicle_models]

    assert inlets.count("CCS") > inlets.count("CHAdeMO") > 0


def test_cities_are_in_europe() -> None:
    """Coordinates lie in Europe, offsets are whole hours of its winter, and every city is listed once."""
    for city in CATALOGUE.cities:
        assert 34 < city.latitude < 71
        assert -25 < city.longitude < 32
        assert city.utc_offset_minutes in {0, 60, 120}
        assert city.streets
        assert city.phone is None or city.phone.format(7).removeprefix("+").isdigit()
    assert len({city.city for city in CATALOGUE.cities}) == len(CATALOGUE.cities)


@pytest.mark.parametrize("country", COUNTRIES)
def test_country_is_complete(country: str) -> None:
    """Where there is a city there are operators, a language, VAT, a currency and prices."""
    prices = CATALOGUE.prices
    levels = [Decimal(price) for price in prices["kwh_gross"][country]]

    assert CATALOGUE.operators[country]
    assert country in LOCALES
    assert 0 < Decimal(prices["vat"][country]) < 30
    assert len(prices["currency"][country]) == 3
    assert prices["currency"][country].islower()
    assert levels == sorted(levels)
    assert prices["currency"][country] == "eur" or country in prices["eur_rate"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("country", COUNTRIES)
def test_drawn_tariff_can_be_written_and_billed(country: str, kind: str) -> None:
    """It reads back as it was written, and 20 kWh in an hour have a price that is usual in Europe, or none."""
    rate = Decimal(CATALOGUE.prices["eur_rate"].get(country, "1"))
    for n in range(20):
        sold = drawn_tariff(Random(f"{country}/{kind}/{n}"), CATALOGUE.prices, country, kind)
        cost = bill(sold, 20_000, 3600).total

        assert tariff(str(sold)) == sold
        assert 0 <= cost <= 5_000 * max(rate, Decimal(12 if country == "NO" else 1))


def test_operators_are_unique() -> None:
    """Names and codes are not shared between operators; a code is what an EVSE id can carry."""
    named = set(chain.from_iterable(CATALOGUE.operators.values()))

    assert len({name for name, _ in named}) == len({code for _, code in named}) == len(named)
    assert all(len(code) == 3 and code.isalnum() and code.isupper() for _, code in named)


def test_habits_are_complete() -> None:
    """A day has twenty-four hours, quantiles rise, and failures are a small share."""
    for habit in CATALOGUE.habits["classes"].values():
        assert [len(habit["start"][day]) for day in ("weekday", "weekend")] == [24, 24]
        assert all(sum(habit["start"][day]) == pytest.approx(100, abs=2) for day in ("weekday", "weekend"))
        for law in ("energy_kwh", "stay_hours"):
            if "at" in habit.get(law, {}):
                assert habit[law]["at"] == sorted(habit[law]["at"])
                assert habit[law]["values"] == sorted(habit[law]["values"])
    assert 0 < sum(CATALOGUE.habits["failures"].values()) < 0.2
