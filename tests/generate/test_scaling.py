"""A town is scaled to the number of sessions that was asked for, in proportion, and is never made smaller."""

from dataclasses import asdict
from functools import cache
from typing import Any

import pytest

from app.generate.catalogue import catalogue
from app.generate.scaling import size_for
from app.scenario.population import TownSize
from tests.generate.conftest import size
from tests.served import CHANNELS, RESERVING, planner

pytestmark = pytest.mark.slow

LASTING = {"cities", "past_days", "coming_days", "reservations", "goes_on"}


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "sessions"), [(2, 14_000)])
def test_scaled_town_has_the_sessions_that_were_asked_for(seed: int, sessions: int) -> None:
    """On all its days together there are at least as many, and at most three percent more."""
    numbers = grow(seed, sessions)
    plans = planner(numbers, seed, 0)
    made = sum(1 for day in numbers.days() for entry in plans.day(day) if entry.session)

    assert sessions <= made <= 1.03 * sessions


@pytest.mark.slow
def test_town_grows_in_proportion() -> None:
    """People, vehicles, stations and sessions grow alike; cities, days and reservations stay."""
    before, after = flat(size()), flat(grow(1, 200_000))
    factors = {name: after[name] / before[name] for name in before}
    growing = [factor for name, factor in factors.items() if name not in LASTING]

    assert {factors[name] for name in LASTING} == {1}
    assert min(growing) > 10
    assert max(growing) < 1.01 * min(growing)


@pytest.mark.parametrize("sessions", [1, pytest.param(5_000, marks=pytest.mark.slow)])
def test_town_does_not_shrink(sessions: int) -> None:
    """Asked for fewer sessions than it has, it has the size of the scenario."""
    assert grow(1, sessions) == size()


@pytest.mark.slow
def test_scaled_size_is_the_same_each_time() -> None:
    """Asked again, as when days are added, the size is the same."""
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
