"""The values of a session at an instant. All functions are pure."""

from dataclasses import replace
from math import floor
from typing import Final

from ..clock import DAY, HOUR, MILLISECOND, SECOND
from ..models import Session
from ..pricing import Bill, bill, tariff
from .power_plan import Battery, energy, flowed, packed, still_since, unpacked

LONGEST: Final = 7 * DAY
"""No session lasts longer, so a search for active ones need not look further back."""
ACTIVE: Final = "active"


def status(session: Session, now: int) -> str:
    """`active`, and from the session's end on its outcome."""
    return ACTIVE if now < session.ended_at else session.outcome


def as_flowed(session: Session) -> Session:
    """The session with the plan by which its power flows, which differs where an operator reports it by messages."""
    plan = unpacked(session.plan)
    by_power = flowed(plan)
    return session if by_power == plan else replace(session, plan=packed(by_power))


def energy_wh(session: Session, now: int) -> int:
    """Whole Wh delivered so far; never falls, and is the stored energy from the end of power on."""
    if now >= session.power_ends_at:
        return session.energy_wh
    if now <= session.started_at:
        return 0
    delivered = energy(unpacked(session.plan), (now - session.started_at) / HOUR)
    return min(whole_wh(delivered), session.energy_wh)


def soc(session: Session, battery: Battery, now: int) -> float:
    """The state of charge of the vehicle's battery (see `start.battery_at`), in step with the energy so far.

    At the end it is `soc_end`, to one Wh of the battery.
    """
    charged_kwh = battery.efficiency * energy_wh(session, now) / 1000
    return min(1.0, session.soc_start + charged_kwh / battery.capacity_kwh)


def bill_at(session: Session, now: int) -> Bill:
    """The bill so far; the stored one from the session's end on. Both come from `pricing.bill`."""
    if now >= session.ended_at:
        return final_bill(session)
    return _running_bill(session, now, energy_wh(session, now))


def amount_due(session: Session, now: int, delivered_wh: int) -> int:
    """The total of `bill_at` in minor units, given the `energy_wh` of the same instant."""
    return final_total(session) if now >= session.ended_at else _running_bill(session, now, delivered_wh).total


def final_total(session: Session) -> int:
    """The total of the final bill, in minor units."""
    return session.kwh_cost + session.time_cost + session.session_cost + session.starting_cost + session.blocking_cost


def final_bill(session: Session) -> Bill:
    """The bill from the session's end on."""
    return Bill(session.kwh_cost, session.time_cost, session.session_cost, session.starting_cost, session.blocking_cost)


def seconds(session: Session, now: int) -> int:
    """Whole seconds that the session has lasted, from the start of power."""
    return max(0, min(now, session.ended_at) - session.started_at) // SECOND


def updated(session: Session, now: int) -> int:
    """When the session last changed: now while power flows, else at its last boundary or a person's last action.

    During a pause in charging, the last boundary is the beginning of the pause.
    """
    last = session.created_at
    if session.started_at <= now < session.power_ends_at:
        last = _flowed_until(session, now)
    elif session.settled_at <= now:
        last = session.settled_at
    elif session.ended_at <= now:
        last = session.ended_at
    elif session.power_ends_at <= now:
        last = session.power_ends_at
    return session.touched_at if last < session.touched_at <= now else last


def whole_wh(energy_kwh: float) -> int:
    """kWh as the meter shows them: whole Wh, rounded down."""
    return floor(1000 * energy_kwh + 1e-6)


def _running_bill(session: Session, now: int, delivered_wh: int) -> Bill:
    """The bill so far. No line is above that of the final bill, which becomes known late after a silence."""
    running = bill(tariff(session.tariff), delivered_wh, seconds(session, now))
    if running.time <= session.time_cost and running.blocking <= session.blocking_cost:
        return running
    return Bill(*map(min, running, final_bill(session)))


def _flowed_until(session: Session, now: int) -> int:
    """Now if power flows, else the millisecond from which it does not."""
    hour = still_since(session.plan, (now - session.started_at) / HOUR)
    if hour is None:
        return now
    stopped = session.started_at + round(hour * HOUR)
    return min(now, -(-stopped // MILLISECOND) * MILLISECOND)
