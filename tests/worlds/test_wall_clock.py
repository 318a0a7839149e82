"""The wall clock follows the machine's clock, but never falls."""

import logging
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.wall_clock import WallClock

SECOND: Final = 1_000_000
HOUR: Final = 3600 * SECOND
NOON: Final = 1_772_625_600 * SECOND
STEPS: Final = st.lists(st.integers(-2 * HOUR, 2 * HOUR) | st.integers(-SECOND, SECOND), max_size=12)


@dataclass
class Machine:
    """A machine's clock that tests set, and the one beside it that has no steps; both in microseconds."""

    at: int = NOON
    uptime: int = 0

    def clock(self) -> WallClock:
        return WallClock(lambda: 1000 * self.at, lambda: 1000 * self.uptime)

    def run(self, micros: int) -> None:
        """Lets time pass."""
        self.at += micros
        self.uptime += micros


def test_a_clock_follows_the_machines() -> None:
    """Time that passes and steps forward, of which a suspended machine makes one, are followed exactly."""
    machine = Machine()
    clock = machine.clock()
    shown = [clock.now()]
    for passes, steps in ((7, 0), (SECOND, 0), (0, HOUR), (SECOND, 400 * 24 * HOUR)):
        machine.run(passes)
        machine.at += steps
        shown.append(clock.now())

    assert shown == [NOON, NOON + 7, NOON + SECOND + 7, NOON + SECOND + HOUR + 7, machine.at]


def test_a_short_step_back_is_waited_out(caplog: pytest.LogCaptureFixture) -> None:
    """After a step back by a second the clock stands still until the machine's shows more, and nothing is logged."""
    machine = Machine()
    clock = machine.clock()
    clock.now()
    machine.at -= SECOND
    stood = [clock.now()]
    for _ in range(4):
        machine.run(SECOND // 4)
        stood.append(clock.now())
    machine.run(1)

    assert set(stood) == {NOON}
    assert clock.now() == machine.at == NOON + 1
    assert not caplog.records


def test_a_longer_step_back_is_not_followed(caplog: pytest.LogCaptureFixture) -> None:
    """After a step back by an hour the clock runs on from its last instant, and one line says so."""
    machine = Machine()
    clock = machine.clock()
    clock.now()
    machine.at -= HOUR
    shown = []
    for _ in range(3):
        shown.append(clock.now())
        machine.run(SECOND)

    assert shown == [NOON, NOON + SECOND, NOON + 2 * SECOND]
    assert clock.machine_now() == machine.at == NOON - HOUR + 3 * SECOND
    assert [(record.levelno, record.getMessage()) for record in caplog.records] == [
        (
            logging.WARNING,
            "The machine's clock was set back by 3600.0 s. Worlds run on from their last instant.",
        )
    ]


@pytest.mark.parametrize(("forward", "ahead"), [(HOUR // 2, HOUR // 2), (HOUR, 0), (3 * HOUR, 0)])
def test_a_step_forward_makes_up_for_one_back(forward: int, ahead: int) -> None:
    """A clock that was set back and then forward is not ahead of the machine's by more than is left."""
    machine = Machine()
    clock = machine.clock()
    clock.now()
    machine.at -= HOUR
    machine.run(SECOND)
    clock.now()
    machine.run(SECOND)
    machine.at += forward

    assert clock.now() - machine.at == pytest.approx(ahead, abs=SECOND)
    assert clock.now() >= NOON + SECOND


@pytest.mark.parametrize(("seen", "shown"), [(-HOUR, 0), (SECOND, SECOND), (HOUR, HOUR)])
def test_a_clock_is_not_before_what_was_noted(seen: int, shown: int) -> None:
    """What another process has noted counts as this clock's own: it is not shown to be later than now."""
    machine = Machine()
    clock = machine.clock()

    assert clock.caught_up(NOON + seen) == NOON + shown

    machine.run(2 * SECOND)

    assert clock.now() == NOON + 2 * SECOND + (shown if shown > SECOND else 0)


@given(steps=STEPS, passes=st.integers(0, SECOND), noted=st.integers(-HOUR, HOUR))
def test_a_clock_never_falls(steps: list[int], passes: int, noted: int) -> None:
    """Over any steps of the machine's clock and any notes, what is shown never falls, and follows within a second."""
    machine = Machine()
    clock = machine.clock()
    shown = [clock.now()]
    for n, step in enumerate(steps):
        machine.run(passes)
        machine.at += step
        shown.append(clock.caught_up(NOON + noted) if n == len(steps) // 2 else clock.now())

    assert all(earlier <= later for earlier, later in pairwise(shown))
    assert shown[-1] >= machine.at
    before = clock.now()
    machine.run(2 * SECOND)
    assert SECOND <= clock.now() - before <= 2 * SECOND
