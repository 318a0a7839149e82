"""Events that change a planned session. Each function returns the replanned session, or raises a refusal.

`at` is the instant of the event, now or later. The smart-charging side is left as it was;
`smart_charging.with_new_summary` computes it from the new plan.
"""

from ..channels import Channel
from ..clock import EARLIEST, HOUR, NEVER, millis
from ..errors import ImpossibleError, SessionEndedError
from ..models import Connector, Outcome, Reason, Session, Vehicle
from .lifecycle import SessionBoundaries
from .power_plan import cut, delivered, unpacked
from .replan import NewEnd, NewSettlement, Silence, replan
from .start import UNPLUGS_AFTER, delivery, ended_at, soc_after, up_to_millis
from .view import LONGEST, final_total, status, whole_wh


def stop(session: Session, *, at: int) -> Session:
    """The vendor is told to end the session, which cancels it if no power has flowed. Raises SessionEndedError."""
    if status(session, at) != "active":
        raise SessionEndedError(session.outcome, session.ended_at)
    outcome, reason = Outcome.COMPLETED, Reason.STOPPED
    if at < session.started_at:
        outcome, reason = Outcome.CANCELLED, Reason.CANCELLED
    return _without_power(
        session,
        at,
        ended_at=at,
        unplugged_at=min(session.unplugged_at, at + UNPLUGS_AFTER),
        outcome=outcome,
        reason=reason if at <= session.power_ends_at else session.reason,
    )


def unplug(session: Session, channel: Channel, *, at: int) -> Session:
    """The vehicle is unplugged, which ends power and session, or cancels the session if no power has flowed.

    If both have ended before, the vehicle only leaves its connector.
    """
    _refuse_before(session, channel, at)
    if session.unplugged_at <= at:
        raise ImpossibleError(f"{_name(session, channel)} was unplugged at {millis(session.unplugged_at)}.")
    outcome, reason = session.outcome, session.reason
    if at < session.started_at:
        outcome, reason = Outcome.CANCELLED, Reason.CANCELLED
    elif at < session.power_ends_at:
        outcome, reason = Outcome.COMPLETED, Reason.UNPLUGGED
    return _without_power(
        session,
        at,
        ended_at=min(session.ended_at, at),
        unplugged_at=at,
        outcome=outcome,
        reason=reason,
        unplugging_seen=True,
    )


def vehicle_full(session: Session, channel: Channel, *, at: int) -> Session:
    """The vehicle is full. It leaves when planned, or a minute after the end of power if that was the plan."""
    _refuse_before(session, channel, at)
    _refuse_without_power(session, channel, at)
    unplugged_at = at + UNPLUGS_AFTER if _leaves_after_power(session) else session.unplugged_at
    return _without_power(
        session,
        at,
        ended_at=ended_at(channel, Reason.FULL, at, unplugged_at),
        unplugged_at=unplugged_at,
        outcome=Outcome.COMPLETED,
        reason=Reason.FULL,
    )


def fault(session: Session, channel: Channel, *, at: int) -> Session:
    """The connector fails, and so does the session. What has flowed is billed; the vehicle leaves within a minute."""
    _refuse_before(session, channel, at)
    if session.ended_at <= at:
        raise ImpossibleError(f"{_name(session, channel)} was {session.outcome} at {millis(session.ended_at)}.")
    return _without_power(
        session,
        at,
        ended_at=at,
        unplugged_at=min(session.unplugged_at, at + UNPLUGS_AFTER),
        outcome=Outcome.FAILED,
        reason=Reason.FAULT,
    )


def until_maintenance(session: Session, channel: Channel, connector: Connector) -> Session:
    """The session with its vehicle unplugged when maintenance of the connector begins, if that is during the visit."""
    if connector.for_maintenance and session.created_at < connector.broken_from < session.unplugged_at:
        return unplug(session, channel, at=connector.broken_from)
    return session


def limit(
    session: Session, channel: Channel, vehicle: Vehicle, connector: Connector, *, at: int, limit_wh: int | None
) -> Session:
    """The session takes no more than `limit_wh` in all; None lifts the limit.

    No operation calls it yet: it is for changes of a limit, and for boosts.
    Charging goes on from `at` until the limit, until the vehicle is full, or until another end that was planned. If the
    limit has been passed before, charging ends immediately.
    """
    _refuse_before(session, channel, at)
    name = _name(session, channel)
    if not channel.takes_limits:
        raise ImpossibleError(f"{name} takes no limit.")
    plan, flows_from = unpacked(session.plan), max(at, session.started_at)
    hours = (flows_from - session.started_at) / HOUR
    _refuse_without_power(session, channel, at)
    if plan[-1][0] <= hours or not plan[-1][1]:
        raise ImpossibleError(f"{name} takes no more power.")
    flowed_kwh = delivered(plan, hours)
    soc = session.soc_start + (session.soc_end - session.soc_start) * flowed_kwh / plan[-1][1]
    target = session.soc_end if session.reason == Reason.FULL else max(vehicle.charge_to, session.soc_end)
    left_wh = None if limit_wh is None else max(0.0, limit_wh - 1000 * flowed_kwh)
    rest = delivery(vehicle, connector, soc=soc, target=target, limit_wh=left_wh)
    is_limited = limit_wh is not None and whole_wh(flowed_kwh + rest[-1][1]) >= limit_wh
    ends = [
        (flows_from + up_to_millis(rest[-1][0]), Reason.LIMIT if is_limited else Reason.FULL, Outcome.COMPLETED),
        (session.created_at + LONGEST - UNPLUGS_AFTER, Reason.STOPPED, Outcome.COMPLETED),
    ]
    if session.reason not in (Reason.FULL, Reason.LIMIT):
        ends.append((session.power_ends_at, Reason(session.reason), Outcome(session.outcome)))
    elif not _leaves_after_power(session):
        ends.append((session.unplugged_at, Reason.UNPLUGGED, Outcome.COMPLETED))
    power_ends_at, reason, outcome = min(ends)
    unplugged_at = power_ends_at + UNPLUGS_AFTER if _leaves_after_power(session) else session.unplugged_at
    power = rest if power_ends_at == ends[0][0] else cut(rest, (power_ends_at - flows_from) / HOUR)
    change = NewEnd(
        power_ends_at=power_ends_at,
        ended_at=ended_at(channel, reason, power_ends_at, unplugged_at),
        unplugged_at=unplugged_at,
        outcome=outcome,
        reason=reason,
        limit_wh=limit_wh,
        power=power,
        soc_end=soc_after(soc, power, vehicle, connector),
    )
    return replan(session, at, change)


