"""A first session with the sample ids has a price, with each seed."""

import pytest

from app.domain.pricing import tariff
from app.generate.catalogue import catalogue
from app.generate.people import town
from tests.served import read

pytestmark = pytest.mark.slow


def test_sample_station_sells_by_the_kilowatt_hour() -> None:
    """In every town of a hundred seeds, the sample station has a price for energy."""
    size = read("town").scenario.population
    assert size is not None
    towns = [town(size, seed, catalogue()) for seed in range(100)]
    sold = [tariff(made.connectors_of[made.sample_station.id][0].tariff) for made in towns]

    assert all(each.kwh for each in sold)
