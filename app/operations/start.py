"""Starts a session through a channel: loads what the order names, decides, and saves the session."""

from dataclasses import dataclass, replace
from typing import Final, TypeVar

from ..domain import smart_charging
from ..domain.channels import Channel
from ..domain.clock import MINUTE, NEVER, SECOND
from ..domain.drives import EMPTIEST, NEVER_CHARGED, distance_km, soc_after_drive
from ..domain.errors import Holder, UnknownReferenceError
from ..domain.exclusivity import VEHICLE
from ..domain.ids import draw, uuid_text
from ..domain.models import Card, Connector, Driver, PaymentMethod, Session, Station, User, Vehicle
from ..domain.reservation_plans import fulfilled_by, holder
from ..domain.reservations import fulfilled
from ..domain.sessions import interrupt
from ..domain.sessions.start import Buyer, SessionDraft, SessionIds, authorise, begin, delivery, started_id
from ..domain.visits import Visit
from ..store import availability, reservations, sessions, visits
from ..store.start_inputs import start_inputs
from ..store.world_transaction import WorldTransaction, keeps_worlds
from .displaced_plans import drop_plans_beside
from .policy_checks import refuse_if_blocked
from .reservation_plans import make_way
from .smart_charging import market_of

Thing = TypeVar("Thing")

SILENCE: Final = 30 * MINUTE
"""How long a silence lasts that a connector causes by its `silent_after_s`."""
_ROOM: Final = 0.05
"""A vehicle that arrives with less room than this below the state of charge at which it stops charges until it is full.

One that has never been plugged in arrives with at least this room.
"""
_SHORTEST_DRIVE, _LONGEST_DRIVE = 0.05, 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a caller asks for, by ids. Either `driver` or `user` is set, as the channel's `buyer` says."""

    channel: Channel
    station: str
    connector: str
    vehicle: str
    payment_method: str
    driver: str | None = None
    user: str | None = None
    limit_wh: int | None = None


@keeps_worlds
def start(tx: WorldTransaction, order: Order) -> Session:
    """Starts a session that delivers at once and saves it; planned sessions that it makes impossible are removed.

    Raises UnknownReferenceError, PolicyBlockedError, WorldFullError or what `authorise` raises; then nothing is saved.
    """
    sessions.check_room(tx)
    found = start_inputs(
        tx,
        station=order.station,
        connector=order.connector,
        driver=order.driver if order.channel.buyer == "driver" else None,
        user=order.user if order.channel.buyer == "user" else None,
        vehicle=order.vehicle,
        payment_method=order.payment_method,
    )
    station = _known(found.station, "station", order.station)
    connector = _known(found.connector, "connector", f"{order.connector} of {order.station}")
    person = _known(found.buyer, order.channel.buyer or "buyer", order.driver or order.user)
    driver = person if isinstance(person, Driver) else None
    vehicle = _known(found.vehicle, "vehicle", order.vehicle)
    method = _known(found.payment_method, "payment_method", order.payment_method)
    if driver is not None:
        refuse_if_blocked(tx, order.channel, station, connector, (driver, vehicle, found.fleet))
    use = availability.connector_use(tx, station.id, connector.id)
    reserved = fulfilled_by(use.reservations, _driver(person), vehicle.id, tx.now)
    last = visits.last_visit(tx, (VEHICLE, vehicle.id), before=tx.now + 1)
    authorise(
        station,
        connector,
        vehicle,
        method,
        driver=driver,
        fleet=found.fleet,
        connector_held_by=use.holder,
        connector_kept_for=holder((each for each in use.reservations if each is not reserved), connector.id, tx.now),
        vehicle_held_by=_held_by(tx, last),
        now=tx.now,
    )
    n = sessions.take_number(tx)
    names = SessionIds(n, started_id(tx.world.seed, n), uuid_text(tx.world.seed, "started", n))
    buyer = Buyer(
        order.channel,
        vehicle,
        driver=None if driver is None else driver.id,
        fleet=None if found.fleet is None else found.fleet.id,
        user=person.id if isinstance(person, User) else None,
        payment_method=method.id,
    )
    soc = soc_on_arrival(tx, vehicle, station, last, n)
    target = _target(vehicle, soc)
    draft = SessionDraft(
        created_at=tx.now,
        starts_at=tx.now,
        soc=soc,
        target=target,
        plan=delivery(vehicle, connector, soc=soc, target=target, limit_wh=order.limit_wh),
        faults_at=_faults_at(connector, tx.now),
        limit_wh=order.limit_wh,
        settles_after=_settles_after(tx, method, n),
    )
    session = begin(names, buyer, station, connector, draft)
    if vehicle.org is not None:
        aims_at = replace(vehicle, charge_to=target)
        summary = smart_charging.summary_away(market_of(tx), session, aims_at, station.utc_offset_minutes)
        session = replace(session, smart=summary)
    if connector.silent_after_s is not None:
        since = tx.now + connector.silent_after_s * SECOND
        session = interrupt.silence(session, since=since, until=since + SILENCE)
    # The station may be due to fall silent later; at a station that is silent now the start was refused above.
    session = interrupt.silence(session, since=station.silent_from, until=station.silent_until)
    sessions.insert_sessions(tx.db, tx.world.n, [session])
    drop_plans_beside(tx, session, station, vehicle)
    if reserved is not None:
        reservations.save_reservation(tx, fulfilled(reserved, n, tx.now))
    make_way(tx, session, (each for each in use.reservations if each is not reserved))
    return session


