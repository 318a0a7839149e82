"""What people do with a vehicle at home: they plug it in, and drive away."""

from dataclasses import replace
from typing import Final

from ...domain import smart_charging
from ...domain.boosts import is_armed
from ...domain.channels import HOME
from ...domain.clock import HOUR, LATEST, MILLISECOND, millis
from ...domain.drives import USUAL_KWH_A_KM
from ...domain.errors import ClockEndsError, ImpossibleError, UnknownThingError
from ...domain.exclusivity import VEHICLE
from ...domain.home_charging import Wallbox, goal_of, rearranged
from ...domain.ids import canonical, uuid_text
from ...domain.models import ACTIVE, Session, Vehicle
from ...domain.sessions import interrupt
from ...domain.sessions.start import Buyer, SessionDraft, SessionIds, begin, delivery, in_order, started_id
from ...domain.sessions.view import LONGEST
from ...domain.smart_charging import ChargingGoal
from ...domain.visits import Visit
from ...store import availability, devices, sessions, stations, stays, visits
from ...store.world_transaction import WorldTransaction
from ..arrivals import soc_on_arrival
from ..boosts import use_boost
from ..electric_vehicles import policy_of
from ..energy_prices import market_for
from ..smart_charging import with_new_summary
from .event import Changes, Event, EventRequest
from .sessions import as_heard

_LEAVES_AFTER: Final = HOUR
"""How long after its deadline a vehicle is unplugged, unless something else is asked for."""
_KMH: Final = 50.0
"""The average speed of a drive."""
_EMPTIEST: Final = 0.02
_PERCENT: Final = 100


def _plug_in(tx: WorldTransaction, request: EventRequest) -> Changes:
    vehicle = _vehicle(tx, request.id)
    soc = None if request.battery_level is None else request.battery_level / _PERCENT
    session = _plugged_in(tx, vehicle, request.at, soc, request.lasts)
    return Changes([session], _displaced(tx, session, session.created_at))


def _drive_away(tx: WorldTransaction, request: EventRequest) -> Changes:
    vehicle, at = _vehicle(tx, request.id), request.at
    left = [_unplugged(tx, stay, at) for stay in stays.overlapping_stays(tx, vehicle.id, at, at + 1)]
    for session in left:
        sessions.save_session(tx, session)
    last = visits.last_visit(tx, (VEHICLE, vehicle.id), before=at + 1)
    box = _wallbox(tx, vehicle)
    leaves_with = soc_on_arrival(replace(tx, now=at), vehicle, box.station, None, 0) if last is None else last.soc_end
    km = request.km or 0.0
    soc = leaves_with - km * USUAL_KWH_A_KM / (vehicle.battery_wh / 1000)
    if soc < _EMPTIEST:
        raise ImpossibleError(f"{vehicle.id} does not get {km:g} km with a charge of {leaves_with:.0%}.")
    away = request.lasts or int(km / _KMH * HOUR) // MILLISECOND * MILLISECOND
    back = _plugged_in(tx, vehicle, at + max(away, MILLISECOND), soc, None)
    return Changes([*left, back], _displaced(tx, back, at))


def _plugged_in(tx: WorldTransaction, vehicle: Vehicle, at: int, soc: float | None, lasts: int | None) -> Session:
    """Inserts and returns a session at home, which is charged by the vehicle's policy."""
    box = _wallbox(tx, vehicle)
    if not in_order(box.station, box.connector, at):
        raise ImpossibleError(f"The wallbox at the home of {vehicle.id} is out of order.")
    last = visits.last_visit(tx, (VEHICLE, vehicle.id), before=at + 1)
    _refuse_plugged_in(tx, vehicle, last, box, at)
    n = sessions.take_number(tx)
    if soc is None:
        soc = soc_on_arrival(replace(tx, now=at), vehicle, box.station, last, n)
    elif at > tx.now and last is not None and soc > last.soc_end:
        raise ImpossibleError(f"{vehicle.id} leaves with a charge of {last.soc_end:.0%}, and arrives with no more.")
    goal = goal_of(policy_of(vehicle), vehicle, box.station, at)
    leaves = min(at + lasts if lasts else goal.deadline_at + _LEAVES_AFTER, at + LONGEST)
    if leaves > LATEST:
        raise ClockEndsError
    at_once = delivery(vehicle, box.connector, soc=soc, target=goal.target_soc)
    draft = SessionDraft(created_at=at, starts_at=at, soc=soc, target=goal.target_soc, plan=at_once, unplugs_at=leaves)
    names = SessionIds(n, started_id(tx.world.seed, n), uuid_text(tx.world.seed, "started", n))
    session = begin(names, Buyer(tx.channels[HOME.name], vehicle), box.station, box.connector, draft)
    aim = ChargingGoal(at_home=True, target_soc=goal.target_soc, deadline_at=goal.deadline_at)
    known = smart_charging.summary(box.market, session, vehicle, aim, at_once=at_once, hoped=None)
    boosts = is_armed(vehicle.boosts_from, None if last is None else last.created_at, at)
    session = rearranged(session.with_smart(known), vehicle, box, policy_of(vehicle), now=at, boosts=boosts)
    session = as_heard(session, box.station, at)
    sessions.insert_sessions(tx.db, tx.world.n, [session])
    use_boost(tx, vehicle, session)
    return session


