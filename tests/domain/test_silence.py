"""While a station is silent its sessions stand still, and afterwards they show what really happened."""

from dataclasses import replace
from typing import Final

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.domain.channels import Channel
from app.domain.clock import DAY, HOUR, MILLISECOND, MINUTE, NEVER, SECOND, monday
from app.domain.models import Session
from app.domain.sessions.interrupt import silence, stop, unplug
from app.domain.sessions.start import UNPLUGS_AFTER
from app.domain.sessions.view import LONGEST, bill_at, energy_wh, final_bill, status, updated
from app.domain.smart_charging import Market, summary_away
from tests.domain.examples import (
    CARIQA,
    CHANNELS,
    HPC,
    ID3,
    MORNING,
    SHARES,
    WALLBOX,
    Visit,
    channel_of,
    plug,
    power_w,
    session,
    visits,
)

SINCE: Final = MORNING + 5 * MINUTE
UNTIL: Final = MORNING + 10 * MINUTE
LATER: Final = MORNING + 10 * HOUR
SHARE: Final = st.floats(0, 1.2)


@given(visit=visits(), share=SHARE, lasts=st.integers(1, 3 * DAY // MILLISECOND), shares=SHARES)
@settings(deadline=None, max_examples=200)
def test_a_silence_hides_what_happens_and_changes_nothing_else(
    visit: Visit, share: float, lasts: int, shares: list[float]
) -> None:
    """Energy and `updated` stand still in it; before and after it, only ends that become known late differ."""
    before = visit.session
    since = before.created_at + int(share * (before.unplugged_at - before.created_at)) // MILLISECOND * MILLISECOND
    until = since + lasts * MILLISECOND
    after = silence(before, since=since, until=until)

    for now in (now for now in visit.instants([*shares, share]) if now >= before.created_at):
        if now < since:
            assert _looks(after, now) == _looks(before, now)
        elif now < until and after is not before:
            assert energy_wh(after, now) == energy_wh(before, since)
            assert power_w(after, now) == 0
            assert updated(after, now) in (updated(after, since), before.started_at, before.settled_at)
            assert status(after, now) == status(before, since - 1)
        else:
            assert energy_wh(after, now) == energy_wh(before, now)
            assert _looks(after, now)[:-1] == _looks(before, now)[:-1]
    assert (after.outcome, after.reason, after.energy_wh) == (before.outcome, before.reason, before.energy_wh)
    assert (after.soc_end, final_bill(after)) == (before.soc_end, final_bill(before))


def test_a_session_goes_on_during_a_silence() -> None:
    """Energy and `updated` stand still until the station returns, then both are where they would have been."""
    before = session()

    unheard = silence(before, since=SINCE, until=UNTIL)

    meanwhile = range(SINCE, UNTIL, 10 * SECOND)
    assert {energy_wh(unheard, now) for now in meanwhile} == {energy_wh(before, SINCE)}
    assert {updated(unheard, now) for now in meanwhile} == {SINCE}
    assert {status(unheard, now) for now in meanwhile} == {"active"}
    assert energy_wh(unheard, UNTIL) == energy_wh(before, UNTIL) > energy_wh(before, SINCE)
    assert (updated(unheard, UNTIL), power_w(unheard, UNTIL)) == (UNTIL, power_w(before, UNTIL))
    assert replace(unheard, plan=before.plan) == before


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_session_that_ends_in_a_silence_is_seen_to_end_after_it(channel: Channel) -> None:
    """The session stays active until then; energy, bill and the time from end to settlement are unchanged."""
    sold = plug(11, 3, tariff="eur vat=20 kwh=0.5 hour=1 blocking=0.1")
    before = session(connector=sold, channel=channel, settles_after=30 * SECOND)

    unheard = silence(before, since=SINCE, until=LATER)

    assert unheard.power_ends_at == unheard.ended_at == unheard.unplugged_at == LATER
    assert unheard.settled_at == LATER + 30 * SECOND
    assert (status(unheard, LATER - 1), status(unheard, LATER)) == ("active", "completed")
    assert final_bill(unheard) == bill_at(unheard, LATER) == final_bill(before)
    assert all(bill_at(unheard, now).total <= final_bill(before).total for now in range(SINCE, LATER, 10 * MINUTE))


def test_a_silence_delays_only_what_happens_in_it() -> None:
    """If it is full in the silence and unplugged later, power ends late, and Cariqa's session ends as planned."""
    before = session(connector=WALLBOX, channel=CARIQA, unplugs_at=LATER + HOUR)

    unheard = silence(before, since=SINCE, until=LATER)

    assert unheard.power_ends_at == LATER
    assert (unheard.ended_at, unheard.unplugged_at, unheard.settled_at) == (LATER + HOUR, LATER + HOUR, LATER + HOUR)


def test_an_unplugging_in_a_silence_is_not_seen() -> None:
    """A vehicle that leaves in the silence is never seen to be unplugged."""
    public = session(ID3, HPC)
    smart = public.with_smart(summary_away(Market(42, monday(MORNING)), public, ID3, 60))

    for since, until, seen in (
        (SINCE, UNTIL, True),
        (SINCE, LATER, False),
        (smart.unplugged_at, LATER, True),
        (smart.ended_at + SECOND, smart.unplugged_at, True),
        (smart.ended_at + SECOND, smart.unplugged_at + 1, False),
    ):
        unheard = silence(smart, since=since, until=until)
        assert unheard.smart is not None
        assert unheard.smart.unplug_seen is seen


@pytest.mark.parametrize(
    ("since", "until"),
    [(MORNING - HOUR, MORNING), (LATER, LATER + HOUR), (UNTIL, SINCE), (SINCE, SINCE), (MORNING + HOUR, NEVER)],
)
def test_a_silence_without_a_plugged_in_vehicle_changes_nothing(since: int, until: int) -> None:
    """A silence before the visit, after it, or of no length gives back the same session."""
    before = session(unplugs_at=MORNING + HOUR)

    assert silence(before, since=since, until=until) is before


def test_a_silence_ends_seven_days_after_the_start_at_the_latest() -> None:
    """The session ends within seven days of its creation, even if a silence lasts longer."""
    unheard = silence(session(settles_after=SECOND), since=SINCE, until=NEVER)

    assert unheard.ended_at == unheard.unplugged_at == MORNING + LONGEST
    assert unheard.settled_at == MORNING + LONGEST + SECOND


def test_a_silence_before_power_hides_the_start() -> None:
    """A session whose power begins in the silence has its energy when the station returns."""
    before = session(starts_at=MORNING + MINUTE)

    unheard = silence(before, since=MORNING, until=UNTIL)

    assert {energy_wh(unheard, now) for now in range(MORNING, UNTIL, SECOND)} == {0}
    assert {updated(unheard, now) for now in range(MORNING, UNTIL, SECOND)} <= {MORNING, MORNING + MINUTE}
    assert energy_wh(unheard, UNTIL) == energy_wh(before, UNTIL) > 0


def test_a_cancellation_in_a_silence_is_seen_after_it() -> None:
    """The cancellation becomes known at the end of the silence, and power never begins."""
    before = session(starts_at=MORNING + MINUTE, cancelled_at=MORNING + SECOND)

    unheard = silence(before, since=MORNING, until=UNTIL)

    assert (unheard.started_at, unheard.power_ends_at, unheard.ended_at) == (UNTIL, UNTIL, UNTIL)
    assert (unheard.outcome, unheard.energy_wh) == ("cancelled", 0)


def test_two_silences_that_overlap_look_like_one() -> None:
    """What happens during both becomes known when both are over."""
    before = session()

    twice = silence(silence(before, since=SINCE, until=UNTIL), since=SINCE + MINUTE, until=UNTIL + 2 * MINUTE)

    once = silence(before, since=SINCE, until=UNTIL + 2 * MINUTE)
    assert replace(twice, plan=once.plan) == once
    for now in range(MORNING, before.ended_at, 10 * SECOND):
        assert _looks(twice, now) == _looks(once, now)


def test_an_unplugging_in_a_silence_is_billed_for_what_flowed() -> None:
    """The energy of the silence counts as if it were delivered evenly, and is shown at the end of the silence."""
    before = session()
    unheard = silence(before, since=SINCE, until=UNTIL)

    gone = silence(unplug(unheard, channel_of(unheard), at=SINCE + MINUTE), since=SINCE, until=UNTIL)

    assert (gone.ended_at, gone.unplugged_at, gone.reason) == (UNTIL, UNTIL, "unplugged")
    known, returned = (energy_wh(before, at) for at in (SINCE, UNTIL))
    assert abs(gone.energy_wh - (known + (returned - known) / 5)) <= 1


@given(visit=visits(), share=st.floats(0, 1), then=st.floats(0, 1))
@settings(deadline=None, max_examples=80)
def test_a_stop_in_a_silence_costs_no_less_than_was_shown(visit: Visit, share: float, then: float) -> None:
    """The energy of the silence is billed too; the bill grows to the amount by the tariff and never falls."""
    before = visit.session
    since = before.created_at + int(share * (before.ended_at - before.created_at)) // MILLISECOND * MILLISECOND
    unheard = silence(before, since=since, until=since + DAY)
    now = since + int(then * DAY) // MILLISECOND * MILLISECOND
    assume(unheard.created_at <= now < unheard.ended_at)

    after = stop(unheard, at=now)

    assert energy_wh(unheard, now) <= after.energy_wh <= before.energy_wh
    assert bill_at(unheard, now).total <= final_bill(after).total <= final_bill(unheard).total


def _looks(planned: Session, now: int) -> tuple[object, ...]:
    return (
        *(status(planned, now), energy_wh(planned, now), power_w(planned, now), bill_at(planned, now)),
        *(now < planned.unplugged_at, updated(planned, now)),
    )


def test_a_vehicle_leaves_a_minute_after_the_end_although_the_silence_ended_before() -> None:
    """The end becomes known when the station returns, and the vehicle is unplugged as planned."""
    before = session()

    unheard = silence(before, since=SINCE, until=before.ended_at + SECOND)

    assert unheard.ended_at == before.ended_at + SECOND
    assert unheard.unplugged_at == before.ended_at + UNPLUGS_AFTER


def test_a_silence_before_the_first_row_of_an_imported_plan_is_kept() -> None:
    """An imported plan may begin after the session; until then no power flows, and there is nothing to go on with."""
    later = session(plan=((1.0, 0.0, 50.0, 0.0), (1.5, 25.0, 0.0, 0.0)))
    silent = silence(later, since=MORNING + 5 * MINUTE, until=MORNING + 10 * MINUTE)

    assert energy_wh(silent, MORNING + 7 * MINUTE) == 0
    assert energy_wh(silent, MORNING + 11 * MINUTE) == energy_wh(later, MORNING + 11 * MINUTE)
    assert final_bill(silent) == final_bill(later)
