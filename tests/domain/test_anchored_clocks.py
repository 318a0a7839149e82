"""A clock that is anchored at a later instant of the wall clock goes on as it was, and never falls."""

from hypothesis import given
from hypothesis import strategies as st

from app.domain.clock import MILLISECOND, WEEK, Clock
from tests.domain.test_clock import MILLIS, SPEEDS, WALLS


@given(anchor=MILLIS, wall=WALLS, speed=SPEEDS, waits=st.lists(st.integers(0, WEEK), min_size=2, max_size=6))
def test_a_clock_that_is_anchored_again_shows_the_same(anchor: int, wall: int, speed: float, waits: list[int]) -> None:
    """Anchored at any instants, a clock shows what it would have shown, to a microsecond each time, and never falls."""
    clock = again = Clock(anchor, wall, speed)
    shown = []
    for wait in sorted(waits):
        again = again.anchored(wall + wait)
        shown.append(again.at(wall + wait))

        assert again.at(wall + wait - WEEK) == shown[-1]
        assert abs(shown[-1] - clock.at(wall + wait)) <= MILLISECOND

    assert shown == sorted(shown)
