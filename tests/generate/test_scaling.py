"""A town grows to the number of sessions that was asked for, everything in proportion, and never shrinks."""

from dataclasses import asdict
from functools import cache
from typing import Any

import pytest

from app.generate.catalogue import catalogue
from app.generate.scaling import size_for
from app.scenario.population import TownSize
from tests.generate.conftest import size
from tests.served import CHANNELS, RESERVING, planner

LASTING = {"cities", "past_days", "coming_days", "reservations"}


@pytest.mark.parametrize(("seed", "sessions"), [(2, 14_000)])
def test_it_has_as_many_sessions_as_asked_for(seed: int, sessions: int) -> None:
    """At least so many come about in all its days, and at most three percent more."""
    numbers = grow(seed, sessions)
    plans = planner(numbers, seed, 0)
    made = sum(1 for day in numbers.days() for entry in plans.day(day) if entry.session)

    assert sessions <= made <= 1.03 * sessions


def test_everything_grows_in_proportion() -> None:
    """People, cars, places and sessions grow alike; cities, days and reservations stay."""
    before, after = flat(size()), flat(grow(1, 200_000))
    factors = {name: after[name] / before[name] for name in before}
    growing = [factor for name, factor in factors.items() if name not in LASTING]

    assert {factors[name] for name in LASTING} == {1}
    assert min(growing) > 10
    assert max(growing) < 1.01 * min(growing)


@pytest.mark.parametrize("sessions", [1, 5_000])
def test_it_never_shrinks(sessions: int) -> None:
    """Asked for fewer than it has anyway, it stays as the scenario says."""
    assert grow(1, sessions) == size()


def test_the_same_question_has_the_same_answer() -> None:
    """Asked again, as when days are added, a town has the same size to the last car."""
    assert grow.__wrapped__(1, 12_000) == grow(1, 12_000)


@cache
def grow(seed: int, sessions: int) -> TownSize:
    """The size of the scenario `town`, scaled."""
    *_, scaled = size_for(size(), seed, sessions, catalogue(), channels=CHANNELS, reserving=RESERVING)
    return scaled


def flat(numbers: TownSize) -> dict[str, int]:
    """All numbers of a size by their names."""
    named: dict[str, Any] = asdict(numbers)
    sessions: dict[str, int] = named.pop("sessions")
    return sessions | named
