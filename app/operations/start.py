"""Starts a session through a channel: loads what the order names, decides, and saves the session."""

from dataclasses import dataclass, replace
from typing import Final, TypeVar

from ..domain import smart_charging
from ..domain.channels import Channel
from ..domain.clock import MINUTE, NEVER, SECOND
from ..domain.errors import UnknownReferenceError, WorldFullError
from ..domain.ids import draw, prefixed_id, uuid_text
from ..domain.models import Card, Connector, Driver, PaymentMethod, Session, User, Vehicle
from ..domain.sessions import interrupt
from ..domain.sessions.start import Buyer, SessionDraft, SessionIds, authorise, begin, delivery
from ..store import availability, sessions
from ..store.start_inputs import last_soc, start_inputs
from ..store.world_transaction import WorldTransaction, keeps_worlds
from .displaced_plans import drop_displaced_plans
from .smart_charging import market_of

Thing = TypeVar("Thing")

SILENCE: Final = 30 * MINUTE
"""How long a silence lasts that a connector causes by its `silent_after_s`."""
_ROOM: Final = 0.05
"""A vehicle arrives with at least this share of its battery below the state of charge at which it stops."""
_NEVER_CHARGED: Final = 0.6
_SHORTEST_DRIVE, _LONGEST_DRIVE = 0.05, 0.5
_EMPTIEST: Final = 0.05


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
def start(tx: WorldTransaction, order: Order, most: int) -> Session:
    """Starts a session that delivers at once and saves it; planned sessions that it makes impossible are removed.

    `most` is the number of sessions that callers may start in a world. Raises UnknownReferenceError,
    StationOfflineError, PlugMismatchError, ConnectorBusyError, VehicleBusyError, PaymentDeclinedError,
    AuthenticationRequiredError or WorldFullError; then nothing is saved.
    """
    if tx.world.next_n - tx.world.planned_n - tx.world.first_n >= most:
        raise WorldFullError(most)
    found = start_inputs(
        tx,
        station=order.station,
        connector=order.connector,
        driver=order.driver if order.channel.buyer == "driver" else None,
        user=order.user if order.channel.buyer == "user" else None,
        vehicle=order.vehicle,
        payment_method=order.payment_method,
    )
    station = _known(found.station, "station")
    connector = _known(found.connector, "connector")
    person = _known(found.buyer, order.channel.buyer or "buyer")
    vehicle = _known(found.vehicle, "vehicle")
    method = _known(found.payment_method, "payment_method")
    authorise(
        station,
        connector,
        vehicle,
        method,
        connector_busy=availability.is_connector_busy(tx, station.id, connector.id),
        vehicle_busy=availability.is_vehicle_busy(tx, vehicle.id),
        now=tx.now,
    )
    n = sessions.take_number(tx)
    # What is drawn for a session does not depend on how many days are planned.
    nth = n - tx.world.planned_n
    names = SessionIds(n, prefixed_id("cs", tx.world.seed, "started", nth), uuid_text(tx.world.seed, "started", nth))
    buyer = Buyer(
        order.channel,
        vehicle,
        driver=person.id if isinstance(person, Driver) else None,
        fleet=vehicle.fleet or person.fleet if isinstance(person, Driver) else None,
        user=person.id if isinstance(person, User) else None,
        payment_method=method.id,
    )
    soc = _soc_on_arrival(tx, vehicle, nth)
    draft = SessionDraft(
        created_at=tx.now,
        starts_at=tx.now,
        soc=soc,
        target=vehicle.charge_to,
        plan=delivery(vehicle, connector, soc=soc, target=vehicle.charge_to, limit_wh=order.limit_wh),
        faults_at=_faults_at(connector, tx.now),
        limit_wh=order.limit_wh,
        settles_after=_settles_after(tx, method, nth),
    )
    session = begin(names, buyer, station, connector, draft)
    if vehicle.org is not None:
        summary = smart_charging.summary_away(market_of(tx), session, vehicle, station.utc_offset_minutes)
        session = replace(session, smart=summary)
    if connector.silent_after_s is not None:
        since = tx.now + connector.silent_after_s * SECOND
        session = interrupt.silence(session, since=since, until=since + SILENCE)
    # The station may be due to fall silent later; at a station that is silent now the start was refused above.
    session = interrupt.silence(session, since=station.silent_from, until=station.silent_until)
    drop_displaced_plans(tx, session)
    sessions.insert_sessions(tx.db, tx.world.n, [session])
    return session


def _faults_at(connector: Connector, now: int) -> int | None:
    """When the connector will fail during a session that begins now; None if it will not."""
    faults = [now + connector.faults_after_s * SECOND] if connector.faults_after_s is not None else []
    if now < connector.broken_from < NEVER:
        faults.append(connector.broken_from)
    return min(faults, default=None)


def _known(thing: Thing | None, kind: str) -> Thing:
    if thing is None:
        raise UnknownReferenceError(kind)
    return thing


def _soc_on_arrival(tx: WorldTransaction, vehicle: Vehicle, n: int) -> float:
    """The state of charge at which the vehicle was last unplugged, less a drive."""
    if vehicle.arrives_with is not None:
        return vehicle.arrives_with
    last = last_soc(tx, vehicle.id)
    drive = _SHORTEST_DRIVE + draw(tx.world.seed, f"drive/{vehicle.id}", n) * (_LONGEST_DRIVE - _SHORTEST_DRIVE)
    arrives = (_NEVER_CHARGED if last is None else last) - drive
    return max(_EMPTIEST, min(arrives, vehicle.charge_to - _ROOM))


def _settles_after(tx: WorldTransaction, method: PaymentMethod, n: int) -> int | None:
    """How long after the session's end it is settled; None if the payment will fail."""
    if method.card is Card.FAILS_AT_SETTLEMENT:
        return None
    return round(5 + 85 * draw(tx.world.seed, "settlement", n)) * SECOND
