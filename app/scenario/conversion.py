"""Conversion of hand-placed objects to entities. Sessions get plan and price by the functions that start a session."""

from collections.abc import Sequence
from dataclasses import replace
from hashlib import blake2b
from math import inf
from typing import Any, Final

from ..domain import parties, smart_charging
from ..domain.channels import Channels
from ..domain.clock import MILLISECOND, NEVER, SECOND, millis, year_before
from ..domain.errors import SessionEndedError
from ..domain.ids import uuid_text
from ..domain.models import (
    TO_FLEET,
    TO_VEHICLE,
    Attachment,
    Connector,
    Document,
    Driver,
    Fleet,
    PaymentMethod,
    Reservation,
    Session,
    Station,
    User,
    Vehicle,
)
from ..domain.sessions import power_plan
from ..domain.sessions.interrupt import silence, stop
from ..domain.sessions.possible import ENERGY, POWER, impossibilities
from ..domain.sessions.start import Buyer, SessionDraft, SessionIds, begin
from .objects import (
    Objects,
    PlacedDocument,
    PlacedReservation,
    PlacedSession,
    ScenarioConnector,
    ScenarioStation,
    Silence,
)
from .parties import Managed, ScenarioVehicle, Shown
from .parties import User as ScenarioUser

_FIELDS: Final = {POWER: "power_kw", ENERGY: "energy_kwh"}
"""The fields in which a session says what its vehicle and its connector cannot do."""


class MisplacedError(Exception):
    """A session contradicts itself, or its vehicle and connector; `field` is the part at fault."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field


def fleets(objects: Objects, monday: int) -> list[Fleet]:
    """The hand-placed fleets, in the order in which they are written."""
    return [Fleet(**_managed(each, n, monday)) for n, each in enumerate(objects.fleets)]


def drivers(objects: Objects, monday: int) -> list[Driver]:
    """The hand-placed drivers."""
    return [Driver(**_managed(each, n, monday, "fleet", "fleets")) for n, each in enumerate(objects.drivers)]


def users(objects: Objects, monday: int) -> list[User]:
    """The hand-placed users, and after them the owners of vehicles for whom no user is placed.

    Such an owner is the first driver of the first vehicle, or is named after the id.
    """
    placed = [_user(each, n, monday) for n, each in enumerate(objects.users)]
    known, named = {each.id for each in placed}, {each.id: each for each in drivers(objects, monday)}
    for each in objects.vehicles:
        if each.org is None or each.owner is None or each.owner in known:
            continue
        known.add(each.owner)
        of_owner = (other for other in objects.vehicles if other.owner == each.owner)
        driven_by = (who for vehicle in of_owner for who in attached(vehicle.driver, vehicle.drivers))
        driver, n = named.get(next(driven_by, "")), len(placed)
        placed.append(parties.owner(each.owner, each.org, driver, n=n, created_at=_created(None, n, monday)))
    return placed


def payment_methods(objects: Objects, monday: int) -> list[PaymentMethod]:
    """The hand-placed payment methods."""
    return [PaymentMethod(**_shown(each, n, monday)) for n, each in enumerate(objects.payment_methods)]


def vehicles(objects: Objects, monday: int) -> list[Vehicle]:
    """The hand-placed vehicles."""
    return [vehicle(each, n, monday) for n, each in enumerate(objects.vehicles)]


def stations(objects: Objects, monday: int) -> list[Station]:
    """The hand-placed stations."""
    return [station(each, n, monday) for n, each in enumerate(objects.stations)]


def documents(objects: Objects, monday: int) -> list[Document]:
    """The hand-placed documents."""
    return [_document(each, n, monday) for n, each in enumerate(objects.documents)]


def attachments(objects: Objects) -> list[Attachment]:
    """The fleets and vehicles of the drivers."""
    pairs = [
        *((each.id, TO_FLEET, fleet) for each in objects.drivers for fleet in attached(each.fleet, each.fleets)),
        *((who, TO_VEHICLE, each.id) for each in objects.vehicles for who in attached(each.driver, each.drivers)),
    ]
    return [Attachment(who, kind, target, n) for n, (who, kind, target) in enumerate(pairs)]


def attached(first: str | None, others: Sequence[str]) -> list[str]:
    """The ids that a thing is attached to, in their order."""
    return [*others] if first is None else [first, *others]


def vehicle(written: ScenarioVehicle, n: int = 0, monday: int = 0) -> Vehicle:
    values = _managed(written, n, monday, "driver", "drivers")
    uuid = written.uuid or uuid_text(0, "placed", written.id)
    return Vehicle(**values | {"uuid": uuid, "dc": tuple(written.dc)})


def station(written: ScenarioStation, n: int = 0, monday: int = 0) -> Station:
    return Station(**_shown(written, n, monday, "connectors"))


def connector(station: ScenarioStation, written: ScenarioConnector) -> Connector:
    values, unconfirmed = dict(written) | {"evse_id": evse_id(station, written)}, written.unconfirmed
    del values["unconfirmed"]
    return Connector(
        station=station.id,
        **values | {"next_tariff_at": NEVER if written.next_tariff_at is None else written.next_tariff_at},
        unconfirmed_from=NEVER if unconfirmed is None else unconfirmed.since,
        unconfirmed_until=NEVER if unconfirmed is None else unconfirmed.until,
    )


def evse_id(station: ScenarioStation, written: ScenarioConnector) -> str:
    """The name on the charging point, as it is written or made of the ids."""
    made = blake2b(f"{station.id}/{written.id}".encode(), digest_size=6).hexdigest().upper()
    return written.evse_id or f"{station.country}*WTF*E{made}"


def _shown(written: Shown, n: int, monday: int, *left_out: str) -> dict[str, Any]:
    """The fields of what a vendor lists, with its place in the list."""
    values = {name: value for name, value in written if name not in {"created", *left_out}}
    return {**values, "n": n, "created_at": _created(written.created, n, monday)}


def _changed(written: Managed | ScenarioUser, n: int, monday: int, *left_out: str) -> dict[str, Any]:
    """The fields of what is shown with the instant of its last change."""
    values = _shown(written, n, monday, "updated", *left_out)
    return {**values, "touched_at": values["created_at"] if written.updated is None else written.updated}


def _managed(written: Managed, n: int, monday: int, *left_out: str) -> dict[str, Any]:
    values = _changed(written, n, monday, "policies", *left_out)
    return {**values, "policy_ids": tuple(written.policies)}


def _user(written: ScenarioUser, n: int, monday: int) -> User:
    return User(**_changed(written, n, monday))


def _created(written: int | None, n: int, monday: int) -> int:
    return year_before(monday) + n * MILLISECOND if written is None else written


def _document(written: PlacedDocument, n: int, monday: int) -> Document:
    second, third = [*((each.status, each.at) for each in written.stages), (None, NEVER), (None, NEVER)][:2]
    return Document(
        vendor=written.vendor,
        kind=written.kind,
        id=written.id,
        n=n,
        created_at=_created(written.created, n, monday),
        body=written.body,
        touched_at=NEVER if written.updated is None else written.updated,
        owner=written.owner,
        first=written.status,
        second=second[0],
        second_at=second[1],
        third=third[0],
        third_at=third[1],
    )


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
    ids = SessionIds(n, placed.id, placed.uuid or uuid_text(0, "placed", placed.id))
    made = replace(begin(ids, buyer, station(where), at_connector, draft), transaction=placed.transaction)
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
