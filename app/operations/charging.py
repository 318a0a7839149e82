"""What a caller may do in a world: an action loads what it needs, lets the world decide, and saves what came of it."""

from dataclasses import dataclass, replace
from typing import Final, TypeVar

from ..domain import smart_charging
from ..domain.clock import MINUTE, NEVER, SECOND
from ..domain.errors import UnknownReferenceError, UnknownSessionError, WorldFullError
from ..domain.ids import lot, prefixed_id, uuid_text
from ..domain.models import Card, Channel, Connector, PaymentMethod, Session, Vehicle
from ..domain.sessions import interrupt
from ..domain.sessions.start import Buyer, SessionDraft, SessionIds, authorise, begin, delivery, stop
from ..store import availability, credentials, parties, sessions
from ..store.start_inputs import last_soc, start_inputs
from ..store.world import Credential
from ..store.world_transaction import WorldTransaction, keeps_worlds
from .displaced_plans import clear_the_way

Thing = TypeVar("Thing")

_ROOM: Final = 0.05
"""Who takes a car to a charger finds room for at least this share of its battery below where it may charge to."""
_NEVER_CHARGED: Final = 0.6
_SHORTEST_DRIVE, _LONGEST_DRIVE = 0.05, 0.5
_EMPTIEST: Final = 0.05
_MOST_TOKENS: Final = 1_000
SILENCE: Final = 30 * MINUTE
"""How long nothing is heard of a station that goes silent, unless somebody says otherwise."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a caller of Charge asks for, by ids; `session_limit` in Wh."""

    charging_station: str
    connector: str
    driver: str
    payment_method: str
    vehicle: str
    session_limit: int | None


@keeps_worlds
def start_charging(tx: WorldTransaction, order: Order, most: int) -> Session:
    """Starts a session that delivers at once; a planned one that it makes impossible is dropped.

    Refuses with UnknownReferenceError, StationOfflineError, PlugMismatchError, ConnectorBusyError, VehicleBusyError,
    PaymentDeclinedError, AuthenticationRequiredError, or WorldFullError where callers have brought `most` sessions
    already; and then nothing is saved.
    """
    if tx.world.next_n - tx.world.first_n >= most:
        raise WorldFullError(most)
    found = start_inputs(
        tx,
        station=order.charging_station,
        connector=order.connector,
        driver=order.driver,
        vehicle=order.vehicle,
        payment_method=order.payment_method,
    )
    station = _known(found.station, "charging_station")
    connector = _known(found.connector, "connector")
    driver = _known(found.driver, "driver")
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
    names = SessionIds(n, prefixed_id("cs", tx.world.seed, "started", n), uuid_text(tx.world.seed, "started", n))
    fleet = vehicle.fleet or driver.fleet
    party = Buyer(Channel.CHARGE, vehicle, driver=driver.id, fleet=fleet, payment_method=method.id)
    soc = _soc_on_arrival(tx, vehicle, n)
    course = SessionDraft(
        created_at=tx.now,
        starts_at=tx.now,
        soc=soc,
        target=vehicle.charge_to,
        plan=delivery(vehicle, connector, soc=soc, target=vehicle.charge_to, limit_wh=order.session_limit),
        faults_at=_faults_at(connector, tx.now),
        limit_wh=order.session_limit,
        settles_after=_settles_after(tx, method, n),
    )
    session = begin(names, party, station, connector, course)
    if vehicle.org is not None:
        session = replace(session, smart=smart_charging.away(_market(tx), session, vehicle, station.utc_offset_minutes))
    if connector.silent_after_s is not None:
        since = tx.now + connector.silent_after_s * SECOND
        session = interrupt.silence(session, since=since, until=since + SILENCE)
    # A silence that has been announced; nobody starts in one that lasts.
    session = interrupt.silence(session, since=station.silent_from, until=station.silent_until)
    clear_the_way(tx, session)
    sessions.insert_sessions(tx.db, tx.world.n, [session])
    return session


@keeps_worlds
def end_charging(tx: WorldTransaction, session_id: str) -> Session:
    """Ends a session now. Refuses with UnknownSessionError or SessionEndedError."""
    session = sessions.session(tx, Channel.CHARGE, session_id)
    if session is None:
        raise UnknownSessionError
    ended = with_podero(tx, stop(session, now=tx.now))
    sessions.save_session(tx, ended)
    return ended


def issue_token(tx: WorldTransaction, token: str, lifetime: int) -> None:
    """Lets a Podero token open the world for `lifetime` microseconds of its time; the oldest of a thousand give way."""
    credentials.make_room(tx.db, tx.world.n, tx.now, _MOST_TOKENS - 1)
    credentials.insert_credentials(tx.db, tx.world.n, [Credential("podero", token, None, tx.now + lifetime)])


def with_podero(tx: WorldTransaction, session: Session) -> Session:
    """A session whose plan has changed, with Podero's side of it, if Podero knows the car, made anew."""
    if session.smart is None:
        return session
    vehicle = _known(parties.vehicle(tx, session.vehicle), "vehicle")
    return smart_charging.cut_short(_market(tx), session, vehicle)


def _faults_at(connector: Connector, now: int) -> int | None:
    """When a session that begins now will be cut short by its connector, if ever."""
    faults = [now + connector.faults_after_s * SECOND] if connector.faults_after_s is not None else []
    if now < connector.broken_from < NEVER:
        faults.append(connector.broken_from)
    return min(faults, default=None)


def _known(thing: Thing | None, kind: str) -> Thing:
    if thing is None:
        raise UnknownReferenceError(kind)
    return thing


def _soc_on_arrival(tx: WorldTransaction, vehicle: Vehicle, n: int) -> float:
    """The charge the car was last seen with, less a drive."""
    if vehicle.arrives_with is not None:
        return vehicle.arrives_with
    last = last_soc(tx, vehicle.id)
    drive = _SHORTEST_DRIVE + lot(tx.world.seed, f"drive/{vehicle.id}", n) * (_LONGEST_DRIVE - _SHORTEST_DRIVE)
    arrives = (_NEVER_CHARGED if last is None else last) - drive
    return max(_EMPTIEST, min(arrives, vehicle.charge_to - _ROOM))


def _settles_after(tx: WorldTransaction, method: PaymentMethod | None, n: int) -> int | None:
    if method is not None and method.card is Card.FAILS_AT_SETTLEMENT:
        return None
    return round(5 + 85 * lot(tx.world.seed, "settlement", n)) * SECOND


def _market(tx: WorldTransaction) -> smart_charging.Market:
    return smart_charging.Market(tx.world.seed, tx.world.monday)
