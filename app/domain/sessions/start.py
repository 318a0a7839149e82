"""How a charging session begins and ends: from a car, a connector and a wish to a session with its plan and bill."""

from dataclasses import dataclass
from math import ceil
from typing import Final, NamedTuple

from ..clock import HOUR, MILLISECOND, MINUTE, NEVER, SECOND
from ..errors import (
    AuthenticationRequiredError,
    ConnectorBusyError,
    PaymentDeclinedError,
    PlugMismatchError,
    SessionEndedError,
    StationOfflineError,
    VehicleBusyError,
)
from ..models import Card, Channel, Connector, Outcome, PaymentMethod, Reason, Session, Station, Vehicle
from .power_plan import Battery, Plan, ac_curve, charge, cut, packed
from .replan import amounts, cut_short
from .view import LONGEST, status, whole_wh

_VOLTS: Final = 230
_DC_EFFICIENCY: Final = 0.96
_AC_EFFICIENCY: Final = 0.92
_PLUGS: Final = {"IEC_62196_T2_COMBO": "CCS", "CHADEMO": "CHAdeMO"}
"""OCPI's connector standards on direct current, and the inlets they fit. Every car takes alternating current."""
_NOTICES_FULL: Final = 10 * SECOND
"""How long a car takes at least to say that it wants no more."""
UNPLUGS_AFTER: Final = MINUTE
"""How long after the end a car stays plugged in when nobody asked for something else."""


@dataclass(frozen=True, slots=True)
class SessionIds:
    """What a new session is called: its number in the world, its Charge id and its UUID."""

    n: int
    id: str
    uuid: str


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who charges, through whom, and who pays."""

    channel: Channel
    vehicle: Vehicle
    driver: str | None = None
    fleet: str | None = None
    user: str | None = None
    payment_method: str | None = None


class SessionDraft(NamedTuple):
    """What happens, as far as it is known when the car is plugged in; the `…_at` may cut the plan short.

    `soc` and `target` are states of charge; `settles_after` is None when the payment will fail.
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


def authorise(
    station: Station,
    connector: Connector,
    vehicle: Vehicle,
    method: PaymentMethod,
    *,
    now: int,
    connector_busy: bool,
    vehicle_busy: bool,
) -> None:
    """Refuses a start for what is wrong with the place, the car or the card, in this order."""
    if not in_order(station, connector, now):
        raise StationOfflineError
    if not fits(vehicle, connector):
        raise PlugMismatchError
    if connector_busy:
        raise ConnectorBusyError
    if vehicle_busy:
        raise VehicleBusyError
    if method.card is Card.DECLINED or method.declined_from <= now:
        raise PaymentDeclinedError
    if method.card is Card.NEEDS_AUTHENTICATION:
        raise AuthenticationRequiredError


def in_order(station: Station, connector: Connector, now: int) -> bool:
    """Whether the station is heard of and the connector works."""
    silent = station.silent_from <= now < station.silent_until
    broken = connector.broken_from <= now < connector.broken_until
    return station.online and connector.in_service and not (silent or broken)


def fits(vehicle: Vehicle, connector: Connector) -> bool:
    """Whether the car's inlet takes the connector's plug."""
    return _PLUGS.get(connector.standard, vehicle.plug) == vehicle.plug


def battery_at(vehicle: Vehicle, connector: Connector, fitness: float = 1.0) -> Battery:
    """The car's battery as that connector sees it. `fitness` below 1 is a cold or worn battery on direct current."""
    if connector.phases:
        curve = ac_curve(cap_kw(vehicle, connector))
    else:
        curve = tuple([(soc, max(1.0, power * fitness)) for soc, power in vehicle.dc])
    return Battery(vehicle.battery_wh / 1000, efficiency(connector), curve)


def efficiency(connector: Connector) -> float:
    """The share of the energy at the meter that reaches the battery."""
    return _AC_EFFICIENCY if connector.phases else _DC_EFFICIENCY


def cap_kw(vehicle: Vehicle, connector: Connector) -> float:
    """The most power that connector and car agree on: on alternating current by the phases and amperes they share."""
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
    limit_wh: int | None = None,
    fitness: float = 1.0,
) -> Plan:
    """The power such a session is planned to take, without pauses."""
    limit_kwh = None if limit_wh is None else limit_wh / 1000
    battery = battery_at(vehicle, connector, fitness)
    return charge(battery, soc=soc, target=target, cap_kw=cap_kw(vehicle, connector), limit_kwh=limit_kwh)


