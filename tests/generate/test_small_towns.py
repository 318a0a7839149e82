"""Towns of any size that a scenario may have: their days can be planned, and people find stations of all kinds."""

from dataclasses import replace
from typing import Final

import pytest

from app.generate.catalogue import catalogue
from app.generate.people import town
from app.generate.stations import KINDS
from app.scenario.population import TownSize
from tests.served import planner

FEWEST: Final = TownSize(
    fleets=1,
    drivers=2,
    stations=10,
    cities=1,
    users=2,
    smart_vehicles=1,
    sessions={"charge": 3, "cariqa": 3},
    past_days=7,
    coming_days=1,
    reservations=2,
)


def test_fewest_people_have_sessions_on_the_days_to_come() -> None:
    """A driver and a user charge on; the only vehicle with smart charging is the sample, so it has a past only."""
    plans = planner(FEWEST, 1, 0)
    days = {day: [entry.session.channel for entry in plans.day(day) if entry.session] for day in range(-7, 14)}
    past = {channel for day, some in days.items() if day < 0 for channel in some}
    coming = {channel for day, some in days.items() if day >= 0 for channel in some}

    assert past == {"charge", "cariqa", "home"}
    assert coming == {"charge", "cariqa"}


@pytest.mark.parametrize("cities", [1, 4, 5, 10, 20, 24])
def test_each_city_has_stations_of_all_kinds(cities: int) -> None:
    """With ten stations for each city, each has all kinds, for any number of cities."""
    people = town(replace(FEWEST, cities=cities, stations=10 * cities), 1, catalogue())

    assert set(people.stations_at) == {(city, kind) for city in range(cities) for kind in KINDS}


@pytest.mark.parametrize("cities", [5, 10])
def test_wishes_come_true_in_any_number_of_cities(cities: int) -> None:
    """Of the sessions that are wished for at Charge, more than nine in ten take place."""
    wished = {"charge": 50, "cariqa": 0}
    size = replace(FEWEST, cities=cities, stations=100, drivers=90, sessions=wished, reservations=0)
    plans = planner(size, 1, 0)
    made = [entry.session.channel for day in range(7) for entry in plans.day(day) if entry.session]

    assert made.count("charge") > 0.9 * 7 * wished["charge"]
