"""What a caller may do in a world: an action loads what it needs, lets the world decide, and saves what came of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from ..store import changes, queries, scenes, worlds
from ..store.moment import Moment, World
from ..world import smart, timeline
from ..world.charging import Course, Names, Party, authorise, begin, delivery, stop
from ..world.clock import LATEST, SECOND
from ..world.entities import Card, Channel, PaymentMethod, Session, Vehicle
from ..world.errors import ClockBackwardsError, ClockEndsError, UnknownReferenceError, UnknownSessionError
from ..world.ids import charge_id, lot, uuid_text
from ..world.reservations import unfulfilled

Thing = TypeVar("Thing")

_ROOM: Final = 0.05
"""Who takes a car to a charger finds room for at least this share of its battery below where it may charge to."""
_NEVER_CHARGED: Final = 0.6
_SHORTEST_DRIVE, _LONGEST_DRIVE = 0.05, 0.5
_EMPTIEST: Final = 0.05
_MOST_TOKENS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Order:
    """What a caller of Charge asks for, by ids; `session_limit` in Wh."""

    charging_station: str
    connector: str
    driver: str
    payment_method: str
    vehicle: str
    session_limit: int | None


def start_charging(moment: Moment, order: Order) -> Session:
    """Starts a session that delivers at once; a planned one that it makes impossible is dropped.

    Refuses with UnknownReferenceError, StationOfflineError, PlugMismatchError, ConnectorBusyError, VehicleBusyError or
    PaymentDeclinedError, and then nothing is saved.
    """
    found = scenes.scene(
        moment,
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
        connector_busy=scenes.is_connector_busy(moment, station.id, connector.id),
        vehicle_busy=scenes.is_vehicle_busy(moment, vehicle.id),
    )
    n = changes.take_number(moment)
    names = Names(n, charge_id("cs", moment.world.seed, "started", n), uuid_text(moment.world.seed, "started", n))
    fleet = vehicle.fleet or driver.fleet
    party = Party(Channel.CHARGE, vehicle, driver=driver.id, fleet=fleet, payment_method=method.id)
    soc = _soc_on_arrival(moment, vehicle, n)
    course = Course(
        created_at=moment.now,
        starts_at=moment.now,
        soc=soc,
        target=vehicle.charge_to,
        plan=delivery(vehicle, connector, soc=soc, target=vehicle.charge_to, limit_wh=order.session_limit),
        faults_at=None if connector.faults_after_s is None else moment.now + connector.faults_after_s * SECOND,
        limit_wh=order.session_limit,
        settles_after=_settles_after(moment, method, n),
    )
    session = begin(names, party, station, connector, course)
    if vehicle.org is not None:
        session = replace(session, smart=smart.away(_market(moment), session, vehicle, station.utc_offset_minutes))
    _clear_the_way(moment, session)
    changes.add_sessions(moment.db, moment.world.n, [session])
    return session


def end_charging(moment: Moment, session_id: str) -> Session:
    """Ends a session now. Refuses with UnknownSessionError or SessionEndedError."""
    session = queries.session(moment, session_id)
    if session is None:
        raise UnknownSessionError
    vehicle = _known(scenes.vehicle_by_id(moment, session.vehicle), "vehicle")
    connector = scenes.connector(moment, session.station, session.connector)
    method = scenes.payment_method_by_id(moment, session.payment_method)
    settles_after = _settles_after(moment, method, session.n)
    ended = stop(session, vehicle, connector, now=moment.now, settles_after=settles_after)
    if session.smart is not None:
        ended = replace(ended, smart=smart.cut_short(_market(moment), ended, vehicle, session.smart))
    changes.save_session(moment, ended)
    return ended


def issue_token(moment: Moment, token: str, lifetime: int) -> None:
    """Lets a Podero token open the world for `lifetime` microseconds of its time; the oldest of a thousand give way."""
    worlds.make_room(moment.db, moment.world.n, moment.now, _MOST_TOKENS - 1)
    worlds.add_credential(moment.db, moment.world.n, worlds.Credential("podero", token, None, moment.now + lifetime))


def set_speed(moment: Moment, speed: float) -> World:
    """Lets the world's clock run `speed` times as fast as the wall's."""
    world = replace(moment.world, clock=moment.world.clock.paced(speed, moment.wall))
    worlds.save(moment.db, world)
    return world


def advance(moment: Moment, leap: Callable[[int], int]) -> World:
    """Moves the world's clock to where `leap` says, from now. Refuses with ClockBackwardsError or ClockEndsError."""
    to = leap(moment.now)
    if to > LATEST:
        raise ClockEndsError
    if to < moment.now:
        raise ClockBackwardsError
    world = replace(moment.world, clock=moment.world.clock.moved(to, moment.wall))
    worlds.save(moment.db, world)
    return world


def _known(thing: Thing | None, kind: str) -> Thing:
    if thing is None:
        raise UnknownReferenceError(kind)
    return thing


def _soc_on_arrival(moment: Moment, vehicle: Vehicle, n: int) -> float:
    """The charge the car was last seen with, less a drive."""
    last = scenes.last_soc(moment, vehicle.id)
    drive = _SHORTEST_DRIVE + lot(moment.world.seed, f"drive/{vehicle.id}", n) * (_LONGEST_DRIVE - _SHORTEST_DRIVE)
    arrives = (_NEVER_CHARGED if last is None else last) - drive
    return max(_EMPTIEST, min(arrives, vehicle.charge_to - _ROOM))


def _settles_after(moment: Moment, method: PaymentMethod | None, n: int) -> int | None:
    if method is not None and method.card is Card.FAILS_AT_SETTLEMENT:
        return None
    return round(5 + 85 * lot(moment.world.seed, "settlement", n)) * SECOND


def _market(moment: Moment) -> smart.Market:
    return smart.Market(moment.world.seed, moment.world.monday)


def _clear_the_way(moment: Moment, session: Session) -> None:
    for planned in scenes.planned_around(moment, session):
        if timeline.displaced(session, planned):
            changes.drop_planned(moment, planned)
            for reservation in scenes.reservations_for(moment, planned.n):
                changes.save_reservation(moment, unfulfilled(reservation))