def silence(session: Session, *, since: int, until: int, known: int = EARLIEST) -> Session:
    """The station is silent from `since` until `until`; what happens in between becomes known at `until`.

    What happened before `known` is known already, such as an end through the vendor during the silence. A session whose
    vehicle is not plugged in during the silence is returned as it is.
    """
    until = min(until, session.created_at + LONGEST)
    if max(since, session.created_at) >= min(until, session.unplugged_at) or known >= until:
        return session
    return replan(session, max(since, known), Silence(until))


def fail_payment(session: Session, channel: Channel, *, at: int) -> Session:
    """The payment will fail when it is due, so the session is never settled."""
    _refuse_before(session, channel, at)
    _refuse_unpaid(session, channel)
    if session.settled_at == NEVER:
        raise ImpossibleError(f"The payment of {_name(session, channel)} fails already.")
    _refuse_settled(session, channel, at)
    return replan(session, at, NewSettlement(NEVER))


def pay_debt(session: Session, channel: Channel, *, at: int) -> Session:
    """The debt that a failed payment has left is paid, which settles the session."""
    _refuse_unpaid(session, channel)
    name = _name(session, channel)
    if session.settled_at != NEVER:
        raise ImpossibleError(f"{name} has no debt: it is settled at {millis(session.settled_at)}.")
    if at < session.ended_at:
        raise ImpossibleError(f"{name} has no debt before it ends at {millis(session.ended_at)}.")
    return replan(session, at, NewSettlement(at))


def late_record(session: Session, channel: Channel, *, delay: int, at: int) -> Session:
    """The charge record comes `delay` after the session's end, and the session is settled then; known from `at` on."""
    _refuse_before(session, channel, at)
    name = _name(session, channel)
    if not channel.has_charge_record:
        raise ImpossibleError(f"{name} has no charge record: sessions of the channel {channel.name} have none.")
    if session.settled_at == NEVER:
        raise ImpossibleError(f"The payment of {name} fails: no charge record settles it.")
    _refuse_settled(session, channel, at)
    arrives_at = session.ended_at + delay
    if arrives_at < at:
        raise ImpossibleError(f"The charge record of {name} would have come at {millis(arrives_at)} already.")
    return replan(session, at, NewSettlement(arrives_at))


def _without_power(
    session: Session,
    at: int,
    *,
    ended_at: int,
    unplugged_at: int,
    outcome: str,
    reason: str,
    unplugging_seen: bool = False,
) -> Session:
    """The session when power stops at `at` at the latest."""
    change = NewEnd(
        power_ends_at=min(session.power_ends_at, at),
        ended_at=ended_at,
        unplugged_at=unplugged_at,
        outcome=outcome,
        reason=reason,
        limit_wh=session.limit_wh,
        unplugging_seen=unplugging_seen,
    )
    return replan(session, at, change)


def _leaves_after_power(session: Session) -> bool:
    """Whether the vehicle is unplugged a minute after the end of power, rather than at an instant of its own."""
    return session.unplugged_at == session.power_ends_at + UNPLUGS_AFTER


def _refuse_before(session: Session, channel: Channel, at: int) -> None:
    if at < session.created_at:
        raise ImpossibleError(f"{_name(session, channel)} is not plugged in before {millis(session.created_at)}.")


def _refuse_without_power(session: Session, channel: Channel, at: int) -> None:
    if session.power_ends_at <= at:
        raise ImpossibleError(f"{_name(session, channel)} has taken no power since {millis(session.power_ends_at)}.")


def _refuse_unpaid(session: Session, channel: Channel) -> None:
    name = _name(session, channel)
    if channel.buyer is None:
        raise ImpossibleError(f"There is no payment for {name}: it is charged at home.")
    if not final_total(session):
        raise ImpossibleError(f"There is no payment for {name}: it costs nothing.")


def _refuse_settled(session: Session, channel: Channel, at: int) -> None:
    if session.settled_at <= at:
        raise ImpossibleError(f"{_name(session, channel)} was settled at {millis(session.settled_at)}.")


def _name(session: Session, channel: Channel) -> str:
    return SessionBoundaries.of(session, channel).name
