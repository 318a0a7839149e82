"""Hand-placed objects: from a scenario's words to entities, by the same plan and price functions as a start."""

from dataclasses import replace

from ..world import battery, smart
from ..world.charging import Course, Names, Party, begin
from ..world.clock import NEVER, SECOND
from ..world.entities import Connector, Reservation, Session, Station, Vehicle
from .objects import Car, Objects, Place, PlacedReservation, PlacedSession, Plug


def vehicle(car: Car) -> Vehicle:
    return Vehicle(**{**dict(car), "dc": tuple(car.dc)})


def station(place: Place) -> Station:
    return Station(**{name: value for name, value in place if name != "connectors"})


def connector(place: Place, plug: Plug) -> Connector:
    return Connector(station=place.id, **dict(plug))


def sessions(objects: Objects, market: smart.Market, first_n: int) -> list[Session]:
    """The hand-placed sessions, numbered from `first_n` on in the order of their creation."""
    ordered = sorted(objects.sessions, key=lambda placed: placed.created)
    return [_session(objects, market, placed, n) for n, placed in enumerate(ordered, start=first_n)]


def reservations(objects: Objects, first_n: int) -> list[Reservation]:
    """The hand-placed reservations, numbered from `first_n` on in the order of their creation."""
    ordered = sorted(objects.reservations, key=lambda placed: placed.created)
    return [_reservation(placed, n) for n, placed in enumerate(ordered, start=first_n)]


def _session(objects: Objects, market: smart.Market, placed: PlacedSession, n: int) -> Session:
    place = next(place for place in objects.stations if place.id == placed.station)
    plug = next(plug for plug in place.connectors if plug.id == placed.connector)
    car = vehicle(next(car for car in objects.vehicles if car.id == placed.vehicle))
    at_once = _constant(placed)
    waits = placed.started - placed.created if placed.at_home else 0
    plan = smart.waiting(at_once, waits)
    course = Course(
        created_at=placed.created,
        starts_at=placed.started - waits,
        soc=placed.soc,
        target=placed.target_soc,
        plan=plan,
        unplugs_at=placed.unplugged,
        faults_at=placed.faulted,
        limit_wh=placed.limit_wh,
        settles_after=None if placed.settles_after_s is None else placed.settles_after_s * SECOND,
        rating=placed.rating,
    )
    party = Party(placed.channel, car, placed.driver, placed.fleet, placed.user, placed.payment_method)
    session = begin(Names(n, placed.id, placed.uuid), party, station(place), connector(place, plug), course)
    if car.org is None:
        return session
    deadline_at = smart.deadline(session.created_at, place.utc_offset_minutes, smart.READY_BY)
    wish = smart.Wish(at_home=placed.at_home, target_soc=placed.target_soc, deadline_at=deadline_at)
    hoped = plan if placed.at_home else None
    return replace(session, smart=smart.smart(market, session, car, wish, at_once=at_once, hoped=hoped))


def _constant(placed: PlacedSession) -> battery.Plan:
    if not placed.energy_kwh:
        return battery.EMPTY
    hours = placed.energy_kwh / placed.power_kw
    return ((0.0, 0.0, placed.power_kw, 0.0), (hours, placed.energy_kwh, 0.0, 0.0))


def _reservation(placed: PlacedReservation, n: int) -> Reservation:
    return Reservation(
        n=n,
        id=placed.id,
        driver=placed.driver,
        vehicle=placed.vehicle,
        payment_method=placed.payment_method,
        station=placed.station,
        connector_type=placed.connector_type,
        created_at=placed.created,
        confirms_at=placed.confirms,
        resolves_at=placed.resolves,
        touched_at=NEVER if placed.updated is None else placed.updated,
        outcome=placed.outcome,
        failed_reason=placed.failed_reason,
        confirmed_at=NEVER if placed.confirmed is None else placed.confirmed,
        ideal_start=placed.ideal_start,
        ideal_end=placed.ideal_end,
        reserved_start=placed.reserved_start,
        reserved_end=placed.reserved_end,
        earliest_start=None,
        latest_end=None,
        latitude=placed.latitude,
        longitude=placed.longitude,
        radius=placed.radius,
        currency=placed.currency,
        fee=placed.fee,
        free_until_before=placed.free_until_before,
        session=None,
    )
