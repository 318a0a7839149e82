"""How a charging session begins: from a buyer, a connector and a draft to a session with its plan and its bill."""

from dataclasses import dataclass
from math import ceil
from typing import Final, NamedTuple

from ..channels import Channel
from ..clock import HOUR, MILLISECOND, MINUTE, NEVER, SECOND
from ..ids import prefixed_id
from ..models import Connector, Outcome, Reason, Session, Station, Vehicle
from ..station_prices import tariff_at
from .power_plan import Battery, Plan, ac_curve, charge, cut, packed, reported
from .replan import totals
from .view import LONGEST, whole_wh

_VOLTS: Final = 230
_DC_EFFICIENCY: Final = 0.96
AC_EFFICIENCY: Final = 0.92
_PLUGS: Final = {"IEC_62196_T2_COMBO": "CCS", "CHADEMO": "CHAdeMO"}
"""OCPI's connector standards on direct current, and the inlets they fit. Every vehicle takes alternating current."""
NOTICES_FULL: Final = 10 * SECOND
"""The least time that a vehicle needs to report that it is full."""
UNPLUGS_AFTER: Final = MINUTE
"""How long a vehicle stays plugged in after the end, unless something else is planned."""
_REPORTS_EVERY: Final = MINUTE
"""How far the messages of progress lie apart that an operator sends who sends a number of them."""


@dataclass(frozen=True, slots=True)
class SessionIds:
    """The names of a new session: its number in the world, its prefixed id and its UUID."""

    n: int
    id: str
    uuid: str


@dataclass(frozen=True, slots=True)
class Buyer:
    """The vehicle that is charged, the channel through which, the customer, and the payment method."""

    channel: Channel
    vehicle: Vehicle
    driver: str | None = None
    fleet: str | None = None
    user: str | None = None
    payment_method: str | None = None


class SessionDraft(NamedTuple):
    """What is known of a session when the vehicle is plugged in.

    `soc` and `target` are states of charge; `unplugs_at`, `faults_at` and `cancelled_at` may cut the plan short;
    `settles_after` is None when the payment will fail.
    """

    created_at: int
    starts_at: int
    soc: float
    target: float
    plan: Plan
    unplugs_at: int | None = None
    faults_at: int | None = None
    cancelled_at: int | None = None
    limit_wh: int | None = None
    settles_after: int | None = 0
    rating: int | None = None


def started_id(seed: int, n: int) -> str:
    """The id of the session of that number in a world with that seed, if a caller has started it."""
    return prefixed_id("cs", seed, "started", n)


def in_order(station: Station, connector: Connector, now: int) -> bool:
    """Whether the station is online and not silent, and the connector works."""
    silent = station.silent_from <= now < station.silent_until
    broken = connector.broken_from <= now < connector.broken_until
    return station.online and connector.in_service and not (silent or broken)


def fits(vehicle: Vehicle, connector: Connector) -> bool:
    """Whether the vehicle's inlet takes the connector's plug."""
    return _PLUGS.get(connector.standard, vehicle.plug) == vehicle.plug


def battery_at(vehicle: Vehicle, connector: Connector, fitness: float = 1.0) -> Battery:
    """The vehicle's battery at that connector. `fitness` below 1 is a cold or worn battery on direct current."""
    if connector.phases:
        curve = ac_curve(cap_kw(vehicle, connector))
    else:
        curve = tuple([(soc, max(1.0, power * fitness)) for soc, power in vehicle.dc])
    return Battery(vehicle.battery_wh / 1000, efficiency(connector), curve)


def efficiency(connector: Connector) -> float:
    """The share of the energy at the meter that reaches the battery."""
    return AC_EFFICIENCY if connector.phases else _DC_EFFICIENCY


def cap_kw(vehicle: Vehicle, connector: Connector) -> float:
    """The most power that connector and vehicle allow: on alternating current by the phases and amperes they share."""
    if not connector.phases:
        return connector.power_kw
    phases = min(connector.phases, vehicle.ac_phases)
    amperes = min(connector.power_kw / connector.phases, vehicle.ac_kw / vehicle.ac_phases) * 1000 / _VOLTS
    return phases * amperes * _VOLTS / 1000


def delivery(
    vehicle: Vehicle,
    connector: Connector,
    *,
    soc: float,
    target: float,
    limit_wh: float | None = None,
    fitness: float = 1.0,
) -> Plan:
    """The plan of a session that charges without a pause."""
    limit_kwh = None if limit_wh is None else limit_wh / 1000
    battery = battery_at(vehicle, connector, fitness)
    return charge(battery, soc=soc, target=target, cap_kw=cap_kw(vehicle, connector), limit_kwh=limit_kwh)


