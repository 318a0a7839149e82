"""The smart-charging side of a session that is replanned keeps the goal and follows the new plan."""

from dataclasses import replace
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.channels import HOME
from app.domain.clock import DAY, HOUR, MILLISECOND, MINUTE, monday
from app.domain.models import Session, SmartCharging
from app.domain.sessions.interrupt import fault, stop, unplug
from app.domain.sessions.start import delivery
from app.domain.smart_charging import (
    ChargingGoal,
    Market,
    cheapest_wait,
    deadline,
    delayed,
    summary,
    summary_away,
    with_new_summary,
)
from tests.domain.examples import HPC, ID3, MORNING, WALLBOX, channel_of, session

MONDAY: Final = monday(MORNING)
MARKET: Final = Market(42, MONDAY)
EVENING: Final = MONDAY + 18 * HOUR
READY: Final = deadline(EVENING, 60, 7 * 60)
SHARE: Final = st.floats(0, 1, exclude_max=True)
MARKETS: Final = st.integers(0, 2**53 - 1).map(lambda seed: Market(seed, MONDAY))


def test_a_stopped_session_away_from_home_shows_less_for_the_same_goal() -> None:
    """A session away from home that is stopped shows less energy and cost for the same target and deadline."""
    before = _away()

    seen = _smart(with_new_summary(MARKET, stop(before, at=MORNING + 4 * MINUTE), ID3))

    assert (seen.at_home, seen.target_soc, seen.deadline_at) == (False, ID3.charge_to, READY)
    assert 0 < seen.charged_wh < _smart(before).charged_wh
    assert 0 < seen.cost_e4 < _smart(before).cost_e4
    assert seen.flowing_s == 240
    assert seen.window_ends_at == MORNING + 4 * MINUTE
    assert (seen.expected_savings_e4, seen.actual_savings_e4) == (0, 0)


@given(market=MARKETS, share=SHARE, optimised=st.booleans())
@settings(deadline=None, max_examples=100)
def test_an_unplugging_at_home_shows_what_a_planned_one_would(market: Market, share: float, *, optimised: bool) -> None:
    """An unexpected unplugging shows what a session planned with that unplugging shows."""
    stays = int(share * 13 * HOUR) // MILLISECOND * MILLISECOND
    surprised = _at_home(market, EVENING + stays, optimised=optimised)
    expected = _at_home(market, EVENING + 2 * DAY, optimised=optimised)

    seen = _smart(with_new_summary(market, unplug(expected, channel_of(expected), at=EVENING + stays), ID3))

    assert abs(seen.charged_wh - _smart(surprised).charged_wh) <= 1
    assert abs(seen.peak_w - _smart(surprised).peak_w) <= 1
    assert _but_charged(seen, optimised=optimised) == _but_charged(_smart(surprised), optimised=optimised)


@given(share=SHARE)
@settings(deadline=None, max_examples=40)
def test_a_fault_at_home_keeps_what_the_optimiser_expected(share: float) -> None:
    """Target, deadline, window and expected savings stay as they were, and no more energy flows."""
    before = _at_home(MARKET, EVENING + 20 * HOUR, optimised=True)
    at = EVENING + int(share * 20 * HOUR) // MILLISECOND * MILLISECOND

    seen, was = _smart(with_new_summary(MARKET, fault(before, channel_of(before), at=at), ID3)), _smart(before)

    assert _mind(seen) == _mind(was)
    assert seen.cost_e4 <= was.cost_e4
    assert seen.charged_wh <= was.charged_wh
    assert seen.flowing_s <= was.flowing_s
    assert seen.peak_w <= was.peak_w


def test_a_vehicle_that_leaves_before_it_charges_has_saved_nothing() -> None:
    """A vehicle unplugged before the cheap hours has no energy and no savings; the expected savings are kept."""
    before = _at_home(MARKET, EVENING + 20 * HOUR, optimised=True)
    assert _smart(before).window_starts_at > EVENING

    seen = _smart(with_new_summary(MARKET, unplug(before, channel_of(before), at=EVENING + MINUTE), ID3))

    assert (seen.charged_wh, seen.flowing_s, seen.peak_w, seen.cost_e4, seen.actual_savings_e4) == (0, 0, 0, 0, 0)
    assert seen.expected_savings_e4 == _smart(before).expected_savings_e4 > 0


def test_a_stop_keeps_whether_the_unplugging_is_seen() -> None:
    """A stop leaves `unplug_seen` as it was; an unplugging makes it true."""
    before = _away()
    unseen = before.with_smart(replace(_smart(before), unplug_seen=False))

    assert not _smart(with_new_summary(MARKET, stop(unseen, at=MORNING + MINUTE), ID3)).unplug_seen
    assert _smart(with_new_summary(MARKET, unplug(unseen, channel_of(unseen), at=MORNING + MINUTE), ID3)).unplug_seen


def test_a_session_without_smart_charging_is_left_as_it_is() -> None:
    """A session that has no smart-charging side is returned as it is."""
    ended = stop(session(), at=MORNING + MINUTE)

    assert with_new_summary(MARKET, ended, ID3) is ended


def _away() -> Session:
    public = session(ID3, HPC)
    return public.with_smart(summary_away(MARKET, public, ID3, 60))


def _at_home(market: Market, unplugs_at: int, *, optimised: bool) -> Session:
    """A night at home that lasts until then, as the world plans it."""
    at_once = delivery(ID3, WALLBOX, soc=0.2, target=0.8)
    wait = cheapest_wait(market, EVENING, READY, at_once[-1][0])
    hoped = delayed(at_once, wait) if optimised else None
    planned = session(
        *(ID3, WALLBOX),
        channel=HOME,
        plan=hoped or at_once,
        created_at=EVENING,
        starts_at=EVENING,
        soc=0.2,
        unplugs_at=unplugs_at,
    )
    goal = ChargingGoal(at_home=True, target_soc=0.8, deadline_at=READY)
    return planned.with_smart(summary(market, planned, ID3, goal, at_once=at_once, hoped=hoped))


def _smart(planned: Session) -> SmartCharging:
    assert planned.smart is not None
    return planned.smart


def _mind(seen: SmartCharging) -> tuple[float, ...]:
    return (
        *(seen.target_soc, seen.deadline_at, seen.expected_savings_e4),
        *(seen.window_starts_at, seen.window_ends_at),
    )


def _but_charged(seen: SmartCharging, *, optimised: bool) -> SmartCharging:
    """All but the energy and the power at the battery; without an optimiser there is no window to keep."""
    seen = replace(seen, charged_wh=0, peak_w=0)
    return seen if optimised else replace(seen, window_starts_at=0, window_ends_at=0)
