"""Starts a session through a channel: loads what the order names, decides, and saves the session."""

from dataclasses import dataclass, replace
from typing import Final, TypeVar

from ..domain import smart_charging
from ..domain.channels import Channel
from ..domain.clock import MINUTE, NEVER, SECOND
from ..domain.errors import Holder, UnknownReferenceError
from ..domain.exclusivity import VEHICLE
from ..domain.ids import draw, uuid_text
from ..domain.models import Card, Connector, Document, Driver, PaymentMethod, Session, Station, User
from ..domain.reservation_plans import fulfilled_by, holder
from ..domain.reservations import fulfilled
from ..domain.sessions import interrupt
from ..domain.sessions.authorisation import authorise_payment, authorise_visit, refuse_unconfirmed
from ..domain.sessions.start import Buyer, SessionDraft, SessionIds, as_reported, begin, delivery, started_id
from ..domain.station_view import HOME
from ..domain.visits import Visit
from ..store import availability, reservations, sessions, visits
from ..store.start_inputs import StartInputs, start_inputs
from ..store.world_transaction import WorldTransaction, keeps_worlds
from .announced_failures import refuse_as_announced
from .arrivals import soc_on_arrival, soc_wanted
from .boosts import use_boost
from .customers import car_for, hand_over, refuse_customer, refuse_unbilled
from .displaced_plans import drop_plans_beside
from .payment_intents import confirmed_intent, use_intent
from .policy_checks import refuse_if_blocked
from .reservation_plans import make_way
from .smart_charging import market_of

Thing = TypeVar("Thing")

SILENCE: Final = 30 * MINUTE
"""How long a silence lasts that a connector causes by its `silent_after_s`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a caller asks for, by ids. Either `driver` or `user` is set, as the channel's `buyer` says.

    A user need not name a vehicle: it is the one that the user drives.
    """

    channel: Channel
    station: str
    connector: str
    payment_method: str
    vehicle: str | None = None
    driver: str | None = None
    user: str | None = None
    limit_wh: int | None = None


