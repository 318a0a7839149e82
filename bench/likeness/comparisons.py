"""The simulated sessions beside published statistics: the distance of each figure, and its bar."""

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import correlation
from typing import Final

from . import distributions
from .sessions import EVENTS, FIGURES, Classes, distribution, hours, measured, published, quantiles

DISTRIBUTION, QUANTILE, HOURS, CORRELATION = 0.10, 0.20, 0.12, 0.10
"""The bars: a Kolmogorov-Smirnov distance, a share of the value, a total variation, a difference."""
_QUARTILES: Final = frozenset({0.25, 0.5, 0.75})


@dataclass(frozen=True, slots=True)
class Comparison:
    """A figure of a class of sessions, as it is and as it is published, with their distance and its bar."""

    of: str
    what: str
    ours: str
    published: str
    distance: float
    bar: float

    @property
    def holds(self) -> bool:
        return self.distance <= self.bar


def with_distributions(found: Classes) -> Iterator[Comparison]:
    """Energy and stay beside the distributions that were fitted to the published ones."""
    for name, facts in published().items():
        for figure in [figure for figure in FIGURES if "law" in facts.get(figure, {})]:
            distance = distributions.ks(measured(found[name], figure), distribution(facts[figure]))
            yield Comparison(name, figure, "", facts[figure]["law"]["name"], distance, DISTRIBUTION)


def with_quantiles(found: Classes) -> Iterator[Comparison]:
    """Every figure beside its published quartiles, or beside its other quantiles if it has no quartiles."""
    for name, facts in published().items():
        for figure in [figure for figure in FIGURES if figure in facts]:
            sample, known = measured(found[name], figure), quantiles(facts[figure])
            for at in sorted(_QUARTILES if known.keys() >= _QUARTILES else known):
                ours, theirs = distributions.quantile(sample, at), known[at]
                what, distance = f"{figure} p{100 * at:.0f}", abs(ours / theirs - 1)
                yield Comparison(name, what, f"{ours:.2f}", f"{theirs:.2f}", distance, QUANTILE)


def with_hours(found: Classes) -> Iterator[Comparison]:
    """Local hours beside the published histograms."""
    for name, facts in published().items():
        for event in [event for event in EVENTS if event in facts]:
            for days, percents in facts[event].items():
                distance = distributions.total_variation(hours(found[name], event, days), percents)
                yield Comparison(name, f"{event} hours, {days}", "", "", distance, HOURS)


def with_correlations(found: Classes) -> Iterator[Comparison]:
    """Pairs of figures beside their published correlation."""
    for name, facts in published().items():
        for pair, theirs in facts.get("correlations", {}).items():
            ours = correlation(*(measured(found[name], figure) for figure in pair.split()))
            what, distance = f"{pair} correlation", abs(ours - theirs)
            yield Comparison(name, what, f"{ours:.2f}", f"{theirs:.2f}", distance, CORRELATION)


def comparisons(found: Classes) -> list[Comparison]:
    """Every comparison of every class."""
    return [*with_distributions(found), *with_quantiles(found), *with_correlations(found), *with_hours(found)]
