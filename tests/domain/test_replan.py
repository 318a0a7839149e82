"""When a session is replanned, its past stays the same, and energy, state of charge and money are consistent."""

from collections.abc import Callable, Iterable
from functools import partial
from itertools import pairwise
from typing import Final

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.domain.clock import DAY, HOUR, MILLISECOND, MINUTE, NEVER
from app.domain.errors import Refusal
from app.domain.models import Session
from app.domain.pricing import bill, tariff
from app.domain.sessions import interrupt
from app.domain.sessions.power_plan import unpacked
from app.domain.sessions.replan import NewEnd, NewSettlement, Silence, replan
from app.domain.sessions.start import UNPLUGS_AFTER
from app.domain.sessions.view import (
    LONGEST,
    amount_due,
    bill_at,
    energy_wh,
    final_bill,
    seconds,
    soc,
    status,
    updated,
    whole_wh,
)
from tests.domain.examples import MORNING, SHARES, Visit, channel_of, power_w, session, visits
from tests.domain.test_limits import Interruption, limitable, limited

SHARE: Final = st.floats(0, 1.2)


CUTS: Final[dict[str, Interruption]] = {
    "unplug": lambda _, planned, at: interrupt.unplug(planned, channel_of(planned), at=at),
    "vehicle full": lambda _, planned, at: interrupt.vehicle_full(planned, channel_of(planned), at=at),
    "fault": lambda _, planned, at: interrupt.fault(planned, channel_of(planned), at=at),
    "stop": lambda _, planned, at: interrupt.stop(planned, at=at),
}
LIMITS: Final[dict[str, Interruption]] = {
    "limit of 1 Wh": limited(1),
    "limit of 10 kWh": limited(10_000),
    "limit of 60 kWh": limited(60_000),
    "no limit": limited(None),
}
PAYMENTS: Final[dict[str, Interruption]] = {
    "payment fails": lambda _, planned, at: interrupt.fail_payment(planned, channel_of(planned), at=at),
    "debt paid": lambda _, planned, at: interrupt.pay_debt(planned, channel_of(planned), at=at),
    "late record": lambda _, planned, at: interrupt.late_record(planned, channel_of(planned), delay=6 * HOUR, at=at),
}
SILENCES: Final[dict[str, Interruption]] = {
    "a minute's silence": lambda _, planned, at: interrupt.silence(planned, since=at, until=at + MINUTE),
    "an hour's silence": lambda _, planned, at: interrupt.silence(planned, since=at, until=at + HOUR),
    "a month's silence": lambda _, planned, at: interrupt.silence(planned, since=at, until=at + 30 * DAY),
}
ALL: Final = CUTS | LIMITS | PAYMENTS | SILENCES
_SLOW: Final = {"limit of 1 Wh", "limit of 60 kWh", "a minute's silence", "a month's silence"}
"""The changes that tests of one change leave to the slow lane, because others are like them."""


def _each(names: Iterable[str]) -> list[object]:
    """The parameters of a test of one change."""
    return [pytest.param(name, marks=pytest.mark.slow) if name in _SLOW else name for name in names]


@pytest.mark.parametrize("name", _each(CUTS | LIMITS | SILENCES))
@given(data=st.data(), shares=SHARES)
@settings(deadline=None, max_examples=60)
def test_every_earlier_instant_stays_bit_for_bit(name: str, data: st.DataObject, shares: list[float]) -> None:
    """Status, energy, power, charge, bill and `updated` of every earlier instant are the same before and after."""
    visit, at = _drawn(data, name)
    before, after = visit.session, _replanned(name, visit, at)

    for earlier in (earlier for earlier in visit.instants(shares) if earlier < at):
        assert _looks(visit, after, earlier) == _looks(visit, before, earlier)
        assert updated(after, earlier) == updated(before, earlier)


