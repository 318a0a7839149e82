"""The comparison with a commit calls code slower only if its whole interval says so."""

from itertools import count
from random import Random

import pytest

from bench.against import interval
from bench.loads import by_turns


def test_same_code_is_not_slower() -> None:
    """Noise that hits both codes alike leaves one within the interval nine times in ten."""
    rng = Random(1)
    found = [interval(*_rates(rng, ratio=1.0)) for _ in range(300)]

    assert sum(it.low <= 1 <= it.high for it in found) == pytest.approx(270, abs=20)
    assert not any(it.is_slower for it in found)


def test_slower_code_is_found() -> None:
    """Five percent are seen through noise of four in nearly all comparisons, and the estimate is close."""
    rng = Random(2)
    found = [interval(*_rates(rng, ratio=0.92)) for _ in range(100)]

    assert sum(it.is_slower for it in found) > 90
    assert all(it.ratio == pytest.approx(0.92, abs=0.04) for it in found)


def test_outliers_have_little_weight() -> None:
    """Three of thirty turns at a third of the rate do not make code slower."""
    ours, theirs = _rates(Random(3), ratio=1.0)
    disturbed = [rate / 3 if n < 3 else rate for n, rate in enumerate(ours)]

    assert not interval(disturbed, theirs).is_slower


def test_every_second_turn_goes_backwards() -> None:
    """Results stay with their measures."""
    clock = count()

    assert by_turns([lambda: ("a", next(clock)), lambda: ("b", next(clock))], 3) == [
        [("a", 0), ("a", 3), ("a", 4)],
        [("b", 1), ("b", 2), ("b", 5)],
    ]


def _rates(rng: Random, ratio: float) -> tuple[list[float], list[float]]:
    """Thirty pairs of rates, of which each has noise of its own and each pair a drift that it shares."""
    drift = [rng.uniform(500, 1_000) for _ in range(30)]
    ours = [ratio * rate * rng.gauss(1, 0.04) for rate in drift]
    return ours, [rate * rng.gauss(1, 0.04) for rate in drift]
