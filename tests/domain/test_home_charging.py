"""A session at home follows policy and boost from an instant on, and what was before stays as it was."""

from dataclasses import replace
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.channels import HOME
from app.domain.charge_policy import ChargePolicy, DayRule
from app.domain.clock import DAY, HOUR, MILLISECOND, MINUTE, SECOND, monday
from app.domain.home_charging import REQUESTED_FOR, Wallbox, arranged, is_boosted, rearranged
from app.domain.models import Session, SmartCharging
from app.domain.sessions import view
from app.domain.sessions.interrupt import vehicle_full
from app.domain.sessions.power_plan import Battery
from app.domain.sessions.start import battery_at, delivery
from app.domain.smart_charging import ChargingGoal, Market, cheapest_wait, deadline, delayed, repriced, summary
from tests.domain.examples import ID3, MORNING, STATION, WALLBOX, channel_of, power_w, session

MONDAY: Final = monday(MORNING)
EVENING: Final = MONDAY + 18 * HOUR
BOX: Final = Wallbox(STATION, WALLBOX, Market(42, MONDAY))
MOMENTS: Final = st.integers(0, 13 * HOUR // MILLISECOND).map(lambda after: EVENING + after * MILLISECOND)
POLICIES: Final = st.builds(
    ChargePolicy,
    enabled=st.booleans(),
    optimises=st.booleans(),
    daily=st.builds(DayRule, st.floats(0, 100), st.integers(0, 24 * 60 - 1)),
    least=st.floats(0, 100),
).map(ChargePolicy.lowered)


@given(optimised=st.booleans(), stays=st.integers(1, 20))
def test_a_boost_that_is_disarmed_leaves_what_was_planned(*, optimised: bool, stays: int) -> None:
    """A planned session that was to be boosted is the planned one again when the boost is disarmed."""
    planned = _night(EVENING + stays * HOUR, optimised=optimised)

    boosted = arranged(planned, ID3, BOX, None, boosts=True)

    assert arranged(boosted, ID3, BOX, None, boosts=False) == planned


@given(first=POLICIES, second=POLICIES, armed=st.booleans())
@settings(deadline=None)
def test_an_arrangement_leaves_no_trace_of_earlier_ones(
    first: ChargePolicy, second: ChargePolicy, *, armed: bool
) -> None:
    """A planned session that is arranged by one policy after another is as if only the last one had been there."""
    planned, second = _night(EVENING + 14 * HOUR), replace(second, lowest=min(first.lowest, second.lowest))

    after = arranged(arranged(planned, ID3, BOX, first, boosts=armed), ID3, BOX, second, boosts=False)

    assert after == arranged(planned, ID3, BOX, second, boosts=False)


@given(at=MOMENTS, seen=MOMENTS, policy=POLICIES, boosts=st.booleans())
@settings(deadline=None)
def test_the_past_stays_as_it_was(at: int, seen: int, policy: ChargePolicy, *, boosts: bool) -> None:
    """What is shown of an instant before the change is the same after it."""
    planned = _night(EVENING + 14 * HOUR)
    seen = min(seen, at)

    after = rearranged(planned, ID3, BOX, policy, now=at, boosts=boosts)

    assert view.energy_wh(after, seen) == view.energy_wh(planned, seen)
    assert abs(view.soc(after, _battery(), seen) - view.soc(planned, _battery(), seen)) < 1e-9
    if seen < at:
        assert power_w(after, seen) == power_w(planned, seen)
        assert is_boosted(after, seen) is None


@given(at=MOMENTS, policy=POLICIES)
@settings(deadline=None)
def test_the_target_is_reached_by_the_deadline_where_that_is_possible(at: int, policy: ChargePolicy) -> None:
    """A session that has time enough has its target at the deadline, or more if it had more before."""
    policy = replace(policy, enabled=True)
    planned = _night(EVENING + 3 * DAY)

    after = rearranged(planned, ID3, BOX, policy, now=at, boosts=False)

    goal = policy.goal(at)
    assert (_smart(after).target_soc, _smart(after).deadline_at) == (goal.target_soc, goal.deadline_at)
    soc = view.soc(planned, _battery(), at)
    needs = delivery(ID3, WALLBOX, soc=soc, target=goal.target_soc)[-1][0] * HOUR
    if at + needs + SECOND < goal.deadline_at:
        assert view.soc(after, _battery(), goal.deadline_at) >= max(goal.target_soc, soc) - 1e-4


def test_an_optimiser_waits_for_cheaper_hours() -> None:
    """A session with hours to spare costs less than one that charges at once, and no more than the savings say."""
    policy = ChargePolicy(enabled=True, daily=DayRule(80, 7 * 60))
    planned = _night(EVENING + 14 * HOUR)

    waits = _smart(rearranged(planned, ID3, BOX, policy, now=EVENING, boosts=False))
    hastes = _smart(rearranged(planned, ID3, BOX, replace(policy, optimises=False), now=EVENING, boosts=False))

    assert waits.cost_e4 < hastes.cost_e4
    assert waits.actual_savings_e4 == hastes.cost_e4 - waits.cost_e4
    assert hastes.actual_savings_e4 == 0


def test_a_boost_is_requested_and_then_ongoing_until_the_battery_is_full() -> None:
    """A boost is requested for some seconds, in which no power flows, and ongoing until the end of power."""
    planned = _night(EVENING + 14 * HOUR)
    at = EVENING + 10 * MINUTE
    assert is_boosted(planned, at) is None

    boosted = rearranged(planned, ID3, BOX, None, now=at, boosts=True)

    flows_at = at + REQUESTED_FOR
    assert (is_boosted(boosted, at), is_boosted(boosted, flows_at - MILLISECOND)) == (False, False)
    assert (is_boosted(boosted, flows_at), power_w(boosted, flows_at) > 10_000) == (True, True)
    assert is_boosted(boosted, boosted.power_ends_at - MILLISECOND)
    assert is_boosted(boosted, boosted.power_ends_at) is None
    assert (_smart(boosted).window_starts_at, _smart(boosted).target_soc) == (_smart(planned).window_starts_at, 0.8)


def test_a_vehicle_that_said_it_is_full_charges_for_a_higher_target_only() -> None:
    """A policy with the same target does not charge a vehicle again that has reported that it is full."""
    planned = _night(EVENING + 14 * HOUR)
    flows = _smart(planned).window_starts_at + HOUR
    full = vehicle_full(planned, channel_of(planned), at=flows)
    policy = ChargePolicy(enabled=True, daily=DayRule(80, 7 * 60))

    same = rearranged(full, ID3, BOX, policy, now=flows + MINUTE, boosts=False)
    more = rearranged(full, ID3, BOX, replace(policy, daily=DayRule(90, 7 * 60)), now=flows + MINUTE, boosts=False)

    assert (same.energy_wh, same.plan) == (full.energy_wh, full.plan)
    assert more.energy_wh > full.energy_wh
    assert abs(more.soc_end - 0.9) < 1e-3


@given(stays=st.integers(1, 20), boosts=st.booleans())
def test_the_same_prices_leave_what_is_expected_to_be_saved(*, stays: int, boosts: bool) -> None:
    """A planned session that is counted anew in the same prices stays as it is, with a boost too."""
    planned = arranged(_night(EVENING + stays * HOUR), ID3, BOX, None, boosts=boosts)

    counted = repriced(BOX.market, planned, ID3, EVENING - HOUR)

    assert _smart(counted) == replace(_smart(planned), expected_savings_e4=_smart(counted).expected_savings_e4)
    if planned.unplugged_at > EVENING + 14 * HOUR:
        assert _smart(counted) == _smart(planned)


def _night(unplugs_at: int, *, optimised: bool = True) -> Session:
    """A night at home that lasts until then, as the world plans it."""
    at_once = delivery(ID3, WALLBOX, soc=0.2, target=0.8)
    ready = deadline(EVENING, STATION.utc_offset_minutes, 7 * 60)
    hoped = delayed(at_once, cheapest_wait(BOX.market, EVENING, ready, at_once[-1][0])) if optimised else None
    planned = session(
        *(ID3, WALLBOX),
        channel=HOME,
        plan=hoped or at_once,
        created_at=EVENING,
        starts_at=EVENING,
        soc=0.2,
        unplugs_at=unplugs_at,
    )
    goal = ChargingGoal(at_home=True, target_soc=0.8, deadline_at=ready)
    return planned.with_smart(summary(BOX.market, planned, ID3, goal, at_once=at_once, hoped=hoped))


def _battery() -> Battery:
    return battery_at(ID3, WALLBOX)


def _smart(planned: Session) -> SmartCharging:
    assert planned.smart is not None
    return planned.smart