@pytest.mark.parametrize("name", _each(CUTS | LIMITS))
@given(data=st.data())
@settings(deadline=None, max_examples=60)
def test_the_rows_of_the_plan_before_the_change_are_kept(name: str, data: st.DataObject) -> None:
    """The plan of the new session begins with every row of the old one from before the change."""
    visit, at = _drawn(data, name)
    before, after = visit.session, _replanned(name, visit, at)
    hours = (at - before.started_at) / HOUR
    kept = [row for row in unpacked(before.plan) if row[0] < hours]

    assert list(unpacked(after.plan))[: len(kept)] == kept


@given(visit=visits(), changes=st.lists(st.tuples(SHARE, st.sampled_from(sorted(ALL))), max_size=5), shares=SHARES)
@settings(deadline=None, max_examples=250)
def test_energy_and_bill_never_fall_in_any_run_of_changes(
    visit: Visit, changes: list[tuple[float, str]], shares: list[float]
) -> None:
    """After each change the past is the same, and finally energy, charge and every line of the bill never fall."""
    planned = visit.session
    instants = visit.instants(shares)
    for share, name in sorted(changes):
        at = _instant(visit.session, share)
        instants = sorted({*instants, at - 1, at, at + 1})
        seen = {earlier: _looks(visit, planned, earlier) for earlier in instants if earlier < at}
        try:
            planned = ALL[name](visit, planned, at)
        except Refusal:
            continue
        assert {earlier: _looks(visit, planned, earlier) for earlier in seen} == seen

    grown = [_grown(visit, planned, now) for now in instants if now >= planned.created_at]
    for earlier, later in pairwise(grown):
        assert all(before <= after for before, after in zip(earlier, later, strict=True))
    _assert_consistent(visit, planned)


@pytest.mark.parametrize("name", CUTS)
@given(visit=visits(), share=SHARE)
@settings(deadline=None, max_examples=60)
def test_a_session_without_more_power_is_billed_for_what_flowed(name: str, visit: Visit, share: float) -> None:
    """No power flows after the change, and the bill is for the energy and the seconds until then."""
    before, at = visit.session, _instant(visit.session, share)
    after = _replanned(name, visit, at)

    assert after.energy_wh == energy_wh(before, at) == energy_wh(after, at + DAY)
    assert (power_w(after, at), after.touched_at, updated(after, at)) == (0, at, at)
    lasted = (after.ended_at - after.started_at) // 1_000_000
    assert final_bill(after) == bill(tariff(after.tariff), after.energy_wh, lasted)
    if name != "vehicle full" and at <= before.ended_at:
        assert final_bill(after) == bill_at(before, at)
        assert after.ended_at == at


@pytest.mark.parametrize("name", _each(CUTS | LIMITS))
@given(data=st.data())
@settings(deadline=None, max_examples=40)
def test_the_settlement_follows_the_end(name: str, data: st.DataObject) -> None:
    """The time between end and settlement stays the same; a payment that would have failed still fails."""
    visit, at = _drawn(data, name)
    before, after = visit.session, _replanned(name, visit, at)

    if before.settled_at == NEVER:
        assert after.settled_at == NEVER
    else:
        assert after.settled_at - after.ended_at == before.settled_at - before.ended_at


@given(visit=visits(), share=SHARE)
@settings(deadline=None, max_examples=60)
def test_no_vehicle_leaves_later_because_its_session_is_cut(visit: Visit, share: float) -> None:
    """A fault, a full battery, a stop and an unplugging never keep a vehicle longer than planned."""
    before, at = visit.session, _instant(visit.session, share)

    for cut in CUTS.values():
        try:
            after = cut(visit, before, at)
        except Refusal:
            continue
        assert at <= after.unplugged_at <= before.unplugged_at
        assert after.unplugged_at in (at, at + UNPLUGS_AFTER, before.unplugged_at)