def as_reported(plan: Plan, connector: Connector) -> Plan:
    """The plan as the operator of a connector reports it: live, or by a number of messages and a last one at the end.

    The messages come every minute, the first a minute after the start of power.
    """
    if connector.progress is None:
        return plan
    return reported(plan, _REPORTS_EVERY / HOUR, connector.progress)


def begin(names: SessionIds, buyer: Buyer, station: Station, connector: Connector, draft: SessionDraft) -> Session:
    """The session of a draft, planned to its end, with its bill."""
    power_ends_at, reason = _end_of_power(draft)
    plan, sold = draft.plan, tariff_at(connector, draft.created_at)
    if reason not in (Reason.FULL, Reason.LIMIT):
        plan = cut(plan, (power_ends_at - draft.starts_at) / HOUR)
    unplugged_at = _unplugged_at(draft, power_ends_at, reason)
    started_at = min(draft.starts_at, power_ends_at)
    ends_at = ended_at(buyer.channel, reason, power_ends_at, unplugged_at)
    return Session(
        n=names.n,
        id=names.id,
        uuid=names.uuid,
        channel=buyer.channel.name,
        driver=buyer.driver,
        fleet=buyer.fleet,
        vehicle=buyer.vehicle.id,
        payment_method=buyer.payment_method,
        user=buyer.user,
        station=station.id,
        connector=connector.id,
        country=station.country,
        tariff=sold,
        created_at=draft.created_at,
        started_at=started_at,
        power_ends_at=power_ends_at,
        ended_at=ends_at,
        unplugged_at=unplugged_at,
        settled_at=NEVER if draft.settles_after is None else ends_at + draft.settles_after,
        touched_at=draft.created_at,
        outcome=_OUTCOMES.get(reason, Outcome.COMPLETED),
        reason=reason,
        limit_wh=draft.limit_wh,
        soc_start=draft.soc,
        soc_end=soc_after(draft.soc, plan, buyer.vehicle, connector),
        rating=draft.rating,
        plan=packed(plan),
        **totals(plan, sold, ends_at - started_at),
    )


def ended_at(channel: Channel, reason: Reason, power_ends_at: int, unplugged_at: int) -> int:
    """When the session ends: a fault or a cancellation ends it with the power, else the channel decides."""
    is_over = reason in (Reason.FAULT, Reason.CANCELLED)
    return power_ends_at if is_over or channel.ends_with_power else unplugged_at


def up_to_millis(hours: float) -> int:
    """Hours in microseconds, rounded up to whole milliseconds."""
    return ceil(hours * HOUR / MILLISECOND) * MILLISECOND


_OUTCOMES: Final = {Reason.FAULT: Outcome.FAILED, Reason.CANCELLED: Outcome.CANCELLED}


def soc_after(soc: float, plan: Plan, vehicle: Vehicle, connector: Connector) -> float:
    """The state of charge after a plan that begins at `soc`."""
    return min(1.0, soc + efficiency(connector) * plan[-1][1] / (vehicle.battery_wh / 1000))


def _end_of_power(draft: SessionDraft) -> tuple[int, Reason]:
    """The instant at which power stops, and why."""
    done_at = draft.starts_at + max(up_to_millis(draft.plan[-1][0]), NOTICES_FULL)
    limited = draft.limit_wh is not None and whole_wh(draft.plan[-1][1]) >= draft.limit_wh
    ends = [
        (done_at, Reason.LIMIT if limited else Reason.FULL),
        (draft.created_at + LONGEST - UNPLUGS_AFTER, Reason.STOPPED),
    ]
    if draft.unplugs_at is not None:
        ends.append((draft.unplugs_at, Reason.UNPLUGGED))
    if draft.faults_at is not None:
        ends.append((draft.faults_at, Reason.FAULT))
    if draft.cancelled_at is not None:
        ends.append((draft.cancelled_at, Reason.CANCELLED))
    at, reason = min(ends)
    return max(draft.created_at, at), reason


def _unplugged_at(draft: SessionDraft, power_ends_at: int, reason: Reason) -> int:
    if draft.unplugs_at is None or reason in (Reason.FAULT, Reason.CANCELLED):
        return power_ends_at + UNPLUGS_AFTER
    return max(min(draft.unplugs_at, draft.created_at + LONGEST), power_ends_at)