@keeps_worlds
def start(tx: WorldTransaction, order: Order) -> Session:
    """Starts a session that delivers at once and saves it; planned sessions that it makes impossible are removed.

    A user is refused for an active session or a debt first, then for the station, then for billing data and payment;
    a wallbox at a home is no station for users.
    Raises WorldFullError, UnknownReferenceError, PolicyBlockedError, UnexpectedFailureError, or what `refuse_customer`,
    `authorise_visit`, `refuse_unbilled`, `authorise_payment` and `refuse_unconfirmed` raise; then nothing is saved.
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
    user = found.buyer if isinstance(found.buyer, User) else None
    if user is not None:
        refuse_customer(tx, order.channel, user)
    station = _known(found.station, "station", order.station)
    if user is not None and station.kind == HOME:
        raise UnknownReferenceError("station", station.id)
    connector = _known(found.connector, "connector", f"{order.connector} of {order.station}")
    person = _known(found.buyer, order.channel.buyer or "buyer", order.driver or order.user)
    driver = person if isinstance(person, Driver) else None
    vehicle = found.vehicle
    if user is not None and vehicle is None and order.vehicle is None:
        vehicle = car_for(tx, user, connector)
    vehicle = _known(vehicle, "vehicle", order.vehicle)
    if driver is not None:
        _known(found.payment_method, "payment_method", order.payment_method)
        refuse_if_blocked(tx, order.channel, station, connector, (driver, vehicle, found.fleet))
    use = availability.connector_use(tx, station.id, connector.id)
    reserved = fulfilled_by(use.reservations, _driver(person), vehicle.id, tx.now)
    last = visits.last_visit(tx, (VEHICLE, vehicle.id), before=tx.now + 1)
    authorise_visit(
        station,
        connector,
        vehicle,
        driver=driver,
        fleet=found.fleet,
        connector_held_by=use.holder,
        connector_kept_for=holder((each for each in use.reservations if each is not reserved), connector.id, tx.now),
        vehicle_held_by=_held_by(tx, last),
        now=tx.now,
    )
    method, intent = _paid_by(tx, order, found, station)
    _command(tx, order, connector)
    if user is not None and found.vehicle is None:
        vehicle = hand_over(tx, user, vehicle)
    n = sessions.take_number(tx)
    names = SessionIds(n, started_id(tx.world.seed, n), uuid_text(tx.world.seed, "started", n))
    buyer = Buyer(
        order.channel,
        vehicle,
        driver=None if driver is None else driver.id,
        fleet=None if found.fleet is None else found.fleet.id,
        user=None if user is None else user.id,
        payment_method=method.id,
    )
    soc = soc_on_arrival(tx, vehicle, station, last, n)
    target = soc_wanted(vehicle, soc)
    draft = SessionDraft(
        created_at=tx.now,
        starts_at=tx.now,
        soc=soc,
        target=target,
        plan=as_reported(delivery(vehicle, connector, soc=soc, target=target, limit_wh=order.limit_wh), connector),
        faults_at=_faults_at(connector, tx.now),
        limit_wh=order.limit_wh,
        settles_after=_settles_after(tx, method, n),
    )
    session = begin(names, buyer, station, connector, draft)
    if vehicle.org is not None:
        aims_at = replace(vehicle, charge_to=target)
        summary = smart_charging.summary_away(market_of(tx), session, aims_at, station.utc_offset_minutes)
        session = replace(session, smart=summary)
    session = interrupt.until_maintenance(session, order.channel, connector)
    session = _as_heard(session, station, connector)
    sessions.insert_sessions(tx.db, tx.world.n, [session])
    drop_plans_beside(tx, session, station, vehicle, planned_at=use.planned_at)
    if reserved is not None:
        reservations.save_reservation(tx, fulfilled(reserved, n, tx.now))
    make_way(tx, session, (each for each in use.reservations if each is not reserved))
    use_boost(tx, vehicle, session)
    if intent is not None:
        use_intent(tx, intent, session)
    return session


def _paid_by(
    tx: WorldTransaction, order: Order, found: StartInputs, station: Station
) -> tuple[PaymentMethod, Document | None]:
    """What pays for the session, and the confirmed intent by which the user has authenticated it, if that is needed.

    Raises what is wrong with a user's billing data before what is wrong with the payment.
    """
    user = found.buyer if isinstance(found.buyer, User) else None
    if user is not None:
        refuse_unbilled(user, station)
    method = _known(found.payment_method, "payment_method", order.payment_method)
    intent = None
    if user is not None and method.card is Card.NEEDS_AUTHENTICATION:
        intent = confirmed_intent(tx, order.channel.name, user.id, method.id)
    driver = found.buyer if isinstance(found.buyer, Driver) else None
    behaves = method if intent is None else replace(method, card=Card.GOOD)
    authorise_payment(behaves, driver=driver, fleet=found.fleet, now=tx.now)
    return method, intent


def _command(tx: WorldTransaction, order: Order, connector: Connector) -> None:
    """Tells the operator to start. Raises UnconfirmedError, or UnexpectedFailureError if one was announced."""
    refuse_unconfirmed(connector, tx.now)
    if order.user is not None:
        refuse_as_announced(tx, order.channel, order.user)


def _faults_at(connector: Connector, now: int) -> int | None:
    """When the connector will fail during a session that begins now; None if it will not."""
    faults = [now + connector.faults_after_s * SECOND] if connector.faults_after_s is not None else []
    if now < connector.broken_from < NEVER and not connector.for_maintenance:
        faults.append(connector.broken_from)
    return min(faults, default=None)


def _as_heard(session: Session, station: Station, connector: Connector) -> Session:
    """A session that begins now, with the silences of its station that are to come."""
    if connector.silent_after_s is not None:
        since = session.created_at + connector.silent_after_s * SECOND
        session = interrupt.silence(session, since=since, until=since + SILENCE)
    # The station may be due to fall silent later; at a station that is silent now the start was refused.
    return interrupt.silence(session, since=station.silent_from, until=station.silent_until)


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


def _settles_after(tx: WorldTransaction, method: PaymentMethod, n: int) -> int | None:
    """How long after the session's end it is settled; None if the payment will fail."""
    if method.card is Card.FAILS_AT_SETTLEMENT:
        return None
    return round(5 + 85 * draw(tx.world.seed, "settlement", n)) * SECOND
