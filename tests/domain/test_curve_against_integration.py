"""A plan's closed forms agree with a numerical integration of dE/dt = min(curve(SoC), cap) to a hundredth of a Wh."""

from itertools import pairwise
from typing import Final, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.models import Connector, Vehicle
from app.domain.sessions.power_plan import Plan, energy, flowing, hour_of, paused, peak, power
from app.domain.sessions.start import battery_at, cap_kw
from app.domain.sessions.view import whole_wh
from tests.domain.examples import VEHICLES, ChargeRun, charge_runs, plug

pytestmark = pytest.mark.slow

Trace: TypeAlias = list[tuple[float, float]]
"""(hour, kWh through the meter), from an integration."""

HUNDREDTH_WH: Final = 1e-5
FINE: Final = 0.01
"""The largest share by which power changes in a step."""
CONNECTORS: Final = [
    *(plug(power_kw, 1) for power_kw in (2.3, 3.68, 7.36)),
    *(plug(power_kw, 3) for power_kw in (11, 22)),
    *(plug(power_kw) for power_kw in (50, 150, 300)),
]


@pytest.mark.parametrize("connector", CONNECTORS, ids=lambda it: f"{it.power_kw}kW-{it.phases}ph")
@pytest.mark.parametrize("vehicle", VEHICLES, ids=lambda it: it.id)
def test_every_vehicle_charges_as_its_curve_says(vehicle: Vehicle, connector: Connector) -> None:
    """Each vehicle of the catalogue is tried at each kind of connector, from nearly empty to full."""
    run = ChargeRun(battery_at(vehicle, connector), 0.04, 1.0, cap_kw(vehicle, connector))

    trace = _integrated(run, run.meter(1.0))

    _agree(run, run.plan(), trace)


@given(run=charge_runs())
@settings(deadline=None, max_examples=300)
def test_any_curve_is_followed(run: ChargeRun) -> None:
    """Rising and falling curves, under any cap and between any two states of charge, are followed."""
    trace = _integrated(run, run.meter(run.target))

    _agree(run, run.plan(), trace)


@given(run=charge_runs(), limit_wh=st.integers(1, 100_000))
@settings(deadline=None, max_examples=200)
def test_a_limit_is_hit_exactly(run: ChargeRun, limit_wh: int) -> None:
    """A limit in whole Wh is what the meter shows at the end, which comes when the integration says."""
    room = run.meter(run.target)
    plan = run.plan(limit_wh / 1000)

    trace = _integrated(run, min(room, limit_wh / 1000))

    _agree(run, plan, trace)
    assert whole_wh(plan[-1][1]) == min(limit_wh, whole_wh(room))


@given(run=charge_runs(), pauses=st.lists(st.tuples(st.floats(0, 0.99), st.floats(0.01, 12)), min_size=1, max_size=3))
@settings(deadline=None, max_examples=150)
def test_pauses_put_off_what_follows(run: ChargeRun, pauses: list[tuple[float, float]]) -> None:
    """A plan with pauses delivers the same energy, later by the pauses before it; no energy flows in a pause."""
    whole = run.plan()
    stops = [(share * whole[-1][0], hours) for share, hours in sorted(pauses, reverse=True)]
    plan = whole
    for at, hours in stops:
        plan = paused(plan, at, hours)

    for hour, kwh in _integrated(run, run.meter(run.target)):
        late = hour + sum(hours for at, hours in stops if at <= hour)
        assert abs(energy(plan, late) - kwh) <= HUNDREDTH_WH
    for at, hours in stops:
        begin = at + sum(more for earlier, more in stops if earlier < at)
        assert abs(energy(plan, begin + hours * 0.999) - energy(whole, at)) <= HUNDREDTH_WH
        assert power(plan, begin + hours * 0.5) == 0.0
    assert plan[-1][0] == pytest.approx(whole[-1][0] + sum(hours for _, hours in stops))
    assert flowing(plan) == pytest.approx(flowing(whole))
    assert peak(plan) == pytest.approx(peak(whole))


