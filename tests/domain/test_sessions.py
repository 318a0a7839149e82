"""The values of a session never fall, and its stored totals are its last running values."""

from dataclasses import replace
from itertools import pairwise
from typing import Final

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.domain.channels import Channel
from app.domain.clock import DAY, HOUR, MILLISECOND, MINUTE, NEVER, SECOND
from app.domain.models import Vehicle
from app.domain.pricing import NOTHING, bill, tariff
from app.domain.sessions.power_plan import EMPTY, energy, paused, unpacked
from app.domain.sessions.start import UNPLUGS_AFTER, battery_at, cap_kw, delivery
from app.domain.sessions.view import (
    LONGEST,
    amount_due,
    bill_at,
    energy_wh,
    final_bill,
    final_total,
    seconds,
    soc,
    status,
    updated,
    whole_wh,
)
from tests.domain.examples import (
    CARIQA,
    CHANNELS,
    CHARGE,
    HPC,
    ID3,
    MORNING,
    SHARES,
    VEHICLES,
    WALLBOX,
    DraftFacts,
    Visit,
    plug,
    power_w,
    session,
    visits,
)

BUSY: Final = plug(11, 3, tariff="eur vat=20 kwh=0.5 hour=1.2 session=0.5 starting=0.5 blocking=0.1 grace=30 cap=9")
PLUGGED: Final = session(
    connector=WALLBOX,
    channel=CARIQA,
    starts_at=MORNING + MINUTE,
    soc=0.7,
    unplugs_at=MORNING + 9 * HOUR,
    settles_after=30 * SECOND,
)
"""Full long before it is unplugged."""
OUTCOMES: Final = {"fault": "failed", "cancelled": "cancelled"}


@given(visit=visits(), shares=SHARES)
@settings(deadline=None, max_examples=120)
def test_energy_and_bill_never_fall(visit: Visit, shares: list[float]) -> None:
    """Energy, seconds, state of charge, `updated` and every line of the bill grow or stay, over any instants."""
    planned = visit.session
    instants = visit.instants(shares)

    seen = [_grown(visit, now) for now in instants]

    for earlier, later in pairwise(seen):
        assert all(before <= after for before, after in zip(earlier, later, strict=True))
    assert energy_wh(planned, instants[0]) == 0
    assert all(updated(planned, now) <= now for now in instants)


@given(visit=visits(), shares=SHARES)
@settings(deadline=None, max_examples=80)
def test_a_session_ends_with_its_running_values(visit: Visit, shares: list[float]) -> None:
    """The stored totals are the last running values, at the end of power and of the session."""
    planned = visit.session
    delivered = energy(unpacked(planned.plan), (planned.power_ends_at - planned.started_at) / HOUR)

    assert planned.energy_wh == whole_wh(delivered) == energy_wh(planned, planned.power_ends_at)
    assert 0 <= planned.energy_wh - energy_wh(planned, planned.power_ends_at - 1) <= 1
    assert final_bill(planned) == bill_at(planned, planned.ended_at)
    assert final_total(planned) == final_bill(planned).total
    for now in visit.instants(shares):
        assert bill_at(planned, now) == bill(tariff(planned.tariff), energy_wh(planned, now), seconds(planned, now))
        assert amount_due(planned, now, energy_wh(planned, now)) == bill_at(planned, now).total


@given(visit=visits(), shares=SHARES)
@settings(deadline=None, max_examples=80)
def test_a_session_is_active_until_it_ends(visit: Visit, shares: list[float]) -> None:
    """A session is active before its end and has its outcome from its end on; power flows only between its bounds."""
    planned = visit.session
    highest = round(1000 * cap_kw(visit.vehicle, visit.connector))

    for now in visit.instants(shares):
        assert status(planned, now) == ("active" if now < planned.ended_at else planned.outcome)
        assert 0 <= power_w(planned, now) <= highest
        assert power_w(planned, now) == 0 or planned.started_at <= now < planned.power_ends_at


@given(visit=visits())
@settings(deadline=None, max_examples=100)
def test_the_instants_of_a_session_are_in_order(visit: Visit) -> None:
    """The order is creation, start, end of power, end, unplugging, settlement after the end; in whole milliseconds."""
    planned = visit.session
    instants = [planned.created_at, planned.started_at, planned.power_ends_at, planned.ended_at, planned.unplugged_at]

    assert instants == sorted(instants)
    assert planned.settled_at >= planned.ended_at
    assert all(at % MILLISECOND == 0 for at in (*instants, planned.settled_at))


