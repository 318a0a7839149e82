"""A town grows to the number of sessions that was asked for, everything in proportion, and never shrinks."""

from dataclasses import asdict
from functools import cache

import pytest

from app.domain.smart_charging import Market
from app.generate.catalogue import catalogue
from app.generate.day_plan import Scenery, day_of
from app.generate.people import town
from app.generate.scaling import grown
from app.scenario.population import Population
from tests.simulation.conftest import population

LASTING = {"cities", "past_days", "coming_days", "reservations"}


@pytest.mark.parametrize(("seed", "sessions"), [(2, 14_000)])
def test_it_has_as_many_sessions_as_asked_for(seed: int, sessions: int) -> None:
    """At least so many come about in all its days, and at most three percent more."""
    numbers = grow(seed, sessions)
    place = Scenery(town(numbers, seed, catalogue()), numbers, catalogue(), seed, Market(seed, 0))
    made = sum(1 for day in numbers.days() for draft in day_of(place, day) if draft.session)

    assert sessions <= made <= 1.03 * sessions


def test_everything_grows_in_proportion() -> None:
    """People, cars, places and sessions grow alike; cities, days and reservations stay."""
    before, after = asdict(population()), asdict(grow(1, 200_000))
    factors = {name: after[name] / before[name] for name in before}
    growing = [factor for name, factor in factors.items() if name not in LASTING]

    assert {factors[name] for name in LASTING} == {1}
    assert min(growing) > 10
    assert max(growing) < 1.01 * min(growing)


@pytest.mark.parametrize("sessions", [1, 5_000])
def test_it_never_shrinks(sessions: int) -> None:
    """Asked for fewer than it has anyway, it stays as the scenario says."""
    assert grow(1, sessions) == population()


def test_the_same_question_has_the_same_answer() -> None:
    """Asked again, as when days are added, a town has the same size to the last car."""
    assert grow.__wrapped__(1, 12_000) == grow(1, 12_000)


@cache
def grow(seed: int, sessions: int) -> Population:
    """The numbers of the scenario `town`, grown."""
    *_, numbers = grown(population(), seed, sessions, catalogue())
    return numbers
