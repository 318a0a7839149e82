"""Makes the sessions at home of a vehicle, planned ones and the present one, as its policy and its boost want them."""

from collections.abc import Iterable, Mapping

from ..domain import smart_charging
from ..domain.boosts import is_armed
from ..domain.channels import HOME
from ..domain.charge_policy import read_policy
from ..domain.clock import EARLIEST, NEVER
from ..domain.errors import UnknownReferenceError
from ..domain.exclusivity import VEHICLE
from ..domain.home_charging import Wallbox, arranged, is_boosted, rearranged
from ..domain.models import Session, Vehicle
from ..domain.sessions import interrupt
from ..domain.sessions.start import started_id
from ..store import sessions, stations, stays
from ..store.world_transaction import WorldTransaction
from .displaced_plans import Gap, close_gaps, drop_displaced_plans
from .energy_prices import counted_by_contract, market_for
from .smart_charging import market_of


def rearrange(tx: WorldTransaction, vehicle: Vehicle) -> None:
    """Saves the present session at home of a vehicle, and those planned for it, as it wants them from now on.

    A boost goes on.
    """
    last = stays.last_stay(tx, vehicle.id)
    if last is not None and tx.now < last.unplugged_at and is_at_home(last):
        save_present(tx, last, vehicle, boosts=is_boosted(last, tx.now) is not None)
    arrange_plans(tx, vehicle, last)


def save_present(tx: WorldTransaction, session: Session, vehicle: Vehicle, *, boosts: bool) -> Session:
    """Saves and returns the session at home for which a vehicle is plugged in, as it wants it from now on."""
    box = wallbox_of(tx, session, vehicle)
    changed = rearranged(session, vehicle, box, read_policy(vehicle.charge_policy), now=tx.now, boosts=boosts)
    heard = {"since": box.station.silent_from, "until": box.station.silent_until, "known": tx.now}
    changed = interrupt.silence(changed, **heard)
    if changed != session:
        sessions.save_session(tx, changed)
        drop_displaced_plans(tx, [changed])
    return changed


def arrange_plans(tx: WorldTransaction, vehicle: Vehicle, last: Session | None) -> None:
    """Saves the planned sessions at home of a vehicle as it wants them; `last` is its last session that has begun.

    Planned sessions that become impossible by that are removed. Those that an event has changed are left.
    """
    policy, boxes = read_policy(vehicle.charge_policy), dict[str, Wallbox]()
    armed = is_armed(vehicle.boosts_from, None if last is None else last.created_at, tx.now)
    gaps: list[Gap] = []
    for planned in stays.planned_stays(tx, vehicle.id):
        boosts, armed = armed, False
        if not is_at_home(planned) or planned.touched_at > planned.created_at:
            continue
        box = boxes.get(planned.station) or boxes.setdefault(planned.station, wallbox_of(tx, planned, vehicle))
        if planned.id == started_id(tx.world.seed, planned.n):
            wanted = rearranged(planned, vehicle, box, policy, now=planned.created_at, boosts=boosts)
        else:
            wanted = arranged(planned, vehicle, box, policy, boosts=boosts)
        wanted = interrupt.silence(wanted, since=box.station.silent_from, until=box.station.silent_until)
        if wanted != planned:
            sessions.save_session(tx, wanted)
            gaps += [Gap((VEHICLE, vehicle.id), planned.created_at + after) for after in (0, 1)]
    close_gaps(tx, gaps, (EARLIEST, NEVER))


def wanted_sessions(tx: WorldTransaction, planned: Iterable[Session]) -> Mapping[str, Session]:
    """Returns those of some planned sessions, by id, that are otherwise than drawn because of their vehicles' owners.

    An owner may have a policy for charging at home, and prices of electricity by contract. A vehicle that has got an
    owner since it was drawn has smart charging.
    """
    every = list(planned)
    vehicles = {each.id: each for each in stays.smart_vehicles(tx, {each.vehicle for each in every})}
    found, as_drawn = dict[str, Session](), list[Session]()
    for session in every:
        vehicle = vehicles.get(session.vehicle)
        policy = None if vehicle is None else read_policy(vehicle.charge_policy)
        if vehicle is not None and session.smart is None:
            found[session.id] = _away(tx, session, vehicle)
        elif vehicle is not None and policy is not None and is_at_home(session):
            found[session.id] = arranged(session, vehicle, wallbox_of(tx, session, vehicle), policy, boosts=False)
        elif is_at_home(session):
            as_drawn.append(session)
    return {**counted_by_contract(tx, as_drawn), **found}


def fire_boosts(tx: WorldTransaction, planned: Iterable[Session]) -> None:
    """Has the boosts that are armed fire at the next plug-in, after some sessions have been planned."""
    for vehicle in stays.smart_vehicles(tx, {each.vehicle for each in planned}):
        if vehicle.boosts_from < NEVER:
            arrange_plans(tx, vehicle, stays.last_stay(tx, vehicle.id))


def is_at_home(session: Session) -> bool:
    """Whether a vehicle with smart charging charges at home."""
    return session.channel == HOME.name and session.smart is not None and session.smart.at_home


def wallbox_of(tx: WorldTransaction, session: Session, vehicle: Vehicle) -> Wallbox:
    """The connector of a session at home, with its station and the prices that the vehicle's owner pays there."""
    station, connector = (
        stations.station(tx, session.station),
        stations.connector(tx, session.station, session.connector),
    )
    if station is None or connector is None:
        raise UnknownReferenceError("connector", session.connector)
    return Wallbox(station, connector, market_for(tx, vehicle))


def _away(tx: WorldTransaction, session: Session, vehicle: Vehicle) -> Session:
    """A session away from home with its smart-charging side."""
    station = stations.station(tx, session.station)
    offset = 0 if station is None else station.utc_offset_minutes
    return session.with_smart(smart_charging.summary_away(market_of(tx), session, vehicle, offset))
