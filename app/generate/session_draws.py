"""Drafts of sessions: how a vehicle charges that comes to a connector as wished for, and what goes wrong."""

from dataclasses import dataclass
from typing import NamedTuple

from ..domain import smart_charging
from ..domain.channels import Channel
from ..domain.clock import DAY, HOUR, MILLISECOND, MINUTE
from ..domain.models import Connector, Vehicle
from ..domain.sessions import power_plan
from ..domain.sessions.start import SessionDraft, battery_at, delivery
from .wishes import LESS_THAN_FULL, LONGEST_STAY, Failure, Fast, HomeWish, Slow, Wish, soc_before, whole_millis


class Arrival(NamedTuple):
    """The states of charge with which a vehicle can arrive, after what can be driven since it was unplugged."""

    lowest: float
    highest: float

    def allows(self, soc: float) -> bool:
        return self.lowest <= soc <= self.highest


@dataclass(frozen=True, slots=True)
class HomeDraft:
    """A session at home, the goal of its optimiser, the plan without waiting, and the optimised plan if it has one."""

    draft: SessionDraft
    goal: smart_charging.ChargingGoal
    at_once: power_plan.Plan
    optimised: power_plan.Plan | None


def public(
    wished: Wish, vehicle: Vehicle, connector: Connector, *, channel: Channel, created_at: int, arrival: Arrival
) -> SessionDraft | None:
    """The session at a connector; None if the vehicle cannot arrive with the state of charge that it needs."""
    begun = SessionDraft(
        created_at=created_at,
        starts_at=created_at + wished.starts_after,
        soc=0.0,
        target=0.0,
        plan=power_plan.EMPTY,
        limit_wh=wished.limit_wh if channel.takes_limits else None,
        settles_after=wished.settles_after,
        rating=wished.rating,
    )
    if isinstance(wished.charge, Slow):
        draft = _slow(wished.charge, vehicle, connector, begun, arrival)
    elif connector.phases:
        draft = _top_up(wished, vehicle, connector, begun, arrival)
    else:
        draft = _fast(wished.charge, vehicle, connector, begun, arrival)
    return None if draft is None else _with_failure(wished.failure, draft, channel)


def at_home(
    wished: HomeWish,
    vehicle: Vehicle,
    connector: Connector,
    *,
    market: smart_charging.Market,
    plugged_at: int,
    utc_offset_minutes: int,
    arrival: Arrival,
) -> HomeDraft | None:
    """The session at home, which the optimiser plans for the cheapest hours before the deadline; leaving may cut it.

    None if the vehicle cannot arrive with the state of charge that the energy needs.
    """
    soc = wished.needs(vehicle)
    if not arrival.allows(soc):
        return None
    at_once = delivery(vehicle, connector, soc=soc, target=vehicle.charge_to)
    deadline_at = smart_charging.deadline(plugged_at, utc_offset_minutes, smart_charging.READY_BY)
    leaves = plugged_at + wished.stay
    optimised = None
    if wished.optimised:
        optimised = smart_charging.delayed(
            at_once, smart_charging.cheapest_wait(market, plugged_at, deadline_at, at_once[-1][0])
        )
        if plugged_at + whole_millis(optimised[-1][0]) > leaves and not wished.surprised:
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
        at_home=True, target_soc=vehicle.charge_to, deadline_at=deadline_at, unplug_seen=wished.unplug_seen
    )
    return HomeDraft(draft, goal, at_once, optimised)


def _fast(
    wished: Fast, vehicle: Vehicle, connector: Connector, begun: SessionDraft, arrival: Arrival
) -> SessionDraft | None:
    """Direct current, until the state of charge that the driver wants, or until the driver unplugs there.

    At a connector that is slow for the vehicle, the driver may leave before.
    """
    charge = wished.charge
    if not arrival.allows(charge.soc):
        return None
    target = 1.0 if wished.leaves_early else charge.target
    plan = delivery(vehicle, connector, soc=charge.soc, target=target, limit_wh=begun.limit_wh, fitness=charge.fitness)
    stay = whole_millis(plan[-1][0]) + wished.lingers
    if wished.leaves_early:
        taken = battery_at(vehicle, connector)
        wanted_kwh = (charge.target - charge.soc) * taken.capacity_kwh / taken.efficiency
        stay = whole_millis(power_plan.hour_of(plan, wanted_kwh))
    stay = min(stay, whole_millis(charge.patience_hours))
    return begun._replace(soc=charge.soc, target=target, plan=plan, unplugs_at=begun.starts_at + stay)


def _slow(
    wished: Slow, vehicle: Vehicle, connector: Connector, begun: SessionDraft, arrival: Arrival
) -> SessionDraft | None:
    """Alternating current: an energy, and a stay that is often longer than the energy takes.

    A vehicle that comes with a little less than it takes to be charged as far as usual is charged less far.
    """
    needed = soc_before(wished.energy_kwh, vehicle)
    soc = min(needed, arrival.highest)
    if soc < max(needed - LESS_THAN_FULL, arrival.lowest):
        return None
    target = vehicle.charge_to - (needed - soc)
    plan = delivery(vehicle, connector, soc=soc, target=target, limit_wh=begun.limit_wh)
    stay = min(LONGEST_STAY, whole_millis(max(wished.stay_hours, plan[-1][0] * wished.overstays)))
    return begun._replace(soc=soc, target=target, plan=plan, unplugs_at=begun.starts_at + stay)


def _top_up(
    wished: Wish, vehicle: Vehicle, connector: Connector, begun: SessionDraft, arrival: Arrival
) -> SessionDraft | None:
    """Alternating current at a fast-charging site, for as long as a fast charge takes there."""
    soc = min(max(wished.top_up_soc, arrival.lowest), arrival.highest)
    if soc >= vehicle.charge_to:
        return None
    plan = delivery(vehicle, connector, soc=soc, target=vehicle.charge_to, limit_wh=begun.limit_wh)
    unplugs_at = begun.starts_at + max(MINUTE, whole_millis(wished.top_up_hours))
    return begun._replace(
        soc=soc, target=vehicle.charge_to, plan=plan, unplugs_at=min(unplugs_at, begun.created_at + DAY // 2)
    )


def _with_failure(failure: Failure, draft: SessionDraft, channel: Channel) -> SessionDraft:
    """The same session, which may fail; starts fail only where the channel shows failed starts."""
    if failure.name == "fault_at_start" and channel.shows_failed_starts:
        return draft._replace(faults_at=draft.created_at + failure.after * MILLISECOND)
    if failure.name == "cancelled" and channel.shows_failed_starts:
        return draft._replace(cancelled_at=draft.created_at + (failure.after - 1_000) * MILLISECOND)
    if failure.name == "fault_while_charging":
        span = draft.plan[-1][0] * HOUR
        if draft.unplugs_at is not None:
            span = min(span, draft.unplugs_at - draft.starts_at)
        return draft._replace(faults_at=draft.starts_at + int(span * failure.share) // MILLISECOND * MILLISECOND)
    if failure.name == "zero_energy":
        return draft._replace(target=draft.soc, plan=power_plan.EMPTY)
    return draft
