"""Charging at home waits for the cheapest hours before the deadline, and its money adds up."""

from typing import Final

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.domain.channels import HOME
from app.domain.clock import DAY, HOUR, MILLISECOND, MINUTE, WEEK, instant, millis, monday
from app.domain.models import Session, Vehicle
from app.domain.sessions.power_plan import Plan
from app.domain.sessions.start import cap_kw, delivery
from app.domain.sessions.view import energy_wh
from app.domain.smart_charging import ChargingGoal, Market, cheapest_wait, deadline, delayed, summary, summary_away
from tests.domain.examples import CHARGE, HPC, ID3, MORNING, VEHICLES, WALLBOX, session

MONDAY: Final = monday(MORNING)
EVENING: Final = MONDAY + 18 * HOUR
READY: Final = MONDAY + DAY + 6 * HOUR
MARKET: Final = Market(42, MONDAY)
GOAL: Final = ChargingGoal(at_home=True, target_soc=0.8, deadline_at=READY)
MARKETS: Final = st.integers(0, 2**53 - 1).map(lambda seed: Market(seed, MONDAY))
MINUTES: Final = st.integers(0, 26 * WEEK // MINUTE).map(lambda minutes: MONDAY + minutes * MINUTE)
INSTANTS: Final = st.integers(0, 26 * WEEK // MILLISECOND).map(lambda millis: MONDAY + millis * MILLISECOND)
FROM_TO: Final = st.tuples(st.floats(0.04, 0.8), st.floats(0.04, 1)).map(sorted)
STAYS: Final = st.integers(0, 20 * HOUR // MILLISECOND).map(lambda millis: millis * MILLISECOND)


@given(market=MARKETS, plugged_at=INSTANTS, hours=st.floats(0, 14))
@settings(deadline=None, max_examples=150)
def test_a_wait_leads_to_a_full_hour_and_ends_in_time(market: Market, plugged_at: int, hours: float) -> None:
    """Charging begins immediately or on a full hour, in whole milliseconds, and ends by the deadline if possible."""
    deadline_at = deadline(plugged_at, 60, 7 * 60)

    wait = cheapest_wait(market, plugged_at, deadline_at, hours)

    assert wait >= 0
    assert wait % MILLISECOND == 0
    assert wait == 0 or (plugged_at + wait) % HOUR == 0
    assert wait == 0 or plugged_at + wait + hours * HOUR <= deadline_at


@given(market=MARKETS, plugged_at=MINUTES, minutes=st.integers(1, 600))
@settings(deadline=None, max_examples=60)
def test_no_start_is_cheaper_than_the_one_that_is_picked(market: Market, plugged_at: int, minutes: int) -> None:
    """Added up by the minute, constant power costs no more than immediately or from any other possible full hour."""
    deadline_at = deadline(plugged_at, 60, 7 * 60)
    full_hours = range(plugged_at // HOUR * HOUR + HOUR, deadline_at - minutes * MINUTE + 1, HOUR)

    chosen = plugged_at + cheapest_wait(market, plugged_at, deadline_at, minutes / 60)

    prices = {at: _minutes_price(market, at, minutes) for at in (plugged_at, chosen, *full_hours)}
    assert prices[chosen] == min(prices[at] for at in (plugged_at, *full_hours))


@pytest.mark.parametrize(("hours", "ready_at"), [(12.5, READY), (12.0, READY), (0.5, EVENING - HOUR), (0.0, EVENING)])
def test_charging_that_leaves_no_time_to_wait_begins_at_once(hours: float, ready_at: int) -> None:
    """There is no wait if charging takes all the time until the deadline."""
    assert cheapest_wait(MARKET, EVENING, ready_at, hours) == 0


def test_a_delayed_plan_is_the_plan_begun_later() -> None:
    """A delayed plan delivers the same, later by the wait; a plan without a wait is returned unchanged."""
    plan = delivery(ID3, WALLBOX, soc=0.4, target=0.8)

    late = delayed(plan, 3 * HOUR)

    assert late[-1][:2] == pytest.approx((plan[-1][0] + 3, plan[-1][1]))
    assert delayed(plan, 0) == plan


@given(market=MARKETS, vehicle=st.sampled_from(VEHICLES), socs=FROM_TO, plugged_at=INSTANTS, wait=STAYS, stays=STAYS)
@settings(deadline=None, max_examples=60)
def test_a_cost_is_what_its_minutes_cost(
    market: Market, vehicle: Vehicle, socs: list[float], plugged_at: int, *, wait: int, stays: int
) -> None:
    """The whole Wh of each minute at the price of its hour, added up, are the cost, to a ten-thousandth of a EUR."""
    plan = delayed(delivery(vehicle, WALLBOX, soc=socs[0], target=socs[1]), wait)
    charged = _at_home(vehicle, plan, plugged_at, plugged_at + stays)

    cost_e4 = summary(market, charged, vehicle, GOAL, at_once=plan, hoped=None).cost_e4

    minutes = range(plugged_at // MINUTE * MINUTE, charged.power_ends_at + MINUTE, MINUTE)
    nanos = sum(_gained(charged, minute) * market.kwh_price(market.hour_of(minute)) for minute in minutes)
    assert abs(cost_e4 - nanos / 100_000) <= 1


@given(market=MARKETS, vehicle=st.sampled_from(VEHICLES), socs=FROM_TO, plugged_at=INSTANTS)
@settings(deadline=None, max_examples=60)
def test_the_expected_savings_come_true_when_the_vehicle_stays(
    market: Market, vehicle: Vehicle, socs: list[float], plugged_at: int
) -> None:
    """Cost and savings add up to the price of charging immediately, and the savings are those expected."""
    at_once = delivery(vehicle, WALLBOX, soc=socs[0], target=socs[1])
    hoped = _optimised(market, at_once, plugged_at)
    stays = plugged_at + 2 * DAY

    seen = summary(market, _at_home(vehicle, hoped, plugged_at, stays), vehicle, GOAL, at_once=at_once, hoped=hoped)

    plain = summary(market, _at_home(vehicle, at_once, plugged_at, stays), vehicle, GOAL, at_once=at_once, hoped=None)
    assert seen.cost_e4 + seen.actual_savings_e4 == plain.cost_e4
    assert abs(seen.expected_savings_e4 - seen.actual_savings_e4) <= 1
    assert (plain.expected_savings_e4, plain.actual_savings_e4) == (0, 0)


@given(market=MARKETS, soc=st.floats(0.04, 0.79), plugged_at=INSTANTS)
@settings(deadline=None, max_examples=60)
def test_the_optimiser_is_never_dearer_than_at_once(market: Market, soc: float, plugged_at: int) -> None:
    """Where power is constant, waiting for the cheapest hours never costs more than not waiting."""
    at_once = delivery(ID3, WALLBOX, soc=soc, target=0.8)
    hoped = _optimised(market, at_once, plugged_at)
    charged = _at_home(ID3, hoped, plugged_at, plugged_at + 2 * DAY)

    seen = summary(market, charged, ID3, GOAL, at_once=at_once, hoped=hoped)

    assert seen.actual_savings_e4 >= -1
    assert seen.expected_savings_e4 >= -1


@given(market=MARKETS, plugged_at=INSTANTS, stays=STAYS)
@settings(deadline=None, max_examples=60)
def test_a_vehicle_that_leaves_early_has_saved_on_what_was_charged(market: Market, plugged_at: int, stays: int) -> None:
    """Cost and savings add up to the price of the same energy without a wait; the expected savings are as planned."""
    at_once = delivery(ID3, WALLBOX, soc=0.2, target=0.8)
    hoped = _optimised(market, at_once, plugged_at)
    charged = _at_home(ID3, hoped, plugged_at, plugged_at + stays)

    seen = summary(market, charged, ID3, GOAL, at_once=at_once, hoped=hoped)

    same_energy = delivery(ID3, WALLBOX, soc=0.2, target=0.8, limit_wh=charged.energy_wh)
    plain = _at_home(ID3, same_energy, plugged_at, plugged_at + 2 * DAY)
    unhurried = _at_home(ID3, hoped, plugged_at, plugged_at + 2 * DAY)
    stayed = summary(market, unhurried, ID3, GOAL, at_once=at_once, hoped=hoped)
    assert plain.energy_wh == charged.energy_wh
    assert seen.cost_e4 + seen.actual_savings_e4 == _plain_cost(market, plain)
    assert seen.expected_savings_e4 == stayed.expected_savings_e4


def test_a_summary_of_a_night_shows_its_plan() -> None:
    """Window, hours, power and energy are those of the plan; the energy is what reaches the battery."""
    at_once = delivery(ID3, WALLBOX, soc=0.4, target=0.8)
    hoped = delayed(at_once, 5 * HOUR)

    seen = summary(MARKET, _at_home(ID3, hoped, EVENING, READY), ID3, GOAL, at_once=at_once, hoped=hoped)

    hours = 0.4 * 58 / 0.92 / 11
    assert (seen.at_home, seen.unplug_seen, seen.target_soc, seen.deadline_at) == (True, True, 0.8, READY)
    assert seen.charged_wh == 23_200
    assert seen.flowing_s == round(hours * 3_600)
    assert seen.peak_w == pytest.approx(11_000 * 0.92, abs=1)
    assert seen.window_starts_at == EVENING + 5 * HOUR
    assert abs(seen.window_ends_at - seen.window_starts_at - hours * HOUR) <= MILLISECOND


@given(stays=st.integers(1, 30_000), vehicle=st.sampled_from(VEHICLES))
@example(stays=650, vehicle=ID3)
@settings(deadline=None, max_examples=80)
def test_the_battery_never_takes_more_power_than_the_meter_gives(stays: int, vehicle: Vehicle) -> None:
    """In a session of any length the peak at the battery is not above the connector's power."""
    plan = delivery(vehicle, WALLBOX, soc=0.4, target=0.8)
    short = _at_home(vehicle, plan, EVENING, EVENING + stays * MILLISECOND)

    seen = summary(MARKET, short, vehicle, GOAL, at_once=plan, hoped=None)

    assert seen.peak_w <= round(1000 * cap_kw(vehicle, WALLBOX))


def test_a_session_away_from_home_saves_nothing() -> None:
    """A session away costs what its hours cost, and has the usual deadline and the vehicle's own target."""
    public = session(ID3, HPC, channel=CHARGE)

    seen = summary_away(MARKET, public, ID3, 60)

    assert not seen.at_home
    assert (seen.expected_savings_e4, seen.actual_savings_e4) == (0, 0)
    assert (seen.target_soc, seen.deadline_at) == (ID3.charge_to, READY)
    assert (seen.window_starts_at, seen.window_ends_at) == (MORNING, public.power_ends_at)
    assert seen.cost_e4 == pytest.approx(public.energy_wh * MARKET.kwh_price(8) / 100_000, abs=1)


@pytest.mark.parametrize(
    ("plugged", "offset", "minute", "expected"),
    [
        ("2026-03-02T18:00:00.000Z", 60, 420, "2026-03-03T06:00:00.000Z"),
        ("2026-03-03T05:59:59.999Z", 60, 420, "2026-03-03T06:00:00.000Z"),
        ("2026-03-03T06:00:00.000Z", 60, 420, "2026-03-04T06:00:00.000Z"),
        ("2026-03-02T23:30:00.000Z", 60, 0, "2026-03-03T23:00:00.000Z"),
        ("2026-03-02T22:30:00.000Z", 60, 0, "2026-03-02T23:00:00.000Z"),
        ("2026-03-02T18:00:00.000Z", 0, 1_439, "2026-03-02T23:59:00.000Z"),
        ("2026-03-02T18:00:00.000Z", -300, 420, "2026-03-03T12:00:00.000Z"),
        ("2026-02-28T18:00:00.000Z", 330, 420, "2026-03-01T01:30:00.000Z"),
    ],
)
def test_a_deadline_is_the_next_time_on_the_local_clock(plugged: str, offset: int, minute: int, expected: str) -> None:
    """The next time that a clock with that offset shows that minute, and never the instant itself."""
    assert millis(deadline(instant(plugged), offset, minute)) == expected


@given(plugged_at=INSTANTS, offset=st.integers(-720, 840), minute=st.integers(0, 1_439))
@settings(deadline=None, max_examples=80)
def test_a_deadline_comes_within_a_day(plugged_at: int, offset: int, minute: int) -> None:
    """A deadline is ahead, by no more than a day, and the local clock shows its minute then."""
    found = deadline(plugged_at, offset, minute)

    assert 0 < found - plugged_at <= DAY
    assert (found + offset * MINUTE) % DAY == minute * MINUTE


@given(seed=st.integers(0, 2**53 - 1), at=INSTANTS, weeks=st.integers(-500, 500))
@settings(deadline=None, max_examples=80)
def test_a_shifted_world_keeps_its_prices(seed: int, at: int, weeks: int) -> None:
    """Prices are whole millionths, above nothing and below one EUR, and move with the world's first Monday."""
    here, there = Market(seed, MONDAY), Market(seed, MONDAY + weeks * WEEK)

    price = here.kwh_price(here.hour_of(at))

    assert price == there.kwh_price(there.hour_of(at + weeks * WEEK))
    assert 0 < price < 1_000_000


def _optimised(market: Market, at_once: Plan, plugged_at: int) -> Plan:
    return delayed(at_once, cheapest_wait(market, plugged_at, deadline(plugged_at, 60, 7 * 60), at_once[-1][0]))


def _at_home(vehicle: Vehicle, plan: Plan, plugged_at: int, unplugs_at: int) -> Session:
    return session(
        *(vehicle, WALLBOX),
        channel=HOME,
        plan=plan,
        created_at=plugged_at,
        starts_at=plugged_at,
        unplugs_at=unplugs_at,
    )


def _plain_cost(market: Market, charged: Session) -> int:
    return summary_away(market, charged, ID3, 60).cost_e4


def _gained(charged: Session, minute: int) -> int:
    """The Wh of a minute."""
    return energy_wh(charged, minute + MINUTE) - energy_wh(charged, minute)


def _minutes_price(market: Market, at: int, minutes: int) -> int:
    return sum(market.kwh_price(market.hour_of(at + minute * MINUTE)) for minute in range(minutes))
