"""A plan gives its energy at any hour, can be cut, paused and stored, and is consistent at its edges."""

from math import nextafter
from typing import Final

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.domain.sessions.power_plan import (
    EMPTY,
    Battery,
    ac_curve,
    charge,
    cut,
    energy,
    flowing,
    hour_of,
    packed,
    paused,
    peak,
    power,
    unpacked,
)
from app.domain.sessions.view import whole_wh
from tests.domain.examples import TYPICAL, ChargeRun, charge_runs

HUNDREDTH_WH: Final = 1e-5
HAIRS: Final = st.integers(-3, 3)
"""Distances from a value, in neighbouring floats."""
SHARES: Final = st.lists(st.floats(0, 1.2), min_size=2, max_size=8)


@given(run=charge_runs(), shares=SHARES)
@settings(deadline=None, max_examples=150)
def test_hour_and_energy_are_each_others_inverse(run: ChargeRun, shares: list[float]) -> None:
    """The hour of an energy is when it has been delivered, and the energy of an hour leads back to that hour."""
    plan = run.plan()
    ends, total, _, _ = plan[-1]

    for share in (min(1.0, share) for share in shares):
        assert abs(energy(plan, hour_of(plan, share * total)) - share * total) <= HUNDREDTH_WH
        assert abs(hour_of(plan, energy(plan, share * ends)) - share * ends) <= 1e-6


def test_an_energy_that_never_comes_has_the_hour_of_the_end() -> None:
    """The hour of more energy than the plan delivers is the end of power."""
    assert hour_of(TYPICAL, TYPICAL[-1][1] + 1) == TYPICAL[-1][0]
    assert hour_of(EMPTY, 1.0) == 0.0


def test_the_energy_of_a_pause_has_the_hour_at_which_it_was_reached() -> None:
    """The hour of an energy that stands still for a while is the beginning of that pause."""
    plan = paused(TYPICAL, 0.2, 5.0)

    assert hour_of(plan, energy(plan, 3.0)) == pytest.approx(0.2)


@pytest.mark.parametrize("kwh", [0.0, 1.0, 20.0, 100.0])
def test_a_plan_that_waits_has_its_hours_later(kwh: float) -> None:
    """In a plan that begins with a pause, the hour of each energy is later by the length of the pause."""
    plan = paused(TYPICAL, 0.0, 5.0)

    hour = hour_of(plan, kwh)

    assert energy(plan, hour) == pytest.approx(min(kwh, plan[-1][1]))
    assert hour == pytest.approx(hour_of(TYPICAL, kwh) + 5)


@given(run=charge_runs(), at=st.floats(0, 1), hours=st.floats(0, 5), shares=SHARES)
@settings(deadline=None, max_examples=150)
def test_energy_never_falls(run: ChargeRun, at: float, hours: float, shares: list[float]) -> None:
    """The meter never runs backwards: not in a row, not from row to row, not in a pause and not after the end."""
    whole = run.plan()
    plan = paused(whole, at * whole[-1][0], hours)
    asked = {share * plan[-1][0] for share in shares}
    for begin, *_ in plan:
        asked |= {_beside(begin, hairs) for hairs in (-2, -1, 0, 1, 2)}

    shown = [whole_wh(energy(plan, hour)) for hour in sorted(asked)]

    assert shown == sorted(shown)
    assert shown[-1] == whole_wh(plan[-1][1])


@given(run=charge_runs(), at=st.floats(0.001, 1.5), shares=SHARES)
@settings(deadline=None, max_examples=150)
def test_a_cut_keeps_what_was_and_ends_what_was_to_come(run: ChargeRun, at: float, shares: list[float]) -> None:
    """Up to the cut nothing changes, not even in the last bit; from there on no power flows."""
    whole = run.plan()
    hour = at * whole[-1][0]

    plan = cut(whole, hour)

    assert plan[-1][:2] == (hour, energy(whole, hour))
    for then in (share * whole[-1][0] for share in shares):
        assert energy(plan, then) == energy(whole, min(then, hour))
        assert power(plan, then) == (power(whole, then) if then < hour else 0.0)