@given(visit=visits(), share=SHARE)
@settings(deadline=None, max_examples=60)
def test_the_same_change_twice_is_the_change_once(visit: Visit, share: float) -> None:
    """A new end without new power, and a new settlement, give the same session again when they are repeated."""
    planned, at = visit.session, _instant(visit.session, share)
    assume(at >= planned.created_at)
    end = NewEnd(
        power_ends_at=min(planned.power_ends_at, at),
        ended_at=min(planned.ended_at, at),
        unplugged_at=min(planned.unplugged_at, at),
        outcome="completed",
        reason="stopped",
        limit_wh=planned.limit_wh,
    )
    for change in (end, NewSettlement(at + DAY), NewSettlement(NEVER)):
        once = replan(planned, at, change)

        assert replan(once, at, change) == once


@given(visit=visits(), share=SHARE, shares=SHARES)
@settings(deadline=None, max_examples=60)
def test_the_same_silence_twice_looks_like_one(visit: Visit, share: float, shares: list[float]) -> None:
    """After the same silence twice, everything becomes known at the same instants as after one."""
    at = _instant(visit.session, share)
    once = interrupt.silence(visit.session, since=at, until=at + HOUR)
    twice = interrupt.silence(once, since=at, until=at + HOUR)

    for now in visit.instants(shares):
        assert _looks(visit, twice, now) == _looks(visit, once, now)


def test_a_silence_is_a_change_like_any_other() -> None:
    """`interrupt.silence` is `replan` with a silence, if the vehicle is plugged in during the silence."""
    planned = session()

    assert interrupt.silence(planned, since=MORNING + MINUTE, until=MORNING + HOUR) == replan(
        planned, MORNING + MINUTE, Silence(MORNING + HOUR)
    )


def _drawn(data: st.DataObject, name: str) -> tuple[Visit, int]:
    """A visit, and an instant at which that change makes sense in most of them."""
    if name in LIMITS:
        return data.draw(limitable())
    visit = data.draw(visits())
    return visit, _instant(visit.session, data.draw(SHARE))


def _replanned(name: str, visit: Visit, at: int) -> Session:
    """The session after that, where it makes sense."""
    return _or_skip(partial(ALL[name], visit, visit.session, at))


def _or_skip(change: Callable[[], Session]) -> Session:
    try:
        return change()
    except Refusal:
        assume(condition=False)
        raise


def _instant(planned: Session, share: float) -> int:
    span = planned.unplugged_at - planned.created_at
    return planned.created_at + int(share * span) // MILLISECOND * MILLISECOND


def _looks(visit: Visit, planned: Session, at: int) -> tuple[object, ...]:
    it, energy = bill_at(planned, at), energy_wh(planned, at)
    assert amount_due(planned, at, energy) == it.total
    return (
        status(planned, at),
        energy,
        power_w(planned, at),
        soc(planned, visit.battery, at),
        it,
        at < planned.unplugged_at,
    )


def _grown(visit: Visit, planned: Session, now: int) -> tuple[float, ...]:
    """The values that never fall."""
    it = bill_at(planned, now)
    lines = (it.kwh, it.time, it.session, it.starting, it.blocking, it.total)
    return (
        energy_wh(planned, now),
        seconds(planned, now),
        soc(planned, visit.battery, now),
        updated(planned, now),
        *lines,
    )


def _assert_consistent(visit: Visit, planned: Session) -> None:
    """The instants are in order and not too far apart; energy, charge and money are those of the plan."""
    instants = [planned.created_at, planned.started_at, planned.power_ends_at, planned.ended_at, planned.unplugged_at]
    assert instants == sorted(instants)
    assert planned.unplugged_at <= planned.created_at + LONGEST
    assert planned.settled_at >= planned.ended_at
    assert all(at % MILLISECOND == 0 for at in (*instants, planned.settled_at))
    assert energy_wh(planned, planned.power_ends_at) == planned.energy_wh == whole_wh(unpacked(planned.plan)[-1][1])
    assert bill_at(planned, planned.ended_at) == final_bill(planned)
    assert planned.created_at == MORNING
    assert planned.soc_start <= planned.soc_end <= 1.0
    assert abs(soc(planned, visit.battery, planned.ended_at) - planned.soc_end) <= 1.001 / visit.vehicle.battery_wh
