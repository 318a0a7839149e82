"""Between two sessions a vehicle drives no further than time and battery allow, and arrives with what is left."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import pytest

from app.domain import drives
from app.domain.clock import DAY, HOUR
from app.domain.models import Session
from app.generate.day_plan import DayPlanner
from tests.generate.conftest import COMING, MONDAY, PAST, Lived, size, town_planner
from tests.served import planner

pytestmark = pytest.mark.slow


def test_vehicles_can_drive_from_each_session_to_the_next(lived: Lived) -> None:
    """Over forty days, distance, time and state of charge fit one another for each vehicle."""
    assert list(impossible(town_planner(), lived.every_session)) == []


@pytest.mark.parametrize("seed", [2, 30, 4711])
def test_law_of_drives_holds_for_other_seeds(seed: int) -> None:
    """It holds in towns of other seeds, across three turns of weeks."""
    plans = town_planner(seed)

    assert list(impossible(plans, sessions_of(plans, range(-9, 12)))) == []


@pytest.mark.parametrize(("drivers", "stations", "cities"), [(2, 4, 1), (9, 10, 4), (40, 12, 24), (300, 60, 2)])
def test_law_of_drives_holds_in_towns_of_any_size(drivers: int, stations: int, cities: int) -> None:
    """It holds in small towns, in crowded ones, and where cities have no station."""
    small = replace(size(), drivers=drivers, stations=stations, cities=cities, smart_vehicles=min(drivers, 5))
    plans = planner(small, 7, MONDAY)

    assert list(impossible(plans, sessions_of(plans, range(-8, 9)))) == []


def test_weeks_that_are_planned_apart_fit_together() -> None:
    """Weeks that were planned by planners of their own, the later one first, fit the one between them."""
    later, earlier, between = (sessions_of(town_planner(), range(first, first + 7)) for first in (14, 0, 7))

    assert list(impossible(town_planner(), [*earlier, *between, *later])) == []


def test_sessions_last_from_sundays_to_mondays(lived: Lived) -> None:
    """At each Monday 00:00 UTC some vehicles are plugged in, at home and elsewhere."""
    kinds = {station.id: station.kind for station in lived.town.stations}
    mondays = range(MONDAY - PAST // 7 * 7 * DAY, MONDAY + COMING * DAY, 7 * DAY)
    across = [
        Counter(kinds[it.station] == "home" for it in lived.every_session if it.created_at < at < it.unplugged_at)
        for at in mondays
    ]

    assert len(across) == 5
    assert all(min(some[True], some[False]) > 0 for some in across), across


def test_days_of_a_week_have_about_as_many_sessions(lived: Lived) -> None:
    """No weekday has a fifth fewer or more sessions than the mean."""
    five_weeks = [it for day, some in lived.sessions.items() if day < COMING - 5 for it in some]
    counts = Counter((it.created_at - MONDAY) // DAY % 7 for it in five_weeks)
    mean = len(five_weeks) / 7

    assert len(counts) == 7
    assert all(0.8 * mean < count < 1.2 * mean for count in counts.values()), counts


def test_most_people_charge_in_their_own_city(lived: Lived) -> None:
    """Nine in ten sessions are in the person's usual city; some people have charged elsewhere."""
    cities = {station.id: station.city for station in lived.town.stations}
    of_each = [Counter(cities[it.station] for it in some) for some in by_vehicle(lived.every_session).values()]
    usual = sum(max(some.values()) for some in of_each)

    assert usual > 0.9 * len(lived.every_session)
    assert max(len(some) for some in of_each) <= 6
    assert any(len(some) > 1 for some in of_each)


def test_trips_take_their_time(lived: Lived) -> None:
    """A charge in another city comes at least an hour later for each 110 km."""
    stations = {station.id: station for station in lived.town.stations}
    trips = [
        (drives.distance_km(stations[before.station], stations[after.station]), after.created_at - before.unplugged_at)
        for some in by_vehicle(lived.every_session).values()
        for before, after in pairwise(some)
        if stations[before.station].city != stations[after.station].city
    ]

    assert len(trips) > 5
    assert all(span >= km / drives.MOST_KMH * HOUR for km, span in trips)


def impossible(plans: DayPlanner, sessions: list[Session]) -> Iterator[tuple[str, str]]:
    """The pairs of consecutive sessions of a vehicle of which the first does not lead on to the second."""
    town = plans.inputs.town
    stations = {station.id: station for station in town.stations}
    vehicles = {vehicle.id: vehicle for vehicle in town.vehicles}
    for name, some in by_vehicle(sessions).items():
        for before, after in pairwise(some):
            km = drives.distance_km(stations[before.station], stations[after.station])
            if not drives.lead_on(vehicles[name], before, after, km):
                yield before.id, after.id


def by_vehicle(sessions: list[Session]) -> dict[str, list[Session]]:
    """The sessions of each vehicle, in order."""
    found = defaultdict(list)
    for session in sorted(sessions, key=lambda it: it.created_at):
        found[session.vehicle].append(session)
    return found


def sessions_of(plans: DayPlanner, days: range) -> list[Session]:
    return [entry.session for day in days for entry in plans.day(day) if entry.session]