def _faults_at(connector: Connector, now: int) -> int | None:
    """When the connector will fail during a session that begins now; None if it will not."""
    faults = [now + connector.faults_after_s * SECOND] if connector.faults_after_s is not None else []
    if now < connector.broken_from < NEVER:
        faults.append(connector.broken_from)
    return min(faults, default=None)


def _driver(person: object) -> str | None:
    """The driver that a buyer is."""
    if isinstance(person, User):
        return person.driver
    return person.id if isinstance(person, Driver) else None


def _known(thing: Thing | None, kind: str, named: str | None) -> Thing:
    if thing is None:
        raise UnknownReferenceError(kind, named)
    return thing


def _held_by(tx: WorldTransaction, last: Visit | None) -> Holder | None:
    """The last session of a vehicle, if it is plugged in now."""
    return availability.holder(tx, last.n) if last is not None and last.unplugged_at > tx.now else None


def soc_on_arrival(tx: WorldTransaction, vehicle: Vehicle, station: Station, last: Visit | None, n: int) -> float:
    """The state of charge at which the vehicle was unplugged the last time, less a drive that fits the time since then.

    A caller may start anywhere, so the distance counts only as far as time and battery allow.
    """
    if vehicle.arrives_with is not None:
        return vehicle.arrives_with
    share = _SHORTEST_DRIVE + draw(tx.world.seed, f"drive/{vehicle.id}", n) * (_LONGEST_DRIVE - _SHORTEST_DRIVE)
    if last is None:
        return max(EMPTIEST, min(NEVER_CHARGED - share, vehicle.charge_to - _ROOM))
    km, span = distance_km(last, station), tx.now - last.unplugged_at
    return soc_after_drive(vehicle, left_with=last.soc_end, share=share, km=km, span=span)


def _target(vehicle: Vehicle, soc: float) -> float:
    """The state of charge at which a vehicle that arrives with `soc` stops by itself."""
    has_room = vehicle.arrives_with is not None or soc <= vehicle.charge_to - _ROOM
    return vehicle.charge_to if has_room else 1.0


def _settles_after(tx: WorldTransaction, method: PaymentMethod, n: int) -> int | None:
    """How long after the session's end it is settled; None if the payment will fail."""
    if method.card is Card.FAILS_AT_SETTLEMENT:
        return None
    return round(5 + 85 * draw(tx.world.seed, "settlement", n)) * SECOND
