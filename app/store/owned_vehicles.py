"""The vehicles of a user with what is known of them at an instant: each in one row of one statement."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, select

from ..domain import models
from ..domain.telemetry import Stay, Stop, Whereabouts
from ..domain.visits import Visit
from .database.compiled_statements import CompiledStatement
from .schema.entity_mapping import EntityMapping, JoinedQuery
from .schema.tables import DOCUMENT, SESSION, STATION, VEHICLE
from .vehicle_sessions import VehicleRef
from .world_transaction import WorldTransaction


@dataclass(frozen=True, slots=True)
class OwnedVehicle:
    """A vehicle, its document, the last session that has begun with its station, the next visit, and its home."""

    vehicle: models.Vehicle
    document: models.Document | None
    last: models.Session | None
    station: models.Station | None
    next: Visit | None
    home: models.Station | None

    def whereabouts(self) -> Whereabouts:
        """Where the vehicle is, of which the last stop is known."""
        stay: Stay | None = None
        stops: tuple[Stop, ...] = ()
        if self.last is not None and self.station is not None:
            stay = Stay(self.last, self.station)
            stops = (Stop(self.last.soc_start, self.last.soc_end, self.station.latitude, self.station.longitude),)
        return Whereabouts(self.vehicle, last=stay, next=self.next, stops=stops, home=self.home)

    def plugged(self, now: int) -> models.Session | None:
        """The session for which the vehicle is plugged in; None if it is not."""
        return self.last if self.last is not None and now < self.last.unplugged_at else None


def vehicles_of(tx: WorldTransaction, org: str, owner: str, vendor: str, kind: str) -> list[OwnedVehicle]:
    """Returns the vehicles of a user that have been created, newest first; documents are of that vendor and kind."""
    named = {"world": tx.world.n, "org": org, "owner": owner, "vendor": vendor, "kind": kind, "now": tx.now}
    return _OF_OWNER.all(tx.db, named)


def owned_vehicle(tx: WorldTransaction, ref: VehicleRef, vendor: str, kind: str) -> OwnedVehicle | None:
    """Returns one vehicle of a user, once it has been created."""
    owner = {"org": ref.org, "owner": ref.owner, "uuid": ref.uuid}
    found = _BY_UUID.all(tx.db, {"world": tx.world.n, **owner, "vendor": vendor, "kind": kind, "now": tx.now})
    return found[0] if found else None


def home_of_owner(tx: WorldTransaction, owner: str) -> str | None:
    """Returns the station at the home of a user, by the user's first vehicle that has one."""
    found = _HOME.first(tx.db, {"world": tx.world.n, "owner": owner})
    return None if found is None else str(found[0])


def sessions_of_vehicle(tx: WorldTransaction, vehicle: str) -> list[models.Session]:
    """Returns all sessions of a vehicle, planned ones too."""
    return _SESSIONS.all(tx.db, {"world": tx.world.n, "vehicle": vehicle})


_HOME: Final = CompiledStatement(
    select(VEHICLE.c.home)
    .where(VEHICLE.in_world, VEHICLE.c.owner == bindparam("owner"), VEHICLE.c.home.is_not(None))
    .order_by(VEHICLE.c.created_at, VEHICLE.c.n)
    .limit(1)
)
_SESSIONS: Final = SESSION.query(SESSION.c.vehicle == bindparam("vehicle"))
_LAST: Final = SESSION.table.alias("last")
_NEXT: Final = SESSION.table.alias("following")
_STATION_OF: Final = {name: STATION.table.alias(f"station_of_{name}") for name in ("last", "next", "home")}


def _session_by_vehicle(*when: ColumnElement[bool], order: Sequence[ColumnElement[Any]]) -> ColumnElement[int]:
    """The number of a session of the vehicle."""
    of_vehicle = (SESSION.c.world == VEHICLE.c.world, SESSION.c.vehicle == VEHICLE.c.id)
    statement = select(SESSION.c.n).where(*of_vehicle, *when).order_by(*order).limit(1)
    return statement.correlate(VEHICLE.table).scalar_subquery()


def last_session_of_vehicle() -> ColumnElement[int]:
    """The number of the last session of the vehicle that has begun by the parameter `now`."""
    begun = SESSION.c.created_at <= bindparam("now")
    return _session_by_vehicle(begun, order=(SESSION.c.created_at.desc(), SESSION.c.n.desc()))


def _query(*conditions: ColumnElement[bool]) -> JoinedQuery[OwnedVehicle]:
    now: BindParameter[int] = bindparam("now")
    following = _session_by_vehicle(SESSION.c.created_at > now, order=(SESSION.c.created_at, SESSION.c.n))
    joined = VEHICLE.table.outerjoin(
        DOCUMENT.table,
        and_(
            DOCUMENT.c.world == VEHICLE.c.world,
            DOCUMENT.c.vendor == bindparam("vendor"),
            DOCUMENT.c.kind == bindparam("kind"),
            DOCUMENT.c.id == VEHICLE.c.uuid,
        ),
    )
    for session, n, name in ((_LAST, last_session_of_vehicle(), "last"), (_NEXT, following, "next")):
        place = _STATION_OF[name]
        joined = joined.outerjoin(session, and_(session.c.world == VEHICLE.c.world, session.c.n == n))
        joined = joined.outerjoin(place, and_(place.c.world == session.c.world, place.c.id == session.c.station))
    home = _STATION_OF["home"]
    joined = joined.outerjoin(home, and_(home.c.world == VEHICLE.c.world, home.c.id == VEHICLE.c.home))
    there = _STATION_OF["next"].c
    visit = {each: _NEXT.c[each] for each in Visit._fields if each not in {"latitude", "longitude"}}
    mappings: dict[str, EntityMapping[Any]] = {
        "vehicle": VEHICLE.mapping,
        "document": DOCUMENT.mapping,
        "last": EntityMapping(models.Session, dict(_LAST.c)),
        "station": EntityMapping(models.Station, {each.name: _STATION_OF["last"].c[each.name] for each in _STATION}),
        "next": EntityMapping(Visit, visit | {"latitude": there.latitude, "longitude": there.longitude}),
        "home": EntityMapping(models.Station, {each.name: home.c[each.name] for each in _STATION}),
    }
    statement = select().select_from(joined).where(VEHICLE.in_world, VEHICLE.c.created_at <= now, *conditions)
    return JoinedQuery(OwnedVehicle, mappings, statement.order_by(VEHICLE.c.created_at.desc(), VEHICLE.c.n.desc()))


_STATION: Final = fields(models.Station)
_OWNED: Final = (VEHICLE.c.owner == bindparam("owner"), VEHICLE.c.org == bindparam("org"))
_OF_OWNER: Final = _query(*_OWNED)
_BY_UUID: Final = _query(VEHICLE.c.uuid == bindparam("uuid"), *_OWNED)
