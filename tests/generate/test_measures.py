"""Distributions, distances and quantiles, by which likeness is measured, have the values that formulas give."""

from collections.abc import Callable
from math import erf, exp, inf, sqrt
from statistics import NormalDist
from xml.etree import ElementTree as ET

import pytest

from bench.likeness import distributions, mobility, picture
from bench.likeness.sessions import classes, visits

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("value", [0.01, 0.5, 1.0, 7.0, 30.0, 133.0])
@pytest.mark.parametrize(
    ("shape", "known"),
    [
        (1, lambda x: 1 - exp(-x)),
        (0.5, lambda x: erf(sqrt(x))),
        (3, lambda x: 1 - exp(-x) * (1 + x + x * x / 2)),
    ],
    ids=["exponential", "chi squared", "Erlang"],
)
def test_gamma_distribution_agrees_with_its_special_cases(
    shape: float, known: Callable[[float], float], value: float
) -> None:
    """For shapes with a formula of their own, the gamma distribution has the value of that formula."""
    assert distributions.gamma(shape, 9.0)(9.0 * value) == pytest.approx(known(value), abs=1e-12)


def test_weibull_and_lognormal_agree_with_known_distributions() -> None:
    """A Weibull distribution of shape one is exponential; the logarithm of a lognormal value is normal."""
    assert distributions.weibull(1, 4.0)(6.0) == pytest.approx(1 - exp(-1.5))
    assert distributions.lognormal(exp(2), 0.5)(exp(2.7)) == pytest.approx(NormalDist(2, 0.5).cdf(2.7))


@pytest.mark.parametrize(
    "law", [distributions.weibull(1.75, 36.2), distributions.gamma(3.65, 9.0), distributions.lognormal(8.96, 0.92)]
)
def test_distributions_go_from_zero_to_one(law: distributions.Distribution) -> None:
    """A distribution is 0 up to zero, never falls, and is 1 at a very large value."""
    shares = [law(value) for value in (-1.0, 0.0, 1.0, 10.0, 100.0, 5_000.0)]

    assert shares[:2] == [0, 0]
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1)


def test_ks_is_the_largest_distance() -> None:
    """A sample in the middle of each of its shares is half a step away, and one outside of the distribution 1."""
    assert distributions.ks([0.125, 0.375, 0.625, 0.875], _even) == pytest.approx(0.125)
    assert distributions.ks([0.5], _even) == pytest.approx(0.5)
    assert distributions.ks([2.0, 3.0], _even) == pytest.approx(1)
    assert distributions.ks([inf, 0.0], _even) == pytest.approx(0.5)


def test_total_variation_is_the_share_that_differs() -> None:
    """It is 0 between equal shares of any total, a half where half lies elsewhere, and 1 where all does."""
    assert distributions.total_variation([1, 3], [25, 75]) == 0
    assert distributions.total_variation([1, 1, 0], [0, 1, 1]) == pytest.approx(0.5)
    assert distributions.total_variation([4, 0], [0, 9]) == pytest.approx(1)


def test_quantiles_lie_between_their_neighbours() -> None:
    """A quartile may lie between two values."""
    sample = [40.0, 10.0, 30.0, 20.0]

    assert [distributions.quantile(sample, share) for share in (0.25, 0.5, 0.75)] == [17.5, 25, 32.5]
    assert distributions.shares(sample, [5, 10, 35, 40]) == [0, 0.25, 0.75, 1]


def test_picture_is_the_same_each_time() -> None:
    """Drawn twice from the same sessions, it is the same well-formed SVG, and all text lies on the page."""
    some = visits(seed=3, weeks=2)
    found, of_each = classes(some), mobility.people(some)
    first, again = (picture.picture(found, of_each, "two weeks") for _ in range(2))
    page = ET.fromstring(first)  # noqa: S314 - written a moment ago
    width, height = (float(size) for size in page.attrib["viewBox"].split()[2:])
    positions = [
        (float(text.attrib["x"]), float(text.attrib["y"])) for text in page.iter("{http://www.w3.org/2000/svg}text")
    ]

    assert first == again
    assert len(positions) > 100
    assert all(0 <= x <= width and 0 <= y <= height for x, y in positions)


def _even(value: float) -> float:
    """The even distribution between zero and one."""
    return min(1.0, max(0.0, value))
