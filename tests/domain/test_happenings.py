"""Whatever happens to sessions, their past stays as it was, nothing falls, and all of it adds up."""

from collections.abc import Callable
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
from app.domain.sessions.start import UNPLUGS_AFTER, stop
from app.domain.sessions.view import (
    LONGEST,
    amount_due,
    bill_at,
    energy_wh,
    final_bill,
    power_w,
    seconds,
    soc,
    status,
    updated,
)
from tests.domain.garage import MORNING, SHARES, Stay, stays

Happening = Callable[[Session, int], Session]
SHARE: Final = st.floats(0, 1.2)
CUTS: Final[dict[str, Happening]] = {
    "unplug": lambda facts, at: interrupt.unplug(facts, at=at),
    "vehicle full": lambda facts, at: interrupt.vehicle_full(facts, at=at),
    "fault": lambda facts, at: interrupt.fault(facts, at=at),
    "stop": lambda facts, at: stop(facts, now=at),
}
PAYMENTS: Final[dict[str, Happening]] = {
    "payment fails": lambda facts, at: interrupt.fail_payment(facts, at=at),
    "debt paid": lambda facts, at: interrupt.pay_debt(facts, at=at),
    "late record": lambda facts, at: interrupt.late_record(facts, delay=6 * HOUR, at=at),
}
SILENCES: Final[dict[str, Happening]] = {
    "a minute's silence": lambda facts, at: interrupt.silence(facts, since=at, until=at + MINUTE),
    "an hour's silence": lambda facts, at: interrupt.silence(facts, since=at, until=at + HOUR),
    "a month's silence": lambda facts, at: interrupt.silence(facts, since=at, until=at + 30 * DAY),
}
ALL: Final = CUTS | PAYMENTS | SILENCES


@pytest.mark.parametrize("name", CUTS | SILENCES)
@given(stay=stays(), share=SHARE, shares=SHARES)
@settings(deadline=None, max_examples=60)
def test_earlier_instants_stay_as_they_were(name: str, stay: Stay, share: float, shares: list[float]) -> None:
    """At every instant before it happened, the session looks as it did: to its status, its energy and its last cent."""
    before, at = stay.session, _instant(stay.session, share)
    after = _happens(name, before, at)

    for earlier in (earlier for earlier in stay.instants(shares) if earlier < at):
        assert _looks(after, earlier) == _looks(before, earlier)
        assert updated(after, earlier) == updated(before, earlier)
        assert abs(soc(after, earlier) - soc(before, earlier)) <= 1.001 / stay.vehicle.battery_wh


@given(stay=stays(), fates=st.lists(st.tuples(SHARE, st.sampled_from(sorted(ALL))), max_size=5), shares=SHARES)
@settings(deadline=None, max_examples=250)
def test_whatever_happens_nothing_falls(stay: Stay, fates: list[tuple[float, str]], shares: list[float]) -> None:
    """After any run of happenings the past is what it was before each, and energy and every line only grow."""
    facts = stay.session
    instants = stay.instants(shares)
    for share, name in sorted(fates):
        at = _instant(stay.session, share)
        instants = sorted({*instants, at - 1, at, at + 1})
        seen = {earlier: _looks(facts, earlier) for earlier in instants if earlier < at}
        try:
            facts = ALL[name](facts, at)
        except Refusal:
            continue
        assert {earlier: _looks(facts, earlier) for earlier in seen} == seen

    grown = [_grown(facts, now) for now in instants if now >= facts.created_at]
    for earlier, later in pairwise(grown):
        assert all(before <= after for before, after in zip(earlier, later, strict=True))
    _holds_together(facts)


@pytest.mark.parametrize("name", CUTS)
@given(stay=stays(), share=SHARE)
@settings(deadline=None, max_examples=60)
def test_what_is_cut_is_billed_for_what_was(name: str, stay: Stay, share: float) -> None:
    """No power flows any more, and the bill is the tariff's for the energy until then and for how long it lasted."""
    before, at = stay.session, _instant(stay.session, share)
    after = _happens(name, before, at)

    assert after.energy_wh == energy_wh(before, at) == energy_wh(after, at + DAY)
    assert (power_w(after, at), after.touched_at, updated(after, at)) == (0, at, at)
    lasted = (after.ended_at - after.started_at) // 1_000_000
    assert final_bill(after) == bill(tariff(after.tariff), after.energy_wh, lasted)
    if name != "vehicle full" and at <= before.ended_at:
        assert final_bill(after) == bill_at(before, at)
        assert after.ended_at == at


@pytest.mark.parametrize("name", CUTS)
@given(stay=stays(), share=SHARE)
@settings(deadline=None, max_examples=40)
def test_the_settlement_follows_the_end(name: str, stay: Stay, share: float) -> None:
    """It comes as long after the end as it would have; a payment that would have failed still fails."""
    before = stay.session
    after = _happens(name, before, _instant(before, share))

    if before.settled_at == NEVER:
        assert after.settled_at == NEVER
    else:
        assert after.settled_at - after.ended_at == before.settled_at - before.ended_at


@given(stay=stays(), share=SHARE)
@settings(deadline=None, max_examples=60)
def test_nobody_leaves_later_for_it(stay: Stay, share: float) -> None:
    """A connector that fails, a car that is full and a hand on the plug never keep a car longer than it would stay."""
    before, at = stay.session, _instant(stay.session, share)

    for cut in CUTS.values():
        try:
            after = cut(before, at)
        except Refusal:
            continue
        assert at <= after.unplugged_at <= before.unplugged_at
        assert after.unplugged_at in (at, at + UNPLUGS_AFTER, before.unplugged_at)


def _happens(name: str, facts: Session, at: int) -> Session:
    """The session after that, if it makes sense."""
    happens = partial(ALL[name], facts, at)
    try:
        return happens()
    except Refusal:
        assume(condition=False)
        raise


def _instant(facts: Session, share: float) -> int:
    span = facts.unplugged_at - facts.created_at
    return facts.created_at + int(share * span) // MILLISECOND * MILLISECOND


def _looks(facts: Session, at: int) -> tuple[object, ...]:
    it = bill_at(facts, at)
    assert amount_due(facts, at, energy_wh(facts, at)) == it.total
    return (status(facts, at), energy_wh(facts, at), power_w(facts, at), it, at < facts.unplugged_at)


def _grown(facts: Session, now: int) -> tuple[float, ...]:
    """All that may only grow."""
    it = bill_at(facts, now)
    lines = (it.kwh, it.time, it.session, it.starting, it.blocking, it.total)
    return (energy_wh(facts, now), seconds(facts, now), soc(facts, now), updated(facts, now), *lines)


def _holds_together(facts: Session) -> None:
    """The instants are in order and not too far apart, and what is stored is what was running."""
    instants = [facts.created_at, facts.started_at, facts.power_ends_at, facts.ended_at, facts.unplugged_at]
    assert instants == sorted(instants)
    assert facts.unplugged_at <= facts.created_at + LONGEST
    assert facts.settled_at >= facts.ended_at
    assert all(at % MILLISECOND == 0 for at in (*instants, facts.settled_at))
    assert energy_wh(facts, facts.power_ends_at) == facts.energy_wh
    assert bill_at(facts, facts.ended_at) == final_bill(facts)
    assert facts.created_at == MORNING
    assert facts.soc_start <= facts.soc_end <= 1.0