@given(visit=visits())
@settings(deadline=None, max_examples=80)
def test_the_battery_gains_what_the_meter_gave(visit: Visit) -> None:
    """The final state of charge matches the energy less the losses, to a Wh, and is never above 1."""
    planned = visit.session
    efficiency = 0.92 if visit.connector.phases else 0.96

    gained = (planned.soc_end - planned.soc_start) * visit.vehicle.battery_wh

    assert efficiency * planned.energy_wh - 1e-6 <= gained <= efficiency * (planned.energy_wh + 1)
    assert soc(planned, visit.battery, planned.started_at) == planned.soc_start
    assert soc(planned, visit.battery, planned.power_ends_at) == pytest.approx(
        planned.soc_end, abs=1 / visit.vehicle.battery_wh
    )
    assert planned.soc_end <= 1.0


@given(vehicle=st.sampled_from(VEHICLES), limit_wh=st.integers(1, 15_000), arrives=st.floats(0, 0.2))
@example(vehicle=ID3, limit_wh=1_001, arrives=0.1)
@settings(deadline=None, max_examples=80)
def test_a_limit_ends_a_session_with_exactly_that_energy(vehicle: Vehicle, limit_wh: int, arrives: float) -> None:
    """Charging stops when the limit is reached, to the Wh, though 1.001 kWh are a hair less than 1,001 Wh in floats."""
    limited = session(vehicle, soc=arrives, limit_wh=limit_wh)

    assert (limited.reason, limited.outcome, limited.energy_wh) == ("limit", "completed", limit_wh)
    assert limited.ended_at == limited.power_ends_at
    assert energy_wh(limited, limited.ended_at - SECOND) <= limit_wh


def test_a_limit_that_is_too_high_is_no_limit() -> None:
    """A vehicle that is full before its limit is reached ends as full."""
    full = session(soc=0.7, limit_wh=50_000)

    assert (full.reason, full.energy_wh) == ("full", whole_wh(0.1 * 58 / 0.96))


@pytest.mark.parametrize("unplugs_after", [None, 6 * DAY, 8 * DAY])
@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("hours", [0.0, 1_000.0])
def test_no_session_lasts_longer_than_7_days(channel: Channel, unplugs_after: int | None, hours: float) -> None:
    """After seven days a session is over and its vehicle unplugged, as the queries of active sessions assume."""
    plan = paused(delivery(ID3, WALLBOX, soc=0.4, target=0.8), 1.0, hours)
    unplugs_at = None if unplugs_after is None else MORNING + unplugs_after

    longest = session(connector=WALLBOX, channel=channel, plan=plan, unplugs_at=unplugs_at)

    assert longest.ended_at <= MORNING + LONGEST
    assert longest.unplugged_at <= MORNING + LONGEST


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_session_cancelled_before_power_costs_nothing(channel: Channel) -> None:
    """The session has no energy, no power and no bill at any instant, for any fees."""
    cancelled = session(connector=BUSY, channel=channel, starts_at=MORNING + MINUTE, cancelled_at=MORNING + 20 * SECOND)

    assert (cancelled.outcome, cancelled.reason) == ("cancelled", "cancelled")
    assert cancelled.ended_at == cancelled.power_ends_at == MORNING + 20 * SECOND
    for now in range(MORNING, MORNING + 2 * HOUR, 17 * SECOND):
        assert (energy_wh(cancelled, now), power_w(cancelled, now), bill_at(cancelled, now)) == (0, 0, NOTHING)


