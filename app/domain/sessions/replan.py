"""The one way to alter the future of a session: `replan` makes a new session from a session, an instant and a change.

What a vendor shows of an earlier instant stays the same. `updated` too: a session remembers only the last action of a
person, but an earlier one is an end, and shown as such, and no action comes after the unplugging.
"""

from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from ..clock import HOUR, NEVER, SECOND
from ..models import Session
from ..pricing import bill, tariff
from .power_plan import Plan, continued, cut, packed, silenced, unpacked
from .view import whole_wh


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEnd:
    """Power, the session and the visit end at these instants, for this reason.

    `power` is the plan from the instant of the change on, or from the start of power where that is later; its hours
    and kWh count from there, and `soc_end` is the state of charge at its end. Without it the session keeps its plan, as
    far as `power_ends_at`.
    `unplugging_seen` is true where the unplugging is observed as it happens.
    """

    power_ends_at: int
    ended_at: int
    unplugged_at: int
    outcome: str
    reason: str
    limit_wh: int | None
    power: Plan | None = None
    soc_end: float | None = None
    unplugging_seen: bool = False


@dataclass(frozen=True, slots=True)
class Silence:
    """The station is silent until that instant, and what happens in between becomes known then."""

    until: int


@dataclass(frozen=True, slots=True)
class NewSettlement:
    """The session is settled at that instant. Nothing shows the change before, so it leaves `updated` as it is."""

    settled_at: int


@dataclass(frozen=True, slots=True)
class NewTariff:
    """The session, which has not begun, is sold under another tariff."""

    tariff: str


Change: TypeAlias = NewEnd | Silence | NewSettlement | NewTariff
"""What alters a session from an instant on."""


def replan(session: Session, now: int, change: Change) -> Session:
    """The session as it is planned after a change at `now`.

    The smart-charging side is left as it was, except for `unplug_seen`; `smart_charging.with_new_summary` computes it
    from the new plan.
    """
    match change:
        case NewEnd():
            return _with_new_end(session, now, change)
        case Silence(until):
            return _with_silence(session, now, until)
        case NewSettlement(settled_at):
            return replace(session, settled_at=settled_at)
        case NewTariff(sold):
            lasts = session.ended_at - session.started_at
            return replace(session, tariff=sold, **totals(unpacked(session.plan), sold, lasts))


def totals(plan: Plan, sold: str, lasted: int) -> dict[str, Any]:
    """The energy and the lines of the bill of a session that follows a plan and lasts `lasted` microseconds.

    The keys are the names of the session's fields.
    """
    energy_wh = whole_wh(plan[-1][1])
    final = bill(tariff(sold), energy_wh, lasted // SECOND)
    return {
        "energy_wh": energy_wh,
        "kwh_cost": final.kwh,
        "time_cost": final.time,
        "session_cost": final.session,
        "starting_cost": final.starting,
        "blocking_cost": final.blocking,
    }


def _with_new_end(session: Session, now: int, change: NewEnd) -> Session:
    """The session with its end replanned.

    If it ends no later than planned, no line of its bill grows, except kWh, session and starting fees where new power
    is planned. It is settled as long after its end as it would have been, and a payment that would have failed still
    fails.
    """
    started_at = min(session.started_at, change.power_ends_at)
    plan, soc_end = unpacked(session.plan), session.soc_end
    if change.power is not None or change.power_ends_at < session.power_ends_at:
        planned_kwh = plan[-1][1]
        if change.power is None:
            plan = cut(plan, (change.power_ends_at - session.started_at) / HOUR)
        else:
            plan = continued(plan, (now - session.started_at) / HOUR, change.power)
        if change.soc_end is not None:
            soc_end = change.soc_end
        else:
            share = plan[-1][1] / planned_kwh if planned_kwh else 0.0
            soc_end = session.soc_start + (soc_end - session.soc_start) * share
    comes_to = totals(plan, session.tariff, change.ended_at - started_at)
    if change.ended_at <= session.ended_at:
        # A silence may have hidden an earlier end. The time after it is not billed if the session now ends sooner.
        capped = comes_to if change.power is None else ("time_cost", "blocking_cost")
        comes_to |= {name: min(comes_to[name], getattr(session, name)) for name in capped}
    smart = session.smart
    return replace(
        session,
        started_at=started_at,
        power_ends_at=change.power_ends_at,
        ended_at=change.ended_at,
        unplugged_at=change.unplugged_at,
        settled_at=_settled_at(session, change.ended_at),
        touched_at=now,
        outcome=change.outcome,
        reason=change.reason,
        limit_wh=change.limit_wh,
        soc_end=soc_end,
        plan=packed(plan),
        smart=replace(smart, unplug_seen=True) if smart is not None and change.unplugging_seen else smart,
        **comes_to,
    )


def _with_silence(session: Session, since: int, until: int) -> Session:
    """The session when its station is silent for a while.

    Its energy stands still, then jumps to its value. What would have ended during the silence ends at its end, with the
    energy and the bill that it would have had.
    """

    def seen(at: int) -> int:
        return until if since <= at < until else at

    plan, started_at = session.plan, session.started_at
    if started_at == session.power_ends_at:
        started_at = seen(started_at)
    elif started_at < until and since <= session.power_ends_at:
        hours = ((since - started_at) / HOUR, (until - started_at) / HOUR)
        plan = packed(silenced(unpacked(plan), *hours))
    smart = session.smart
    if smart is not None and seen(session.unplugged_at) != session.unplugged_at:
        smart = replace(smart, unplug_seen=False)
    ended_at = seen(session.ended_at)
    return replace(
        session,
        started_at=started_at,
        power_ends_at=seen(session.power_ends_at),
        ended_at=ended_at,
        unplugged_at=seen(session.unplugged_at),
        settled_at=_settled_at(session, ended_at),
        touched_at=seen(session.touched_at),
        plan=plan,
        smart=smart,
    )


def _settled_at(session: Session, ended_at: int) -> int:
    """When the session is settled if it ends then: as long after the end as before, or never."""
    return NEVER if session.settled_at == NEVER else ended_at + session.settled_at - session.ended_at
