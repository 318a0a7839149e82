"""What likeness is measured with measures right: laws, distances and quantiles, beside values known otherwise."""

from collections.abc import Callable
from math import erf, exp, inf, sqrt
from statistics import NormalDist
from xml.etree import ElementTree as ET

import pytest

from bench import laws, picture
from bench.visits import classes, visits


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
def test_gamma_is_what_it_is_called_elsewhere(shape: float, known: Callable[[float], float], value: float) -> None:
    """Where a gamma law has a name and a formula of its own, it agrees with it."""
    assert laws.gamma(shape, 9.0)(9.0 * value) == pytest.approx(known(value), abs=1e-12)


def test_weibull_and_lognormal_are_what_they_are_called_elsewhere() -> None:
    """A Weibull law of shape one is exponential; the logarithm of a lognormal value is normal."""
    assert laws.weibull(1, 4.0)(6.0) == pytest.approx(1 - exp(-1.5))
    assert laws.lognormal(exp(2), 0.5)(exp(2.7)) == pytest.approx(NormalDist(2, 0.5).cdf(2.7))


@pytest.mark.parametrize("law", [laws.weibull(1.75, 36.2), laws.gamma(3.65, 9.0), laws.lognormal(8.96, 0.92)])
def test_laws_go_from_nothing_to_all(law: laws.Law) -> None:
    """Nothing lies below zero, everything below very much, and more the higher."""
    shares = [law(value) for value in (-1.0, 0.0, 1.0, 10.0, 100.0, 5_000.0)]

    assert shares[:2] == [0, 0]
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1)


def test_ks_is_the_largest_step_apart() -> None:
    """A sample in the middle of each of its shares is half a step away, and one that lies beside the law a whole."""
    assert laws.ks([0.125, 0.375, 0.625, 0.875], _even) == pytest.approx(0.125)
    assert laws.ks([0.5], _even) == pytest.approx(0.5)
    assert laws.ks([2.0, 3.0], _even) == pytest.approx(1)
    assert laws.ks([inf, 0.0], _even) == pytest.approx(0.5)


def test_total_variation_is_what_would_have_to_be_moved() -> None:
    """Nothing between like ones of any size, half of it where half is elsewhere, all where all is."""
    assert laws.total_variation([1, 3], [25, 75]) == 0
    assert laws.total_variation([1, 1, 0], [0, 1, 1]) == pytest.approx(0.5)
    assert laws.total_variation([4, 0], [0, 9]) == pytest.approx(1)


def test_quantiles_lie_between_their_neighbours() -> None:
    """The ends are the least and the most; a quartile may lie between two values."""
    sample = [40.0, 10.0, 30.0, 20.0]

    assert [laws.quantile(sample, share) for share in (0, 0.25, 0.5, 1)] == [10, 17.5, 25, 40]
    assert laws.shares(sample, [5, 10, 35, 40]) == [0, 0.25, 0.75, 1]


def test_the_picture_is_drawn_alike() -> None:
    """Drawn twice from the same sessions, it is the same well-formed drawing, in which every word is on the page."""
    found = classes(visits(seed=3, weeks=1))
    first, again = (picture.picture(found, "one week") for _ in range(2))
    page = ET.fromstring(first)  # noqa: S314 - written a moment ago
    width, height = (float(size) for size in page.attrib["viewBox"].split()[2:])
    places = [
        (float(text.attrib["x"]), float(text.attrib["y"])) for text in page.iter("{http://www.w3.org/2000/svg}text")
    ]

    assert first == again
    assert len(places) > 100
    assert all(0 <= x <= width and 0 <= y <= height for x, y in places)


def _even(value: float) -> float:
    """The law of what lies evenly between zero and one."""
    return min(1.0, max(0.0, value))