@given(run=charge_runs())
@settings(deadline=None, max_examples=150)
def test_the_peak_is_the_most_that_ever_flows(run: ChargeRun) -> None:
    """No power is higher than the peak, the peak is reached, and power flows all the time."""
    plan = run.plan()
    trace = _integrated(run, run.meter(run.target))

    highest = max(_rate(run, kwh) for _, kwh in trace)

    assert peak(plan) == pytest.approx(highest, rel=1e-6)
    assert peak(plan) <= run.cap_kw * (1 + 1e-12)
    assert flowing(plan) == pytest.approx(trace[-1][0], rel=1e-6)


def _agree(run: ChargeRun, plan: Plan, trace: Trace) -> None:
    """Asserts that the plan has the energy, the power and the hours of the integration at each of its points."""
    for hour, kwh in trace:
        assert abs(energy(plan, hour) - kwh) <= HUNDREDTH_WH
        assert abs(energy(plan, hour_of(plan, kwh)) - kwh) <= HUNDREDTH_WH
    for hour, kwh in trace[:-1]:
        assert power(plan, hour) == pytest.approx(_rate(run, kwh), rel=1e-6, abs=1e-4)
    assert abs(plan[-1][1] - trace[-1][1]) <= HUNDREDTH_WH
    assert plan[-1][0] == pytest.approx(trace[-1][0], rel=1e-6)
    assert (power(plan, plan[-1][0]), energy(plan, 1e6)) == (0.0, plan[-1][1])


def _integrated(run: ChargeRun, stop: float) -> Trace:
    """Integrates until `stop` kWh by the fourth-order Runge-Kutta method; a step ends at each bend of the power."""
    hour, kwh = 0.0, 0.0
    trace = [(hour, kwh)]
    for bend in _bends(run, stop):
        last = _rate(run, bend)
        step = FINE / max(abs(last - _rate(run, kwh)) / (bend - kwh), FINE)
        while kwh + step * max(_rate(run, kwh), last) < bend:
            hour, kwh = hour + step, _stepped(run, kwh, step, bend)
            trace.append((hour, kwh))
        hour, kwh = hour + _last_step(run, kwh, bend), bend
        trace.append((hour, kwh))
    return trace


def _last_step(run: ChargeRun, kwh: float, bend: float) -> float:
    """The length of the step that ends at the bend, by Newton's method."""
    step = 0.0
    for _ in range(50):
        miss = bend - _stepped(run, kwh, step, bend)
        if abs(miss) < 1e-12:
            break
        step += miss / _rate(run, bend)
    return step


def _stepped(run: ChargeRun, kwh: float, step: float, bend: float) -> float:
    """The kWh a step later, if the power did not bend."""
    k1 = _rate(run, kwh)
    k2 = _rate(run, min(kwh + step / 2 * k1, bend))
    k3 = _rate(run, min(kwh + step / 2 * k2, bend))
    k4 = _rate(run, min(kwh + step * k3, bend))
    return kwh + step / 6 * (k1 + 2 * k2 + 2 * k3 + k4)


def _rate(run: ChargeRun, kwh: float) -> float:
    """The differential equation: the power in kW after a number of kWh at the meter."""
    soc = run.soc + run.battery.efficiency * kwh / run.battery.capacity_kwh
    for (soc_1, power_1), (soc_2, power_2) in pairwise(run.battery.curve):
        if soc < soc_2:
            return min(run.cap_kw, power_1 + (soc - soc_1) * (power_2 - power_1) / (soc_2 - soc_1))
    return min(run.cap_kw, run.battery.curve[-1][1])


def _bends(run: ChargeRun, stop: float) -> list[float]:
    """The kWh at which the power bends, up to the last; of two close to each other only the first."""
    bends = [soc for soc, _ in run.battery.curve]
    for (soc_1, power_1), (soc_2, power_2) in pairwise(run.battery.curve):
        if min(power_1, power_2) < run.cap_kw < max(power_1, power_2):
            bends.append(soc_1 + (soc_2 - soc_1) * (power_1 - run.cap_kw) / (power_1 - power_2))
    found = [0.0]
    for kwh in sorted(map(run.meter, bends)):
        if found[-1] + 1e-9 < kwh < stop - 1e-9:
            found.append(kwh)
    return [*found[1:], stop]
