"""The town's sessions look like real charging: how much, how long, when, and what goes wrong."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from math import sqrt
from random import Random
from statistics import median
from typing import Final

import pytest

from app.domain.models import Outcome
from app.generate.catalogue import catalogue
from bench.likeness import distributions, mobility
from bench.likeness.comparisons import (
    DISTRIBUTION,
    HOURS,
    Comparison,
    comparisons,
    with_correlations,
    with_distributions,
    with_hours,
    with_quantiles,
)
from bench.likeness.sessions import Classes, Visit, classes, distribution, hours, measured, published, visits

pytestmark = pytest.mark.slow

SHARES: Final = catalogue().habits["failures"]
ENOUGH: Final = 2_000


@pytest.fixture(scope="session")
def large() -> list[Visit]:
    """Four weeks of a large town."""
    return visits(seed=1)


@pytest.fixture(scope="session")
def found(large: list[Visit]) -> Classes:
    """The same by class."""
    return classes(large)


def test_each_class_has_many_sessions(found: Classes) -> None:
    """Each class has enough sessions for chance to be small."""
    assert found.keys() == published().keys()
    assert all(sum(visit.charged for visit in some) >= ENOUGH for some in found.values())


@pytest.mark.parametrize("compared", [with_distributions, with_quantiles, with_correlations, with_hours])
def test_sessions_are_like_published_ones(found: Classes, compared: Callable[[Classes], Iterator[Comparison]]) -> None:
    """Distributions, quartiles, correlations and local hours are within the bounds of the published ones."""
    all_of_them = list(compared(found))

    assert [it for it in all_of_them if not it.holds] == []
    assert {it.of for it in all_of_them} <= published().keys()
    assert all_of_them


def test_people_move_like_published_ones(large: list[Visit]) -> None:
    """The median radius of gyration and the share of returns to a station are near the laws of human mobility."""
    assert [it for it in mobility.compared(mobility.people(large)) if not it.holds] == []


def test_people_have_usual_stations(large: list[Visit]) -> None:
    """Half of the people charge at their usual station at least every fourth time."""
    assert median(mobility.usual_share(some) for some in mobility.people(large).values()) > 0.25


def test_evenly_drawn_stations_are_noticed(large: list[Visit]) -> None:
    """The same sessions at evenly drawn stations are out of both bounds of mobility."""
    rng, stations = Random("stations"), [visit.station for visit in large]
    lost = [replace(visit, station=rng.choice(stations)) for visit in large]

    assert [it.holds for it in mobility.compared(mobility.people(lost))] == [False, False]


def test_town_of_another_seed_is_as_close() -> None:
    """The town of seed 2 is within the same bounds."""
    some = visits(seed=2)

    assert [it for it in [*comparisons(classes(some)), *mobility.compared(mobility.people(some))] if not it.holds] == []


@pytest.mark.parametrize("name", published())
def test_evenly_drawn_hours_are_noticed(found: Classes, name: str) -> None:
    """The same sessions, begun at evenly drawn hours, are out of bounds in each class."""
    rng = Random(name)
    counts = [0] * 24
    for _ in found[name]:
        counts[rng.randrange(24)] += 1

    for days, percents in published()[name]["start"].items():
        assert distributions.total_variation(counts, percents) > 2 * HOURS
        assert distributions.total_variation(hours(found[name], "start", days), percents) <= HOURS


@pytest.mark.parametrize("figure", ["energy_kwh", "stay_minutes"])
def test_evenly_drawn_figures_are_noticed(found: Classes, figure: str) -> None:
    """Energy and stay, evenly drawn between the least and the most, are out of bounds."""
    rng = Random(figure)
    sample = measured(found["dc"], figure)
    blind = [rng.uniform(min(sample), max(sample)) for _ in sample]

    assert distributions.ks(blind, distribution(published()["dc"][figure])) > 2 * DISTRIBUTION


@pytest.mark.parametrize(
    ("channel", "fates"),
    [
        ("charge", {"failed": ("fault_at_start", "fault_while_charging"), "cancelled": ("cancelled",)}),
        ("cariqa", {"failed": ("fault_while_charging",), "cancelled": ()}),
    ],
)
def test_failures_have_the_shares_of_the_habits(
    large: list[Visit], channel: str, fates: dict[str, tuple[str, ...]]
) -> None:
    """Failed, cancelled and empty sessions have the shares that the habits give them, as closely as chance allows."""
    some = [visit.session for visit in large if visit.session.channel == channel and not visit.booked]
    shares = {name: sum(SHARES[fate] for fate in of) for name, of in fates.items()} | {"empty": SHARES["zero_energy"]}
    counts = {
        "failed": sum(it.outcome is Outcome.FAILED for it in some),
        "cancelled": sum(it.outcome is Outcome.CANCELLED for it in some),
        "empty": sum(it.outcome is Outcome.COMPLETED and it.energy_wh == 0 for it in some),
    }

    assert counts == {
        name: pytest.approx(len(some) * share, abs=by_chance(len(some), share)) for name, share in shares.items()
    }


def test_few_sessions_at_home_are_empty(found: Classes) -> None:
    """Most drivers who leave early have told the optimiser, so about as few sessions are empty as elsewhere."""
    empty = sum(visit.session.energy_wh == 0 for visit in found["home"])
    share = SHARES["zero_energy"]

    assert empty == pytest.approx(len(found["home"]) * share, abs=2 * by_chance(len(found["home"]), share))


def by_chance(trials: int, share: float) -> float:
    """The distance of a count from its mean, four standard deviations, that chance exceeds once in 15,000 times."""
    return 4 * sqrt(trials * share * (1 - share))
