"""A turn of whole tests is measured by its tests, each with a name of its own."""

from itertools import count

import pytest

from bench.servers import Server, Wait
from bench.whole_test import Times, run_tests


class _Suite:
    """Tests of a server that takes 10, 20 and 30 ms for them, of which a fixture has 4, 5 and 6."""

    server = Server(0, 1, Wait(0, 0))

    def __init__(self) -> None:
        self.names: list[str] = []

    def run_test(self, name: str) -> Times:
        self.names.append(name)
        n = len(self.names)
        return Times(n / 100, (n + 3) / 1_000)


def test_turn_has_the_medians_of_its_tests() -> None:
    """The rate is that of all tests together; the share of the fixture is that of a test, not of the sums."""
    turn = run_tests(_Suite(), (f"test-{n}" for n in count()), 3)

    assert turn.load.p50 == pytest.approx(20)
    assert turn.load.per_second == pytest.approx(50)
    assert turn.fixture == pytest.approx(0.25)


def test_turns_go_on_with_the_names() -> None:
    """No world of one turn has the name of one of another, which may still be there."""
    suite, names = _Suite(), (f"test-{n}" for n in count())
    for _ in range(2):
        run_tests(suite, names, 2)

    assert suite.names == ["test-0", "test-1", "test-2", "test-3"]
