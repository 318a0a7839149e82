"""Charging at home: what a policy and a boost make of a session from an instant on. All functions are pure.

An optimiser lets the vehicle wait for the cheapest hours before the deadline. A boost charges at once: the vehicle
waits only until the request has come through to it, by which a boost is told from other charging.
"""

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from . import smart_charging
from .charge_policy import ChargePolicy, Goal
from .clock import HOUR, SECOND
from .ids import draw
from .models import Connector, Outcome, Reason, Session, Station, Vehicle
from .sessions.power_plan import EMPTY, Plan, continued, cut, delivered, unpacked
from .sessions.replan import NewEnd, replan
from .sessions.start import NOTICES_FULL, delivery, efficiency, soc_after, up_to_millis
from .smart_charging import ChargingGoal, Market

REQUESTED_FOR: Final = 12 * SECOND
"""How long a boost is requested before power flows."""
_ROUNDING: Final = SECOND / 1000 / HOUR
_LEAST_USE, _MORE_USE = 0.03, 0.12
"""How much less than its lowest target a vehicle has when it comes home: at least, and up to that much more."""
_EMPTIEST: Final = 0.04


@dataclass(frozen=True, slots=True)
class Wallbox:
    """The connector at which a vehicle charges at home, its station, and the prices of electricity."""

    station: Station
    connector: Connector
    market: Market


def usual_goal(vehicle: Vehicle, station: Station, at: int) -> Goal:
    """The goal of a vehicle without a policy: what its owner lets it charge to, by seven in the morning."""
    by = smart_charging.deadline(at, station.utc_offset_minutes, smart_charging.READY_BY)
    return Goal(vehicle.charge_to, by)


def goal_of(policy: ChargePolicy, vehicle: Vehicle, station: Station, at: int) -> Goal:
    """The goal of a vehicle that is plugged in at an instant: by its policy if that is enabled, else the usual one."""
    if policy.enabled:
        try:
            return policy.goal(at)
        except OverflowError:
            pass  # At the ends of the calendar there is no local time.
    return usual_goal(vehicle, station, at)


def arranged(session: Session, vehicle: Vehicle, at: Wallbox, policy: ChargePolicy | None, *, boosts: bool) -> Session:
    """A session at home that is still to come, as policy and boost want it.

    It depends on the session as it was drawn and on these two only, not on earlier arrangements. Without a policy, the
    optimiser's window of before is kept.
    """
    if policy is not None and vehicle.arrives_with is None:
        use = _LEAST_USE + _MORE_USE * draw(at.market.seed, "arrives", session.id)
        session = replace(session, soc_start=min(session.soc_start, max(_EMPTIEST, policy.lowest - use)))
    return rearranged(session, vehicle, at, policy, now=session.created_at, boosts=boosts)


def rearranged(
    session: Session, vehicle: Vehicle, at: Wallbox, policy: ChargePolicy | None, *, now: int, boosts: bool
) -> Session:
    """A session at home as policy and boost want it from `now` on; what was before stays as it was.

    With `boosts` an ongoing boost goes on, and another one is requested. A vehicle that has reported that it is full
    takes more power only for a higher target.
    """
    smart = session.smart
    if smart is None or session.outcome != Outcome.COMPLETED:
        return session
    goal = Goal(smart.target_soc, smart.deadline_at) if policy is None else goal_of(policy, vehicle, at.station, now)
    before = unpacked(session.plan)
    hours = (now - session.started_at) / HOUR
    soc = min(1.0, session.soc_start + efficiency(at.connector) * delivered(before, hours) * 1000 / vehicle.battery_wh)
    is_done = session.power_ends_at <= now and goal.target_soc <= max(smart.target_soc, soc)
    rest = EMPTY if is_done else delivery(vehicle, at.connector, soc=soc, target=goal.target_soc)
    wait = _wait(session, at.market, policy, now=now, deadline_at=goal.deadline_at, hours=rest[-1][0])
    power = smart_charging.delayed(
        rest, min(wait, 0 if is_boosted(session, now) else REQUESTED_FOR) if boosts else wait
    )
    changed = session if is_done else _with_power(session, vehicle, at.connector, now=now, power=power, soc=soc)
    hoped = continued(before, hours, smart_charging.delayed(rest, wait))
    aim = ChargingGoal(
        at_home=True, target_soc=goal.target_soc, deadline_at=goal.deadline_at, unplug_seen=smart.unplug_seen
    )
    at_once = smart_charging.without_pauses(hoped)
    known = smart_charging.summary(at.market, changed, vehicle, aim, at_once=at_once, hoped=hoped)
    if policy is None or is_done:
        kept = {name: getattr(smart, name) for name in ("window_starts_at", "window_ends_at", "expected_savings_e4")}
        known = replace(known, **kept)
    return changed.with_smart(known)


def is_boosted(session: Session, now: int) -> bool | None:
    """Whether a boost is ongoing; None if none is, or False where one is only requested yet."""
    hours = (now - session.started_at) / HOUR
    if not session.created_at <= now < session.power_ends_at:
        return None
    requested = False
    for row, after in pairwise(unpacked(session.plan)):
        if not row[2]:
            requested = after[2] > 0 and abs((after[0] - row[0]) * HOUR - REQUESTED_FOR) <= _ROUNDING * HOUR
        if row[0] <= hours < after[0]:
            return bool(row[2]) if requested else None
    return None


def _wait(
    session: Session, market: Market, policy: ChargePolicy | None, *, now: int, deadline_at: int, hours: float
) -> int:
    """How long the optimiser lets the vehicle wait."""
    if policy is None:
        return 0 if session.smart is None else max(0, session.smart.window_starts_at - now)
    if not policy.optimises:
        return 0
    return smart_charging.cheapest_wait(market, now, min(deadline_at, session.unplugged_at), hours)


def _with_power(
    session: Session, vehicle: Vehicle, connector: Connector, *, now: int, power: Plan, soc: float
) -> Session:
    """The session with a new plan from `now` on, which the unplugging may cut."""
    leaves = session.unplugged_at
    ends_at, reason = now + max(up_to_millis(power[-1][0]), NOTICES_FULL), Reason.FULL
    if leaves < ends_at:
        ends_at, reason = leaves, Reason.UNPLUGGED
        power = cut(power, (leaves - now) / HOUR)
    change = NewEnd(
        power_ends_at=ends_at,
        ended_at=leaves,
        unplugged_at=leaves,
        outcome=Outcome.COMPLETED,
        reason=reason,
        limit_wh=None,
        power=power,
        soc_end=soc_after(soc, power, vehicle, connector),
    )
    return replan(session, now, change)
