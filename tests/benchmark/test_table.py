"""A row of the benchmark's table says whether its bars are met, and whether its server was disturbed."""

import pytest

from bench import table
from bench.loads import Load

_ALONE = 1e6
"""Microseconds of work a second: a server that has its core to itself."""


@pytest.mark.parametrize(
    ("rate", "verdict"), [(1_000.0, "met"), (900.0, "met"), (890.0, "missed")], ids=["above", "at", "below"]
)
def test_bar_to_a_ratio(rate: float, verdict: str) -> None:
    """The median of the rounds' ratios is what counts, not the ratio of the medians."""
    ours = [_load(rate), _load(rate), _load(10.0)]
    theirs = [_load(1_000.0)] * 3

    assert table.beside_row("ours", ours, "theirs", theirs, 0.9).verdict == verdict


def test_disturbed_server_is_noisy() -> None:
    """A row is noisy if either server had only half a core."""
    quiet, disturbed = [_load(1_000.0)], [_load(1_000.0, share=0.5)]

    assert table.beside_row("ours", disturbed, "theirs", quiet, 0.5).verdict == "met, noisy"
    assert table.beside_row("ours", quiet, "theirs", disturbed).verdict == "noisy"


def test_server_that_waits_is_not_noisy() -> None:
    """One that waits for a database has no core to itself on the quietest of machines."""
    waiting = [_load(1_000.0, share=0.5)]

    assert table.beside_row("ours", waiting, "theirs", waiting, 2.0, busy=False).verdict == "missed"


def test_bar_to_a_percentile() -> None:
    """Each percentile has its own."""
    load = Load(100.0, p50=3.0, p99=30.0, work=1.0)

    assert table.latency_row("calls", load, p50=5).verdict == "met"
    assert table.latency_row("calls", load, p99=20).verdict == "missed"


def test_latest_answers_are_compared() -> None:
    """Level with the other is not below it."""
    sooner, later = [Load(100.0, 1.0, 2.0, 1e4)], [Load(100.0, 1.0, 3.0, 1e4)]

    assert table.sooner_row("ours", sooner, "theirs", later).verdict == "met"
    assert table.sooner_row("ours", later, "theirs", later).verdict == "missed"


def test_long_reasons_widen_no_column() -> None:
    """A row that failed is longer than the table, and the others stay as they are."""
    row = table.row("memory", "100 MiB", table.at_most(100, 150, " MiB"))
    short, long = (table.markdown([row, table.failed("x", reason)]).splitlines() for reason in ("| no", "no " * 99))

    assert short[:-1] == long[:-1]
    assert "¦ no" in short[-1]


def _load(per_second: float, share: float = 1.0) -> Load:
    return Load(per_second, p50=1.0, p99=2.0, work=share * _ALONE / per_second)