def begin(names: SessionIds, party: Buyer, station: Station, connector: Connector, course: SessionDraft) -> Session:
    """The session that follows from all this, planned to its end and billed."""
    power_ends_at, reason = _end_of_power(course)
    plan = course.plan
    if reason not in (Reason.FULL, Reason.LIMIT):
        plan = cut(plan, (power_ends_at - course.starts_at) / HOUR)
    unplugged_at = _unplugged_at(course, power_ends_at, reason)
    ends_with_power = party.channel is Channel.CHARGE or reason in (Reason.FAULT, Reason.CANCELLED)
    started_at = min(course.starts_at, power_ends_at)
    ended_at = power_ends_at if ends_with_power else unplugged_at
    vehicle, sold = party.vehicle, connector.tariff
    return Session(
        n=names.n,
        id=names.id,
        uuid=names.uuid,
        channel=party.channel,
        driver=party.driver,
        fleet=party.fleet,
        vehicle=vehicle.id,
        payment_method=party.payment_method,
        user=party.user,
        station=station.id,
        connector=connector.id,
        country=station.country,
        tariff=sold,
        created_at=course.created_at,
        started_at=started_at,
        power_ends_at=power_ends_at,
        ended_at=ended_at,
        unplugged_at=unplugged_at,
        settled_at=NEVER if course.settles_after is None else ended_at + course.settles_after,
        touched_at=course.created_at,
        outcome=_OUTCOMES.get(reason, Outcome.COMPLETED),
        reason=reason,
        limit_wh=course.limit_wh,
        soc_start=course.soc,
        soc_end=_soc_end(course.soc, plan, vehicle, connector),
        rating=course.rating,
        plan=packed(plan),
        **amounts(plan, sold, ended_at - started_at),
    )


def stop(session: Session, *, now: int) -> Session:
    """The session when somebody ends it now: what was before stays as it was, what was to come does not.

    Ended before power flowed, it is cancelled (CHARGE-012). Refuses with SessionEndedError.
    """
    if status(session, now) != "active":
        raise SessionEndedError
    outcome, reason = Outcome.COMPLETED, Reason.STOPPED
    if now < session.started_at:
        outcome, reason = Outcome.CANCELLED, Reason.CANCELLED
    return cut_short(
        session,
        now,
        ended_at=now,
        unplugged_at=min(session.unplugged_at, now + UNPLUGS_AFTER),
        outcome=outcome,
        reason=reason if now <= session.power_ends_at else session.reason,
    )


_OUTCOMES: Final = {Reason.FAULT: Outcome.FAILED, Reason.CANCELLED: Outcome.CANCELLED}


def _soc_end(soc_start: float, plan: Plan, vehicle: Vehicle, connector: Connector) -> float:
    return min(1.0, soc_start + efficiency(connector) * plan[-1][1] / (vehicle.battery_wh / 1000))


def _end_of_power(course: SessionDraft) -> tuple[int, Reason]:
    """When power stops, and for which of the reasons that would stop it."""
    done_at = course.starts_at + max(_up_to_millis(course.plan[-1][0]), _NOTICES_FULL)
    limited = course.limit_wh is not None and whole_wh(course.plan[-1][1]) >= course.limit_wh
    ends = [
        (done_at, Reason.LIMIT if limited else Reason.FULL),
        (course.created_at + LONGEST - UNPLUGS_AFTER, Reason.STOPPED),
    ]
    if course.unplugs_at is not None:
        ends.append((course.unplugs_at, Reason.UNPLUGGED))
    if course.faults_at is not None:
        ends.append((course.faults_at, Reason.FAULT))
    if course.cancelled_at is not None:
        ends.append((course.cancelled_at, Reason.CANCELLED))
    at, reason = min(ends)
    return max(course.created_at, at), reason


def _unplugged_at(course: SessionDraft, power_ends_at: int, reason: Reason) -> int:
    if course.unplugs_at is None or reason in (Reason.FAULT, Reason.CANCELLED):
        return power_ends_at + UNPLUGS_AFTER
    return max(min(course.unplugs_at, course.created_at + LONGEST), power_ends_at)


def _up_to_millis(hours: float) -> int:
    return ceil(hours * HOUR / MILLISECOND) * MILLISECOND
