"""A stop changes the future of a session and not its past."""

from typing import Final

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.domain.clock import DAY, HOUR, MILLISECOND, MINUTE, NEVER
from app.domain.errors import SessionEndedError
from app.domain.models import Session
from app.domain.pricing import NOTHING
from app.domain.sessions.interrupt import stop
from app.domain.sessions.start import UNPLUGS_AFTER
from app.domain.sessions.view import bill_at, energy_wh, final_bill, soc, status, updated
from tests.domain.examples import CARIQA, MORNING, SHARES, WALLBOX, Visit, plug, power_w, session, visits

WHEN: Final = st.floats(0, 1, exclude_max=True)


@given(visit=visits(), when=WHEN, shares=SHARES)
@settings(deadline=None, max_examples=120)
def test_a_stop_leaves_earlier_instants_as_they_were(visit: Visit, when: float, shares: list[float]) -> None:
    """Before the stop all values are those of the session that is not stopped; energy and bill also at the stop."""
    before = visit.session
    now, ended = _ended(visit, when)
    earlier = [at for at in visit.instants(shares) if at < now]

    for at in earlier:
        assert _looks(ended, at) == _looks(before, at)
        assert soc(ended, visit.battery, at) == soc(before, visit.battery, at)
    assert energy_wh(ended, now) == energy_wh(before, now)
    assert bill_at(ended, now) == bill_at(before, now)


@given(visit=visits(), when=WHEN, shares=SHARES)
@settings(deadline=None, max_examples=80)
def test_a_stopped_session_does_not_change_any_more(visit: Visit, when: float, shares: list[float]) -> None:
    """From the stop on there is no power; energy and bill are constant, and not lower than before."""
    now, ended = _ended(visit, when)
    instants = visit.instants([*shares, when])

    for at in (at for at in instants if at >= now):
        assert status(ended, at) == ended.outcome
        assert (energy_wh(ended, at), power_w(ended, at)) == (ended.energy_wh, 0)
        assert bill_at(ended, at) == final_bill(ended) == bill_at(visit.session, now)
    energies = [energy_wh(ended, at) for at in instants]
    totals = [bill_at(ended, at).total for at in instants]
    assert (energies, totals) == (sorted(energies), sorted(totals))


@given(visit=visits(), when=WHEN)
@settings(deadline=None, max_examples=80)
def test_a_stop_ends_the_session_now(visit: Visit, when: float) -> None:
    """The end is now, power stops now at the latest, and the vehicle is unplugged within a minute."""
    now, ended = _ended(visit, when)

    assert ended.ended_at == now == ended.touched_at == updated(ended, now)
    assert ended.power_ends_at == min(visit.session.power_ends_at, now)
    assert ended.unplugged_at == min(visit.session.unplugged_at, now + UNPLUGS_AFTER)


@given(visit=visits(), when=WHEN)
@settings(deadline=None, max_examples=80)
def test_a_stopped_session_is_settled_as_long_after_its_end_as_planned(visit: Visit, when: float) -> None:
    """The time between end and settlement stays the same; a payment that would have failed still fails."""
    before = visit.session
    now, ended = _ended(visit, when)

    if before.settled_at == NEVER:
        assert ended.settled_at == NEVER
    else:
        assert ended.settled_at - now == before.settled_at - before.ended_at
        assert updated(ended, now + DAY) == ended.settled_at


@given(visit=visits(), when=WHEN)
@settings(deadline=None, max_examples=100)
def test_a_stop_cancels_before_power_and_completes_after(visit: Visit, when: float) -> None:
    """Before the start it is cancelled and costs nothing, from the start on it is completed."""
    now, ended = _ended(visit, when)

    if now < visit.session.started_at:
        assert (ended.outcome, ended.reason, ended.energy_wh) == ("cancelled", "cancelled", 0)
        assert final_bill(ended) == NOTHING
    else:
        assert ended.outcome == "completed"
        assert ended.reason == ("stopped" if now <= visit.session.power_ends_at else visit.session.reason)


@given(visit=visits(), when=WHEN, again=st.floats(0, 1))
@settings(deadline=None, max_examples=100)
def test_a_session_that_has_ended_cannot_be_stopped(visit: Visit, when: float, again: float) -> None:
    """A session that has ended by itself or by a stop cannot be stopped, at its end or later."""
    now, ended = _ended(visit, when)

    for over in (ended, visit.session):
        with pytest.raises(SessionEndedError):
            stop(over, at=over.ended_at + int(again * DAY))
    assert ended.ended_at == now


def test_a_stop_before_power_makes_a_session_that_never_started() -> None:
    """A session that is ended between its creation and the start of power never started."""
    fee = plug(150, tariff="eur vat=19 kwh=0.5 session=1 starting=1 blocking=1")
    waiting = session(connector=fee, starts_at=MORNING + MINUTE)

    ended = stop(waiting, at=MORNING + MINUTE - MILLISECOND)

    assert (ended.outcome, ended.energy_wh, final_bill(ended)) == ("cancelled", 0, NOTHING)
    assert ended.started_at == ended.ended_at == MORNING + MINUTE - MILLISECOND


def test_a_stop_at_the_start_of_power_completes_an_empty_session() -> None:
    """The session is completed, without energy and without a bill."""
    ended = stop(session(), at=MORNING)

    assert (ended.outcome, ended.energy_wh, final_bill(ended)) == ("completed", 0, NOTHING)


def test_a_stop_of_a_full_vehicle_ends_the_time_that_is_billed() -> None:
    """A full vehicle that stays plugged in keeps its energy, and the time counts until the stop."""
    sold = plug(11, 3, tariff="eur vat=20 kwh=0.5 hour=1")
    full = session(connector=sold, channel=CARIQA, soc=0.79, unplugs_at=MORNING + 9 * HOUR)

    ended = stop(full, at=MORNING + 2 * HOUR)

    assert full.power_ends_at < MORNING + 2 * HOUR
    assert (ended.energy_wh, ended.kwh_cost, ended.soc_end) == (full.energy_wh, full.kwh_cost, full.soc_end)
    assert (ended.time_cost, full.time_cost) == (240, 1_080)


def test_a_stop_changes_only_the_fields_it_is_about() -> None:
    """Ids, vehicle, station, tariff, start and rating are the same before and after."""
    before = session(connector=WALLBOX)

    ended = stop(before, at=MORNING + HOUR)

    changed = {name for name in Session.__slots__ if getattr(before, name) != getattr(ended, name)}
    assert changed == {
        *("power_ends_at", "ended_at", "unplugged_at", "settled_at", "touched_at", "reason"),
        *("energy_wh", "kwh_cost", "soc_end", "plan"),
    }


def _ended(visit: Visit, when: float) -> tuple[int, Session]:
    """The session, stopped after a share of its duration, and the instant of the stop in whole milliseconds."""
    span = visit.session.ended_at - visit.session.created_at
    assume(span > 0)
    now = visit.session.created_at + int(when * span) // MILLISECOND * MILLISECOND
    return now, stop(visit.session, at=now)


def _looks(planned: Session, at: int) -> tuple[object, ...]:
    return (
        status(planned, at),
        energy_wh(planned, at),
        power_w(planned, at),
        bill_at(planned, at),
        updated(planned, at),
    )
