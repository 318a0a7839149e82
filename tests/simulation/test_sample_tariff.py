"""Whoever starts a first session sees it cost something, whatever the seed."""

from app.domain.pricing import tariff
from app.generate.catalogue import catalogue
from app.generate.people import town
from app.scenario.scenarios import read


def test_the_sample_station_sells_by_the_kilowatt_hour() -> None:
    """In every town of a hundred seeds, the sample station has a price for energy."""
    population = read("town").scenario.population
    assert population is not None
    towns = [town(population, seed, catalogue()) for seed in range(100)]
    sold = [tariff(made.plugs[made.sample_station.id][0].tariff) for made in towns]

    assert all(each.kwh for each in sold)
