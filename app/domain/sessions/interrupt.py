"""What happens to a session in the world, not through an API: each makes the session anew, or makes no sense.

`at` is the instant at which it happens, now or later. What was before stays as it was: the energy, the bill and the
status of every earlier instant. Podero's side of a session whose plan has changed is made anew by `smart.cut_short`.
"""

from dataclasses import replace

from ..clock import HOUR, NEVER, millis
from ..errors import SenselessError
from ..models import Channel, Outcome, Reason, Session
from .lifecycle import SessionBoundaries
from .power_plan import Plan, energy, packed, power, unpacked
from .replan import cut_short, settlement
from .start import UNPLUGS_AFTER
from .view import LONGEST, final_total


def unplug(session: Session, *, at: int) -> Session:
    """Somebody pulls the plug: all that has not ended ends.

    Before power flows that is a cancellation (CHARGE-012). A session that was over by then only leaves its connector.
    """
    _refuse_before(session, at)
    if session.unplugged_at <= at:
        raise SenselessError(f"{_name(session)} was unplugged at {millis(session.unplugged_at)}.")
    outcome, reason = session.outcome, session.reason
    if at < session.started_at:
        outcome, reason = Outcome.CANCELLED, Reason.CANCELLED
    elif at < session.power_ends_at:
        outcome, reason = Outcome.COMPLETED, Reason.UNPLUGGED
    ended_at = min(session.ended_at, at)
    podero = None if session.smart is None else replace(session.smart, unplug_seen=True)
    seen = replace(session, smart=podero)
    return cut_short(seen, at, ended_at=ended_at, unplugged_at=at, outcome=outcome, reason=reason)


def vehicle_full(session: Session, *, at: int) -> Session:
    """The car takes no more. It leaves as planned; if that was a minute after the end of power, then so it is now."""
    _refuse_before(session, at)
    if session.power_ends_at <= at:
        raise SenselessError(f"{_name(session)} has taken no power since {millis(session.power_ends_at)}.")
    unplugged_at = session.unplugged_at
    if unplugged_at == session.power_ends_at + UNPLUGS_AFTER:
        unplugged_at = at + UNPLUGS_AFTER
    ended_at = at if session.channel == Channel.CHARGE else unplugged_at
    full = {"outcome": Outcome.COMPLETED, "reason": Reason.FULL}
    return cut_short(session, at, ended_at=ended_at, unplugged_at=unplugged_at, **full)


def fault(session: Session, *, at: int) -> Session:
    """The connector fails: so does the session. What has flowed is billed, and the car leaves within a minute."""
    _refuse_before(session, at)
    if session.ended_at <= at:
        raise SenselessError(f"{_name(session)} was {session.outcome} at {millis(session.ended_at)}.")
    unplugged_at = min(session.unplugged_at, at + UNPLUGS_AFTER)
    failed = {"outcome": Outcome.FAILED, "reason": Reason.FAULT}
    return cut_short(session, at, ended_at=at, unplugged_at=unplugged_at, **failed)


def silence(session: Session, *, since: int, until: int) -> Session:
    """Nothing is heard of the station from `since` until `until`, when all that happened meanwhile is seen at once.

    Energy stands still, then jumps to what it is; what would have ended ends when the station is heard again, with the
    energy and the bill that it would have had. A session that is not plugged in meanwhile is returned as it is.
    """
    until = min(until, session.created_at + LONGEST)
    if max(since, session.created_at) >= min(until, session.unplugged_at):
        return session

    def seen(at: int) -> int:
        return until if since <= at < until else at

    plan, started_at = session.plan, session.started_at
    if started_at == session.power_ends_at:
        started_at = seen(started_at)
    elif started_at < until and since < session.power_ends_at:
        hours = ((since - started_at) / HOUR, (until - started_at) / HOUR)
        plan = packed(_unheard(unpacked(plan), *hours))
    podero = session.smart
    if podero is not None and seen(session.unplugged_at) != session.unplugged_at:
        podero = replace(podero, unplug_seen=False)
    ended_at = seen(session.ended_at)
    return replace(
        session,
        started_at=started_at,
        power_ends_at=seen(session.power_ends_at),
        ended_at=ended_at,
        unplugged_at=seen(session.unplugged_at),
        settled_at=settlement(session, ended_at),
        plan=plan,
        smart=podero,
    )


def fail_payment(session: Session, *, at: int) -> Session:
    """The payment will fail when it is due, so the session is never settled."""
    _refuse_before(session, at)
    _refuse_unpaid(session)
    if session.settled_at == NEVER:
        raise SenselessError(f"The payment of {_name(session)} fails already.")
    if session.settled_at <= at:
        raise SenselessError(f"{_name(session)} was settled at {millis(session.settled_at)}.")
    return replace(session, settled_at=NEVER, touched_at=at)


def pay_debt(session: Session, *, at: int) -> Session:
    """The driver pays what is owed since the payment failed. That is the settlement."""
    _refuse_unpaid(session)
    if session.settled_at != NEVER:
        raise SenselessError(f"{_name(session)} has no debt: it is settled at {millis(session.settled_at)}.")
    if at < session.ended_at:
        raise SenselessError(f"{_name(session)} has no debt before it ends at {millis(session.ended_at)}.")
    return replace(session, settled_at=at)


def late_record(session: Session, *, delay: int, at: int) -> Session:
    """It becomes known at `at` that the charge record comes `delay` after the session's end; the settlement waits."""
    _refuse_before(session, at)
    if session.channel != Channel.CARIQA:
        raise SenselessError(f"{_name(session)} has no charge record: it was not sold through Cariqa.")
    if session.settled_at == NEVER:
        raise SenselessError(f"The payment of {_name(session)} fails: no charge record settles it.")
    if session.settled_at <= at:
        raise SenselessError(f"{_name(session)} was settled at {millis(session.settled_at)}.")
    arrives_at = session.ended_at + delay
    if arrives_at < at:
        raise SenselessError(f"The charge record of {_name(session)} would have come at {millis(arrives_at)} already.")
    return replace(session, settled_at=arrives_at, touched_at=at)


def _refuse_before(session: Session, at: int) -> None:
    if at < session.created_at:
        raise SenselessError(f"{_name(session)} is not plugged in before {millis(session.created_at)}.")


def _refuse_unpaid(session: Session) -> None:
    if session.channel == Channel.HOME:
        raise SenselessError(f"Nobody pays for {_name(session)}: it is charged at home.")
    if not final_total(session):
        raise SenselessError(f"Nobody pays for {_name(session)}: it costs nothing.")


def _unheard(plan: Plan, since: float, until: float) -> Plan:
    """The plan as it looks when nothing is heard between two hours: energy stands, then is what it is."""
    since = max(0.0, since)
    before = tuple(row for row in plan if row[0] < since)
    stands = () if before and not before[-1][2] else ((since, energy(plan, since), 0.0, 0.0),)
    growth = next(row[3] for row in reversed(plan) if row[0] <= until)
    resumes = (until, energy(plan, until), power(plan, until), growth)
    return (*before, *stands, resumes, *(row for row in plan if row[0] > until))


def _name(session: Session) -> str:
    return SessionBoundaries.of(session).name