def test_a_cut_at_the_beginning_leaves_nothing() -> None:
    """A plan that is cut when it begins, or before, is empty: no energy, no power, no peak, no hours."""
    assert (cut(TYPICAL, 0.0), cut(TYPICAL, -1.0)) == (EMPTY, EMPTY)
    assert (energy(EMPTY, 1), power(EMPTY, 0), peak(EMPTY), flowing(EMPTY)) == (0.0, 0.0, 0.0, 0.0)


def test_before_the_beginning_there_is_nothing() -> None:
    """At an hour before its beginning, a plan has no energy and no power."""
    assert (energy(TYPICAL, -1e-9), power(TYPICAL, -1e-9)) == (0.0, 0.0)


@pytest.mark.parametrize(("target", "limit_kwh"), [(0.5, None), (0.4, None), (0.8, 0.0)])
def test_a_plan_without_energy_is_empty(target: float, limit_kwh: float | None) -> None:
    """A battery that has reached its target, or a limit of zero, makes an empty plan."""
    battery = Battery(58, 0.96, ((0, 100), (1, 20)))

    assert charge(battery, soc=0.5, target=target, cap_kw=150, limit_kwh=limit_kwh) == EMPTY


@given(
    knee=st.integers(5, 95).map(lambda percent: percent / 100),
    capacity=st.floats(20, 100),
    soc=st.floats(0, 0.04),
    hairs=HAIRS,
)
@example(knee=0.23, capacity=58.0, soc=0.06, hairs=1)
@example(knee=0.8, capacity=54.0, soc=0.8 * 0.27, hairs=1)
@settings(deadline=None, max_examples=200)
def test_a_target_next_to_a_bend_is_like_any_other(knee: float, capacity: float, soc: float, hairs: int) -> None:
    """A target that is off a point of the curve by a rounding error gives the same plan as the point itself."""
    run = ChargeRun(Battery(capacity, 0.96, ((0, 100), (knee, 100), (1, 10))), soc, _beside(knee, hairs), 150)

    assert run.plan()[-1][0] == pytest.approx(run.meter(knee) / 100)


@given(knee=st.integers(11, 95), powers=st.tuples(st.integers(21, 350), st.integers(1, 20)), hairs=HAIRS)
@example(knee=78, powers=(21, 1), hairs=-2)
@settings(deadline=None, max_examples=200)
def test_a_cap_next_to_a_point_is_like_any_other(knee: int, powers: tuple[int, int], hairs: int) -> None:
    """A cap that is off the power of a point by a rounding error gives the same plan as that power."""
    high, low = powers
    battery = Battery(58, 0.96, ((0, high), (knee / 100, high), (1, low)))

    for cap_kw in powers:
        exact, near = (ChargeRun(battery, 0.1, 1, cap).plan() for cap in (cap_kw, _beside(cap_kw, hairs)))
        assert near[-1][:2] == pytest.approx(exact[-1][:2])


def test_alternating_current_is_flat_until_nearly_full() -> None:
    """On alternating current power stays until 97 %, and falls to 15 % of itself from there."""
    plan = ChargeRun(Battery(50, 1.0, ac_curve(11)), soc=0.5, target=1.0, cap_kw=11).plan()

    knee = 0.47 * 50 / 11

    assert [power(plan, hour) for hour in (0, 1, knee - 1e-6)] == [11.0] * 3
    assert power(plan, plan[-1][0] - 1e-9) == pytest.approx(11 * 0.15)


def test_a_pause_of_no_time_is_no_pause() -> None:
    """A plan with a pause of no hours is the plan itself."""
    assert paused(TYPICAL, 0.2, 0.0) == TYPICAL


@given(run=charge_runs(), pauses=st.lists(st.tuples(st.floats(0, 5), st.floats(0.1, 5)), max_size=2))
@settings(deadline=None, max_examples=50)
def test_a_plan_is_unpacked_as_it_was_packed(run: ChargeRun, pauses: list[tuple[float, float]]) -> None:
    """A plan is stored to the last bit."""
    plan = run.plan()
    for at, hours in pauses:
        plan = paused(plan, at, hours)

    assert unpacked(packed(plan)) == plan


def _beside(value: float, hairs: int) -> float:
    for _ in range(abs(hairs)):
        value = nextafter(value, 1e9 if hairs > 0 else -1e9)
    return value
