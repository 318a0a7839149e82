"""Distributions and distances between them: pure functions of the standard library."""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from math import erf, exp, lgamma, log, sqrt
from statistics import quantiles
from typing import Final

Distribution = Callable[[float], float]
"""The share of a distribution that lies at or below a value."""


def weibull(shape: float, scale: float) -> Distribution:
    return lambda value: 1 - exp(-((value / scale) ** shape)) if value > 0 else 0.0


def lognormal(median: float, sigma: float) -> Distribution:
    return lambda value: (1 + erf(log(value / median) / (sigma * sqrt(2)))) / 2 if value > 0 else 0.0


def gamma(shape: float, scale: float) -> Distribution:
    """By the series of the lower incomplete gamma function, whose terms are all positive."""

    def share(value: float) -> float:
        x = value / scale
        if x <= 0:
            return 0.0
        term = total = 1.0
        n = shape
        while term > 1e-15 * total:
            n += 1
            term *= x / n
            total += term
        return min(1.0, exp(shape * log(x) - x - lgamma(shape + 1) + log(total)))

    return share


BY_NAME: Final[Mapping[str, Callable[..., Distribution]]] = {
    "weibull": weibull,
    "lognormal": lognormal,
    "gamma": gamma,
}


def ks(sample: Sequence[float], distribution: Distribution) -> float:
    """The Kolmogorov-Smirnov distance: the largest gap between the sample's steps and the distribution."""
    below = [distribution(value) for value in sorted(sample)]
    return max(max((n + 1) / len(below) - share, share - n / len(below)) for n, share in enumerate(below))


def total_variation(counts: Sequence[float], others: Sequence[float]) -> float:
    """The share of one histogram that would have to move to make it the other; they may have different sums."""
    whole, other_whole = sum(counts), sum(others)
    return sum(abs(a / whole - b / other_whole) for a, b in zip(counts, others, strict=True)) / 2


def quantile(sample: Sequence[float], share: float) -> float:
    """The value below which that share of the sample lies, to whole percents between 1 and 99."""
    return quantiles(sample, n=100, method="inclusive")[round(100 * share) - 1]


def shares(sample: Sequence[float], values: Sequence[float]) -> list[float]:
    """The share of the sample that lies at or below each value."""
    ordered = sorted(sample)
    return [bisect_right(ordered, value) / len(ordered) for value in values]
