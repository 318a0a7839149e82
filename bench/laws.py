"""Distributions, and how far a sample is from them: pure functions, the standard library alone."""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from math import erf, exp, lgamma, log, sqrt
from typing import Final

Law = Callable[[float], float]
"""The share of a distribution that lies at or below a value."""

_SMALLEST: Final = 1e-15


def weibull(shape: float, scale: float) -> Law:
    return lambda value: 1 - exp(-((value / scale) ** shape)) if value > 0 else 0.0


def lognormal(median: float, sigma: float) -> Law:
    return lambda value: (1 + erf(log(value / median) / (sigma * sqrt(2)))) / 2 if value > 0 else 0.0


def gamma(shape: float, scale: float) -> Law:
    """By the series of the lower incomplete gamma function; its terms are positive, so that none takes from another."""

    def law(value: float) -> float:
        x = value / scale
        if x <= 0:
            return 0.0
        term = total = 1.0
        n = shape
        while term > _SMALLEST * total:
            n += 1
            term *= x / n
            total += term
        return min(1.0, exp(shape * log(x) - x - lgamma(shape + 1) + log(total)))

    return law


LAWS: Final[Mapping[str, Callable[..., Law]]] = {"weibull": weibull, "lognormal": lognormal, "gamma": gamma}


def ks(sample: Sequence[float], law: Law) -> float:
    """The Kolmogorov-Smirnov distance: how far, at most, the sample's steps are from the law."""
    below = [law(value) for value in sorted(sample)]
    return max(max((n + 1) / len(below) - share, share - n / len(below)) for n, share in enumerate(below))


def total_variation(counts: Sequence[float], others: Sequence[float]) -> float:
    """How much of one histogram would have to be moved to make it the other; neither needs to add up to one."""
    whole, other_whole = sum(counts), sum(others)
    return sum(abs(a / whole - b / other_whole) for a, b in zip(counts, others, strict=True)) / 2


def quantile(sample: Sequence[float], share: float) -> float:
    """The value below which that share of the sample lies, on a straight line between its two neighbours."""
    ordered = sorted(sample)
    at = share * (len(ordered) - 1)
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (at - low) * (ordered[high] - ordered[low])


def shares(sample: Sequence[float], values: Sequence[float]) -> list[float]:
    """Which share of the sample lies at or below each of the values."""
    ordered = sorted(sample)
    return [bisect_right(ordered, value) / len(ordered) for value in values]
