"""Heat pumps use more when it is cold, and what they use over time is the sum of their power."""

from dataclasses import replace
from itertools import pairwise
from time import perf_counter
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.clock import DAY, EARLIEST, HOUR, instant, monday
from app.domain.heat_pumps import MODES, STANDBY_W, Change, HeatPump, Settings, Use, state, use
from app.domain.smart_charging import Market
from app.domain.weather import Place, mean_temperature

WINTER: Final = instant("2026-01-19T00:00:00Z")
MARKET: Final = Market(7, monday(WINTER))
PUMP: Final = HeatPump("pump", Place(52.5, 13.4), MARKET)
PLAIN: Final = Settings(heats_rooms=True, heats_water=True)
STEERED: Final = replace(PLAIN, is_optimized=True)
SPANS = st.tuples(st.integers(0, 9 * DAY), st.integers(0, 9 * DAY)).map(sorted)


def test_energy_is_the_sum_of_the_power() -> None:
    """The energy of three days is the power at each hour of them, times an hour."""
    watts = [state(PUMP, STEERED, WINTER + hour * HOUR).power_w for hour in range(72)]

    assert use(PUMP, [Change(EARLIEST, STEERED)], WINTER, WINTER + 3 * DAY).energy_wh == sum(watts)


@given(span=SPANS, cut=st.integers(0, 9 * DAY))
@settings(deadline=None)
def test_parts_of_a_span_add_up(span: list[int], cut: int) -> None:
    """What is used in two parts of a span is what is used in the whole, across a change of the settings too."""
    since, until = (WINTER + at for at in span)
    middle = min(max(since, WINTER + cut), until)
    changes = [Change(EARLIEST, PLAIN), Change(WINTER + 4 * DAY + 777, STEERED)]

    parts = use(PUMP, changes, since, middle).plus(use(PUMP, changes, middle, until))

    assert parts == use(PUMP, changes, since, until)


def test_cold_days_cost_more() -> None:
    """Of the days of a year, a colder one never takes less energy for the rooms."""
    rooms = [Change(EARLIEST, Settings(heats_rooms=True))]
    first = WINTER // DAY
    days = sorted(range(first, first + 365), key=lambda day: mean_temperature(MARKET.seed, PUMP.place, day))
    energies = [use(PUMP, rooms, day * DAY, (day + 1) * DAY).energy_wh for day in days]

    assert all(colder >= warmer - 24 for colder, warmer in pairwise(energies))
    assert energies[0] > 4 * energies[-1]


def test_optimiser_saves_by_moving_energy() -> None:
    """Each level saves more than the one below, with as much energy, to the rounding of each hour."""
    plain = use(PUMP, [Change(EARLIEST, PLAIN)], WINTER, WINTER + 30 * DAY)
    steered = [
        use(PUMP, [Change(EARLIEST, replace(STEERED, level=level))], WINTER, WINTER + 30 * DAY)
        for level in ("Low", "Mid", "Max")
    ]
    saved = [each.usual_cost_e4 - each.cost_e4 for each in steered]

    assert plain.cost == plain.usual_cost
    assert 0 < saved[0] < saved[1] < saved[2]
    assert all(abs(each.energy_wh - plain.energy_wh) < 30 * 24 for each in steered)


def test_mode_follows_the_price() -> None:
    """The cheapest quarter of a day's hours is `max`, the dearest `min`; without an optimiser there is no mode."""
    hours = [WINTER + hour * HOUR for hour in range(24)]
    ranked = sorted(hours, key=lambda at: MARKET.kwh_price(MARKET.hour_of(at)))

    assert [state(PUMP, STEERED, at).mode for at in ranked] == [mode for mode in MODES for _ in range(6)]
    assert {state(PUMP, PLAIN, at).mode for at in hours} == {None}


def test_offset_warms_the_rooms() -> None:
    """An offset raises the target by as much, and takes more energy."""
    warmer = replace(PLAIN, offset=1.5)

    assert state(PUMP, warmer, WINTER).indoor_target == state(PUMP, PLAIN, WINTER).indoor_target + 1.5 == 22.0
    assert (
        use(PUMP, [Change(EARLIEST, warmer)], WINTER, WINTER + DAY).energy_wh
        > use(PUMP, [Change(EARLIEST, PLAIN)], WINTER, WINTER + DAY).energy_wh
    )


def test_disabled_pump_stands_by() -> None:
    """With nothing enabled, only the standby power is left."""
    assert state(PUMP, Settings(), WINTER).power_w == STANDBY_W
    assert state(PUMP, Settings(), WINTER).activity == "standby"
    assert use(PUMP, [Change(EARLIEST, Settings())], WINTER, WINTER) == Use()


def test_year_is_added_up_fast() -> None:
    """A year of a heat pump that was never asked for is added up in a tenth of a second at most."""
    new = [HeatPump(f"pump {n}", PUMP.place, MARKET) for n in range(3)]
    took = []
    for pump in new:
        began = perf_counter()
        use(pump, [Change(EARLIEST, STEERED)], WINTER, WINTER + 365 * DAY)
        took.append(perf_counter() - began)

    assert min(took) < 0.1
