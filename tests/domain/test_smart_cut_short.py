"""What Podero shows of a session that ends otherwise than planned: the wish is kept, what flowed is counted anew."""

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


def test_away_it_shows_less_for_the_same_wish() -> None:
    """Ended by hand, a session away shows less energy and less cost for the same target and deadline."""
    before = _away()

    seen = _podero(with_new_summary(MARKET, stop(before, at=MORNING + 4 * MINUTE), ID3))

    assert (seen.at_home, seen.target_soc, seen.deadline_at) == (False, ID3.charge_to, READY)
    assert 0 < seen.charged_wh < _podero(before).charged_wh
    assert 0 < seen.cost_e4 < _podero(before).cost_e4
    assert seen.flowing_s == 240
    assert seen.window_ends_at == MORNING + 4 * MINUTE
    assert (seen.expected_savings_e4, seen.actual_savings_e4) == (0, 0)


@given(market=MARKETS, share=SHARE, optimised=st.booleans())
@settings(deadline=None, max_examples=100)
def test_at_home_it_is_as_if_the_leaving_had_been_planned(market: Market, share: float, *, optimised: bool) -> None:
    """Who unplugs unexpectedly sees what he would have seen, had the world known of it when it planned his session."""
    stays = int(share * 13 * HOUR) // MILLISECOND * MILLISECOND
    surprised = _at_home(market, EVENING + stays, optimised=optimised)
    expected = _at_home(market, EVENING + 2 * DAY, optimised=optimised)

    seen = _podero(with_new_summary(market, unplug(expected, channel_of(expected), at=EVENING + stays), ID3))

    assert abs(seen.charged_wh - _podero(surprised).charged_wh) <= 1
    assert abs(seen.peak_w - _podero(surprised).peak_w) <= 1
    assert _but_charged(seen, optimised=optimised) == _but_charged(_podero(surprised), optimised=optimised)


@given(share=SHARE)
@settings(deadline=None, max_examples=40)
def test_at_home_the_optimisers_mind_is_kept(share: float) -> None:
    """Whenever the connector fails: target, deadline, window and hope are what they were, and no more flows."""
    before = _at_home(MARKET, EVENING + 20 * HOUR, optimised=True)
    at = EVENING + int(share * 20 * HOUR) // MILLISECOND * MILLISECOND

    seen, was = _podero(with_new_summary(MARKET, fault(before, channel_of(before), at=at), ID3)), _podero(before)

    assert _mind(seen) == _mind(was)
    assert seen.cost_e4 <= was.cost_e4
    assert seen.charged_wh <= was.charged_wh
    assert seen.flowing_s <= was.flowing_s
    assert seen.peak_w <= was.peak_w


def test_who_leaves_while_the_car_waits_has_saved_nothing() -> None:
    """Unplugged before the cheap hours, nothing has flowed, and nothing was saved; what was hoped for still shows."""
    before = _at_home(MARKET, EVENING + 20 * HOUR, optimised=True)
    assert _podero(before).window_starts_at > EVENING

    seen = _podero(with_new_summary(MARKET, unplug(before, channel_of(before), at=EVENING + MINUTE), ID3))

    assert (seen.charged_wh, seen.flowing_s, seen.peak_w, seen.cost_e4, seen.actual_savings_e4) == (0, 0, 0, 0, 0)
    assert seen.expected_savings_e4 == _podero(before).expected_savings_e4 > 0


def test_whether_the_unplugging_was_seen_is_kept() -> None:
    """An end by hand does not make somebody see the unplugging; pulling the plug does."""
    before = _away()
    unseen = before.with_smart(replace(_podero(before), unplug_seen=False))

    assert not _podero(with_new_summary(MARKET, stop(unseen, at=MORNING + MINUTE), ID3)).unplug_seen
    assert _podero(with_new_summary(MARKET, unplug(unseen, channel_of(unseen), at=MORNING + MINUTE), ID3)).unplug_seen


def test_what_podero_does_not_show_is_left_alone() -> None:
    """A session of a car that is not Podero's is returned as it is."""
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
    facts = session(
        *(ID3, WALLBOX),
        channel=HOME,
        plan=hoped or at_once,
        created_at=EVENING,
        starts_at=EVENING,
        soc=0.2,
        unplugs_at=unplugs_at,
    )
    wish = ChargingGoal(at_home=True, target_soc=0.8, deadline_at=READY)
    return facts.with_smart(summary(market, facts, ID3, wish, at_once=at_once, hoped=hoped))


def _podero(facts: Session) -> SmartCharging:
    assert facts.smart is not None
    return facts.smart


def _mind(seen: SmartCharging) -> tuple[float, ...]:
    return (
        *(seen.target_soc, seen.deadline_at, seen.expected_savings_e4),
        *(seen.window_starts_at, seen.window_ends_at),
    )


def _but_charged(seen: SmartCharging, *, optimised: bool) -> SmartCharging:
    """All but the energy and the power on the battery's side; who did not optimise has no window to keep."""
    seen = replace(seen, charged_wh=0, peak_w=0)
    return seen if optimised else replace(seen, window_starts_at=0, window_ends_at=0)