@pytest.mark.parametrize(
    ("facts", "reason", "power_ends_after", "unplugged_after"),
    [
        ({}, "full", None, None),
        ({"unplugs_at": MORNING + 5 * MINUTE}, "unplugged", 5 * MINUTE, 5 * MINUTE),
        ({"faults_at": MORNING + 6 * MINUTE}, "fault", 6 * MINUTE, 7 * MINUTE),
        ({"faults_at": MORNING + 6 * MINUTE, "unplugs_at": MORNING + DAY}, "fault", 6 * MINUTE, 7 * MINUTE),
        ({"faults_at": MORNING + DAY, "unplugs_at": MORNING + MINUTE}, "unplugged", MINUTE, MINUTE),
        ({"unplugs_at": MORNING + DAY}, "full", None, DAY),
        ({"limit_wh": 1, "unplugs_at": MORNING + DAY}, "limit", 10 * SECOND, DAY),
        ({"limit_wh": 1}, "limit", 10 * SECOND, 70 * SECOND),
        ({"soc": 0.8}, "full", 10 * SECOND, 70 * SECOND),
        ({"starts_at": MORNING + MINUTE, "cancelled_at": MORNING}, "cancelled", 0, MINUTE),
        ({"starts_at": MORNING + MINUTE, "faults_at": MORNING + SECOND}, "fault", SECOND, 61 * SECOND),
        ({"starts_at": MORNING + MINUTE, "faults_at": MORNING - DAY}, "fault", 0, MINUTE),
        ({"starts_at": MORNING + MINUTE, "unplugs_at": MORNING + SECOND}, "unplugged", SECOND, SECOND),
    ],
)
@pytest.mark.parametrize("channel", CHANNELS)
def test_a_session_ends_for_the_first_reason_there_is(
    channel: Channel, facts: DraftFacts, reason: str, power_ends_after: int | None, unplugged_after: int | None
) -> None:
    """Full, limited, unplugged, faulty or cancelled; None stands for when it is full, and for a minute after that."""
    hours = delivery(ID3, HPC, soc=0.4, target=0.8)[-1][0]
    full_after = -int(-hours * HOUR // MILLISECOND) * MILLISECOND
    power_ends_at = MORNING + (full_after if power_ends_after is None else power_ends_after)
    unplugged_at = power_ends_at + UNPLUGS_AFTER if unplugged_after is None else MORNING + unplugged_after

    ended = session(channel=channel, **facts)

    at_once = channel is CHARGE or reason in ("fault", "cancelled")
    assert (ended.reason, ended.outcome) == (reason, OUTCOMES.get(reason, "completed"))
    assert (ended.power_ends_at, ended.unplugged_at) == (power_ends_at, unplugged_at)
    assert ended.ended_at == (power_ends_at if at_once else unplugged_at)


def test_time_and_blocking_run_on_while_the_vehicle_stays_plugged_in() -> None:
    """A session that lasts until the unplugging goes on: energy stands still, time and blocking are billed."""
    full = session(connector=BUSY, channel=CARIQA, soc=0.75, unplugs_at=MORNING + 5 * HOUR)
    instants = (full.power_ends_at, MORNING + 3 * HOUR, MORNING + 5 * HOUR, MORNING + 9 * HOUR)

    bills = [bill_at(full, now) for now in instants]

    assert [status(full, now) for now in instants] == ["active", "active", "completed", "completed"]
    assert {it.kwh for it in bills} == {full.kwh_cost}
    assert bills[0].time < bills[1].time < bills[2].time == bills[3].time == 5 * 144
    assert [amount_due(full, now, energy_wh(full, now)) for now in instants] == [it.total for it in bills]
    assert final_total(full) == final_bill(full).total == bills[-1].total
    assert bills[0].blocking < bills[1].blocking == bills[2].blocking == bills[3].blocking == 900


def test_a_fault_keeps_what_was_delivered() -> None:
    """A session that fails half way is billed for its energy."""
    failed = session(faults_at=MORNING + 5 * MINUTE)

    whole = session()

    assert 0 < failed.energy_wh == energy_wh(whole, MORNING + 5 * MINUTE) < whole.energy_wh
    assert final_bill(failed) == bill_at(whole, MORNING + 5 * MINUTE)


def test_updated_is_now_while_energy_flows_and_else_the_last_boundary() -> None:
    """`updated` is the creation, then now while energy flows, then the end of power, the end, and the settlement."""
    ends, unplugs = PLUGGED.power_ends_at, MORNING + 9 * HOUR

    expected = {
        MORNING: MORNING,
        MORNING + MINUTE - 1: MORNING,
        MORNING + MINUTE: MORNING + MINUTE,
        MORNING + 2 * MINUTE + 7: MORNING + 2 * MINUTE + 7,
        ends - 1: ends - 1,
        ends: ends,
        unplugs - 1: ends,
        unplugs: unplugs,
        unplugs + 30 * SECOND - 1: unplugs,
        unplugs + 30 * SECOND: unplugs + 30 * SECOND,
        MORNING + 90 * DAY: unplugs + 30 * SECOND,
    }

    assert {now: updated(PLUGGED, now) for now in expected} == expected


@pytest.mark.parametrize("touched_at", [MORNING + 8 * HOUR, MORNING + 10 * HOUR], ids=["before the end", "after it"])
def test_updated_is_the_instant_of_the_last_action_of_a_person(touched_at: int) -> None:
    """An action before or after the end shows in `updated` from its instant on, and not earlier."""
    touched = replace(PLUGGED, touched_at=touched_at)

    assert updated(touched, touched_at - 1) == updated(PLUGGED, touched_at - 1)
    assert updated(touched, touched_at) == touched_at


def test_an_empty_plan_is_a_session_of_ten_seconds_without_energy() -> None:
    """A vehicle that takes nothing ends after ten seconds, and costs nothing."""
    empty = session(connector=BUSY, plan=EMPTY, settles_after=None)

    assert (empty.ended_at, empty.energy_wh, empty.settled_at) == (MORNING + 10 * SECOND, 0, NEVER)
    assert final_bill(empty) == NOTHING
    assert soc(empty, battery_at(ID3, BUSY), MORNING + DAY) == 0.4


def _grown(visit: Visit, now: int) -> tuple[float, ...]:
    """The values that never fall."""
    planned = visit.session
    it = bill_at(planned, now)
    lines = (it.kwh, it.time, it.session, it.starting, it.blocking, it.total)
    return (
        energy_wh(planned, now),
        seconds(planned, now),
        soc(planned, visit.battery, now),
        updated(planned, now),
        *lines,
    )