def _refuse_plugged_in(tx: WorldTransaction, vehicle: Vehicle, last: Visit | None, box: Wallbox, at: int) -> None:
    """Refuses to plug a vehicle in that is plugged in already, or into a wallbox that another one uses."""
    if last is not None and last.created_at <= tx.now and last.unplugged_at > at:
        raise ImpossibleError(f"{vehicle.id} is plugged in until {millis(last.unplugged_at)}.")
    for other in availability.sessions_at(tx, box.station.id, at, at + 1):
        if other.created_at <= tx.now and other.vehicle != vehicle.id and other.connector == box.connector.id:
            raise ImpossibleError(f"{other.vehicle} is plugged in there until {millis(other.unplugged_at)}.")


def _unplugged(tx: WorldTransaction, stay: Session, at: int) -> Session:
    """A session whose vehicle is unplugged at an instant."""
    left = with_new_summary(tx, interrupt.unplug(stay, tx.channels[stay.channel], at=at))
    station = stations.station(tx, stay.station)
    return left if station is None else as_heard(left, station, at)


def _displaced(tx: WorldTransaction, session: Session, since: int) -> list[Session]:
    """The planned sessions of a vehicle that begin before it is plugged in, and are not over by an instant."""
    around = stays.overlapping_stays(tx, session.vehicle, since, session.unplugged_at)
    return [each for each in around if tx.now < each.created_at <= session.created_at and each.n != session.n]


def _wallbox(tx: WorldTransaction, vehicle: Vehicle) -> Wallbox:
    """The first connector at a vehicle's home."""
    station = None if vehicle.home is None else stations.station(tx, vehicle.home)
    found = [] if station is None else stations.connectors_at(tx, station.id)
    if station is None or not found:
        raise ImpossibleError(f"{vehicle.id} has no charger at home.")
    return Wallbox(station, min(found, key=lambda each: each.id), market_for(tx, vehicle))


def _vehicle(tx: WorldTransaction, named: str) -> Vehicle:
    found = devices.smart_vehicle(tx, canonical(named))
    if found is None or found.created_at > tx.now:
        raise UnknownThingError(named)
    if found.status != ACTIVE:
        raise ImpossibleError(f"{found.id} is {found.status}.")
    return found


EVENTS: Final = {
    "plug_in": Event(
        of="a vehicle with smart charging, veh_… or its UUID",
        does="The vehicle is plugged in at home, with its `battery_level` in percent or what a drive has left of its "
        "charge, and charges by its policy. It stays until an hour after its deadline unless `for` says otherwise. "
        "Sessions that were planned for it meanwhile do not take place.",
        refused="It is plugged in already, another vehicle is plugged in there, or the wallbox is out of order.",
        happen=_plug_in,
        lasts=True,
        measures=("battery_level",),
    ),
    "drive_away": Event(
        of="a vehicle with smart charging, veh_… or its UUID",
        does="The vehicle is unplugged, if it is plugged in, and drives `km`. Then it is plugged in at home with what "
        "is left of its charge: after the time that the drive takes, unless `for` says how long it is away.",
        refused="Its charge does not last so far, or it cannot be plugged in at home afterwards.",
        happen=_drive_away,
        lasts=True,
        measures=("km",),
    ),
}
"""The events of vehicles, by name."""
