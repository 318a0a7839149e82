"""The draws of one session: its energy, its stay and its failures, from which `domain.sessions.start` makes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from ..domain import smart_charging
from ..domain.channels import Channel
from ..domain.clock import DAY, HOUR, MILLISECOND, MINUTE
from ..domain.models import Connector, Vehicle
from ..domain.sessions import power_plan
from ..domain.sessions.start import SessionDraft, battery_at, delivery
from . import behaviour

_LONGEST_STAY: Final = 20 * HOUR
_LEAVES_EARLY: Final = 0.35
_RATED: Final = 0.3
_LIMITED: Final = 0.06
_LIMITS_WH: Final = (5_000, 10_000, 20_000, 30_000)
_OPTIMISED: Final = 0.75
_UNSEEN: Final = 0.03
_EMPTIEST: Final = 0.04


@dataclass(frozen=True, slots=True)
class HomeDraft:
    """A session at home, the goal of its optimiser, the plan without waiting, and the optimised plan if it has one."""

    draft: SessionDraft
    goal: smart_charging.ChargingGoal
    at_once: power_plan.Plan
    optimised: power_plan.Plan | None


def public(
    rng: Random, habit: Mapping[str, Any], vehicle: Vehicle, connector: Connector, *, channel: Channel, created_at: int
) -> SessionDraft:
    """A session at a public connector, by the habits of that class of stations."""
    starts_at = created_at + rng.randrange(5_000, 60_000) * MILLISECOND
    limit_wh = rng.choice(_LIMITS_WH) if channel.takes_limits and rng.random() < _LIMITED else None
    draw_stay = _slow if "stay_hours" in habit else _fast if not connector.phases else _top_up
    begun = SessionDraft(
        created_at=created_at, starts_at=starts_at, soc=0.0, target=0.0, plan=power_plan.EMPTY, limit_wh=limit_wh
    )
    return draw_stay(rng, habit, vehicle, connector, begun)


def with_failures(rng: Random, shares: Mapping[str, float], draft: SessionDraft, channel: Channel) -> SessionDraft:
    """The same session, which may fail; starts fail only where the channel shows failed starts."""
    span = draft.plan[-1][0] * HOUR
    if draft.unplugs_at is not None:
        span = min(span, draft.unplugs_at - draft.starts_at)
    failure = _failure(shares, rng.random())
    if failure == "fault_at_start" and channel.shows_failed_starts:
        draft = draft._replace(faults_at=draft.created_at + rng.randrange(2_000, 5_000) * MILLISECOND)
    elif failure == "cancelled" and channel.shows_failed_starts:
        draft = draft._replace(cancelled_at=draft.created_at + rng.randrange(1_000, 5_000) * MILLISECOND)
    elif failure == "fault_while_charging":
        faults_at = draft.starts_at + int(span * rng.uniform(0.1, 0.9)) // MILLISECOND * MILLISECOND
        draft = draft._replace(faults_at=faults_at)
    elif failure == "zero_energy":
        draft = draft._replace(soc=draft.target, plan=power_plan.EMPTY)
    settles_after = None if failure == "payment_failure" else rng.randrange(5_000, 90_000) * MILLISECOND
    rating = rng.choice((3, 4, 5, 5)) if rng.random() < _RATED else None
    return draft._replace(settles_after=settles_after, rating=rating)


def at_home(
    rng: Random,
    habit: Mapping[str, Any],
    vehicle: Vehicle,
    connector: Connector,
    *,
    market: smart_charging.Market,
    plugged_at: int,
    utc_offset_minutes: int,
) -> HomeDraft:
    """A session at home, which the optimiser plans for the cheapest hours before the deadline; leaving may cut it."""
    taken = battery_at(vehicle, connector)
    wanted_kwh = behaviour.home_energy(rng, habit)
    soc = max(_EMPTIEST, vehicle.charge_to - wanted_kwh * taken.efficiency / taken.capacity_kwh)
    at_once = delivery(vehicle, connector, soc=soc, target=vehicle.charge_to)
    deadline_at = smart_charging.deadline(plugged_at, utc_offset_minutes, smart_charging.READY_BY)
    local = plugged_at - market.monday + utc_offset_minutes * MINUTE
    leaves = min(plugged_at + behaviour.home_stay(rng, habit, local), plugged_at + _LONGEST_STAY)
    optimised = None
    if rng.random() < _OPTIMISED:
        optimised = smart_charging.delayed(
            at_once, smart_charging.cheapest_wait(market, plugged_at, deadline_at, at_once[-1][0])
        )
        if plugged_at + _millis(optimised[-1][0]) > leaves and rng.random() >= habit["surprised"]:
            optimised = None
    draft = SessionDraft(
        created_at=plugged_at,
        starts_at=plugged_at,
        soc=soc,
        target=vehicle.charge_to,
        plan=optimised or at_once,
        unplugs_at=leaves,
    )
    goal = smart_charging.ChargingGoal(
        at_home=True, target_soc=vehicle.charge_to, deadline_at=deadline_at, unplug_seen=rng.random() >= _UNSEEN
    )
    return HomeDraft(draft, goal, at_once, optimised)


def _fast(
    rng: Random, habit: Mapping[str, Any], vehicle: Vehicle, connector: Connector, begun: SessionDraft
) -> SessionDraft:
    """Direct current, until the state of charge that the driver wants, or until the driver unplugs there.

    At a connector that is slow for the vehicle, the driver may leave before.
    """
    wanted = behaviour.fast_charge(rng, habit)
    leaves_early = rng.random() < _LEAVES_EARLY
    target = 1.0 if leaves_early else wanted.target
    plan = delivery(vehicle, connector, soc=wanted.soc, target=target, limit_wh=begun.limit_wh, fitness=wanted.fitness)
    lingers = rng.randrange(60_000, 300_000) * MILLISECOND
    hours = plan[-1][0]
    if leaves_early:
        taken = battery_at(vehicle, connector)
        hours = power_plan.hour_of(plan, (wanted.target - wanted.soc) * taken.capacity_kwh / taken.efficiency)
        lingers = 0
    stay = min(_millis(hours) + lingers, _millis(wanted.patience_hours))
    return begun._replace(soc=wanted.soc, target=target, plan=plan, unplugs_at=begun.starts_at + stay)


def _slow(
    rng: Random, habit: Mapping[str, Any], vehicle: Vehicle, connector: Connector, begun: SessionDraft
) -> SessionDraft:
    """Alternating current: an energy, and a stay that is often longer than the energy takes."""
    wanted_kwh, stay_hours = behaviour.slow_charge(rng, habit)
    taken = battery_at(vehicle, connector)
    soc = max(_EMPTIEST, vehicle.charge_to - wanted_kwh * taken.efficiency / taken.capacity_kwh)
    plan = delivery(vehicle, connector, soc=soc, target=vehicle.charge_to, limit_wh=begun.limit_wh)
    stay = min(_LONGEST_STAY, _millis(max(stay_hours, plan[-1][0] * rng.uniform(0.9, 1.2))))
    return begun._replace(soc=soc, target=vehicle.charge_to, plan=plan, unplugs_at=begun.starts_at + stay)


def _top_up(
    rng: Random, habit: Mapping[str, Any], vehicle: Vehicle, connector: Connector, begun: SessionDraft
) -> SessionDraft:
    """Alternating current at a fast-charging site, for as long as a fast charge takes there."""
    stay = rng.gammavariate(habit["stay_minutes"]["shape"], habit["stay_minutes"]["scale"])
    soc = rng.uniform(0.2, 0.6)
    plan = delivery(vehicle, connector, soc=soc, target=vehicle.charge_to, limit_wh=begun.limit_wh)
    unplugs_at = begun.starts_at + max(MINUTE, int(stay * MINUTE) // MILLISECOND * MILLISECOND)
    return begun._replace(
        soc=soc, target=vehicle.charge_to, plan=plan, unplugs_at=min(unplugs_at, begun.created_at + DAY // 2)
    )


def _failure(shares: Mapping[str, float], drawn: float) -> str | None:
    for name in ("fault_at_start", "cancelled", "fault_while_charging", "zero_energy", "payment_failure"):
        drawn -= shares.get(name, 0.0)
        if drawn < 0:
            return name
    return None


def _millis(hours: float) -> int:
    return int(hours * HOUR) // MILLISECOND * MILLISECOND
