"""What a session comes to in the end, and the one way to end it earlier than it was planned to."""

from dataclasses import replace
from typing import Any

from ..clock import HOUR, NEVER, SECOND
from ..models import Session
from ..pricing import bill, tariff
from .power_plan import Plan, cut, packed, unpacked
from .view import whole_wh


def cut_short(session: Session, at: int, *, ended_at: int, unplugged_at: int, outcome: str, reason: str) -> Session:
    """The session when something happens to it at `at`, and no power flows from then on.

    What was before `at` stays as it was, and what ends no later than planned costs no more than planned. It is settled
    as long after its end as it would have been, and a payment that would have failed still fails. Podero's side is
    left as it was: `smart.cut_short` makes it anew.
    """
    started_at, power_ends_at = min(session.started_at, at), min(session.power_ends_at, at)
    plan, soc_end = unpacked(session.plan), session.soc_end
    if power_ends_at < session.power_ends_at:
        whole_kwh = plan[-1][1]
        plan = cut(plan, (at - session.started_at) / HOUR)
        share = plan[-1][1] / whole_kwh if whole_kwh else 0.0
        soc_end = session.soc_start + (soc_end - session.soc_start) * share
    comes_to = amounts(plan, session.tariff, ended_at - started_at)
    if ended_at <= session.ended_at:
        comes_to = {name: min(amount, getattr(session, name)) for name, amount in comes_to.items()}
    return replace(
        session,
        started_at=started_at,
        power_ends_at=power_ends_at,
        ended_at=ended_at,
        unplugged_at=unplugged_at,
        settled_at=settlement(session, ended_at),
        touched_at=at,
        outcome=outcome,
        reason=reason,
        soc_end=soc_end,
        plan=packed(plan),
        **comes_to,
    )


def amounts(plan: Plan, sold: str, lasted: int) -> dict[str, Any]:
    """What a session of that plan comes to: its energy and the lines of its bill, by their fields' names."""
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


def settlement(session: Session, ended_at: int) -> int:
    """When the session is settled if it ends then: as long after the end as before, or never."""
    return NEVER if session.settled_at == NEVER else ended_at + session.settled_at - session.ended_at
