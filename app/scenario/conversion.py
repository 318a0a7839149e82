"""Conversion of hand-placed objects to entities. Sessions get plan and price by the functions that start a session."""

from math import inf
from typing import Final

from ..domain import smart_charging
from ..domain.channels import Channels
from ..domain.clock import NEVER, SECOND, millis
from ..domain.errors import SessionEndedError
from ..domain.models import TO_FLEET, TO_VEHICLE, Attachment, Connector, Driver, Reservation, Session, Station, Vehicle
from ..domain.sessions import power_plan
from ..domain.sessions.interrupt import silence, stop
from ..domain.sessions.possible import ENERGY, POWER, impossibilities
from ..domain.sessions.start import Buyer, SessionDraft, SessionIds, begin
from .objects import (
    Objects,
    PlacedReservation,
    PlacedSession,
    ScenarioConnector,
    ScenarioDriver,
    ScenarioStation,
    ScenarioVehicle,
    Silence,
)

_FIELDS: Final = {POWER: "power_kw", ENERGY: "energy_kwh"}
"""The fields in which a session says what its vehicle and its connector cannot do."""


class MisplacedError(Exception):
    """A session contradicts itself, or its vehicle and connector; `field` is the part at fault."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field


def driver(written: ScenarioDriver) -> Driver:
    return Driver(**{name: value for name, value in written if name != "fleet"})


def vehicle(written: ScenarioVehicle) -> Vehicle:
    return Vehicle(**{name: value for name, value in written if name != "driver"} | {"dc": tuple(written.dc)})


def attachments(objects: Objects) -> list[Attachment]:
    """The fleets and vehicles of the drivers."""
    fleets = [Attachment(each.id, TO_FLEET, each.fleet) for each in objects.drivers if each.fleet is not None]
    return fleets + [
        Attachment(each.driver, TO_VEHICLE, each.id) for each in objects.vehicles if each.driver is not None
    ]


def station(written: ScenarioStation) -> Station:
    return Station(**{name: value for name, value in written if name != "connectors"})


def connector(station: ScenarioStation, written: ScenarioConnector) -> Connector:
    return Connector(station=station.id, **dict(written))


def sessions(objects: Objects, channels: Channels, market: smart_charging.Market, first_n: int) -> list[Session]:
    """The hand-placed sessions, numbered from `first_n` on in the order of their creation."""
    ordered = sorted(objects.sessions, key=lambda placed: placed.created)
    return [session(objects, channels, market, placed, n) for n, placed in enumerate(ordered, start=first_n)]


def reservations(objects: Objects, first_n: int) -> list[Reservation]:
    """The hand-placed reservations, numbered from `first_n` on in the order of their creation."""
    ordered = sorted(objects.reservations, key=lambda placed: placed.created)
    return [_reservation(placed, n) for n, placed in enumerate(ordered, start=first_n)]


def session(
    objects: Objects, channels: Channels, market: smart_charging.Market, placed: PlacedSession, n: int
) -> Session:
    """One of the hand-placed sessions, under that number. Raises MisplacedError."""
    where = next(each for each in objects.stations if each.id == placed.station)
    at_connector = connector(where, next(each for each in where.connectors if each.id == placed.connector))
    charged = vehicle(next(each for each in objects.vehicles if each.id == placed.vehicle))
    at_once = _constant(placed)
    waits = placed.started - placed.created if placed.at_home else 0
    plan = smart_charging.delayed(at_once, waits)
    draft = SessionDraft(
        created_at=placed.created,
        starts_at=placed.started - waits,
        soc=placed.soc,
        target=placed.target_soc,
        plan=plan,
        unplugs_at=placed.unplugged,
        faults_at=placed.faulted,
        cancelled_at=placed.cancelled,
        limit_wh=placed.limit_wh,
        settles_after=None if placed.settles_after_s is None else placed.settles_after_s * SECOND,
        rating=placed.rating,
    )
    buyer = Buyer(channels[placed.channel], charged, placed.driver, placed.fleet, placed.user, placed.payment_method)
    made = begin(SessionIds(n, placed.id, placed.uuid), buyer, station(where), at_connector, draft)
    for bound, reason in impossibilities(made, charged, at_connector):
        raise MisplacedError(_FIELDS[bound], reason)
    made = _silenced(_stopped(made, placed.stopped), placed.silent)
    if charged.org is None:
        return made
    deadline_at = smart_charging.deadline(made.created_at, where.utc_offset_minutes, smart_charging.READY_BY)
    goal = smart_charging.ChargingGoal(at_home=placed.at_home, target_soc=placed.target_soc, deadline_at=deadline_at)
    optimised = plan if placed.at_home else None
    return made.with_smart(smart_charging.summary(market, made, charged, goal, at_once=at_once, hoped=optimised))


def _stopped(made: Session, at: int | None) -> Session:
    try:
        return made if at is None else stop(made, at=at)
    except SessionEndedError as error:
        raise MisplacedError("stopped", f"the session ends earlier, at {millis(made.ended_at)}") from error


def _silenced(made: Session, silent: Silence | None) -> Session:
    if silent is None:
        return made
    if silent.since >= made.unplugged_at or silent.until <= made.created_at:
        raise MisplacedError("silent", f"the vehicle is unplugged at {millis(made.unplugged_at)}")
    return silence(made, since=silent.since, until=silent.until)


def _constant(placed: PlacedSession) -> power_plan.Plan:
    """Constant power, until the energy is in or the limit is reached."""
    limit_kwh = inf if placed.limit_wh is None else placed.limit_wh / 1000
    energy_kwh = min(placed.energy_kwh, limit_kwh)
    if not energy_kwh:
        return power_plan.EMPTY
    return ((0.0, 0.0, placed.power_kw, 0.0), (energy_kwh / placed.power_kw, energy_kwh, 0.0, 0.0))


def _reservation(placed: PlacedReservation, n: int) -> Reservation:
    return Reservation(
        **placed.model_dump(exclude={"created", "updated", "confirms", "resolves", "confirmed"}),
        n=n,
        created_at=placed.created,
        confirms_at=placed.confirms,
        resolves_at=placed.resolves,
        touched_at=NEVER if placed.updated is None else placed.updated,
        confirmed_at=NEVER if placed.confirmed is None else placed.confirmed,
        earliest_start=None,
        latest_end=None,
        session=None,
    )
