"""What stands at the homes of a user's vehicles: charging points, with the vehicles that charge there."""

from dataclasses import dataclass, field, fields
from typing import Any, Final, NamedTuple

from sqlalchemy import and_, bindparam, func, select

from ..domain import models
from .database.compiled_statements import CompiledStatement
from .owned_vehicles import last_session_of_vehicle
from .schema.entity_mapping import EntityMapping, JoinedQuery
from .schema.tables import CONNECTOR, SESSION, STATION, VEHICLE
from .world_transaction import WorldTransaction


@dataclass(frozen=True, slots=True)
class Power:
    """The power of the strongest connector of a station, in kW; None if it has none."""

    kw: float | None


@dataclass(frozen=True, slots=True)
class HomeVehicle:
    """A vehicle, the station at its home with its power, and the last session that has begun."""

    vehicle: models.Vehicle
    home: models.Station
    power: Power | None
    last: models.Session | None

    def plugged(self, now: int) -> models.Session | None:
        """The session for which the vehicle is plugged in; None if it is not."""
        return self.last if self.last is not None and now < self.last.unplugged_at else None


@dataclass(frozen=True, slots=True)
class HomeCharger:
    """The station at a home, the power of its connector in kW, and the vehicles that charge there, the newest first."""

    station: models.Station
    power_kw: float
    vehicles: list[HomeVehicle] = field(default_factory=list)

    def plugged(self, now: int) -> tuple[HomeVehicle, models.Session] | None:
        """The vehicle that is plugged in there, and its session; None if there is none."""
        stays = ((each, each.plugged(now)) for each in self.vehicles)
        there = ((each, stay) for each, stay in stays if stay is not None and stay.station == self.station.id)
        return next(there, None)


class OwnedHome(NamedTuple):
    """The station at a home and a user whose vehicle charges there; `n` and `created_at` are the station's."""

    station: str
    owner: str
    n: int
    created_at: int


def owned_homes(tx: WorldTransaction) -> list[OwnedHome]:
    """Returns the homes of the users of all vehicles that are there."""
    return [OwnedHome(*row) for row in _HOMES.rows(tx.db, {"world": tx.world.n, "now": tx.now})]


def home_chargers(tx: WorldTransaction, org: str, owner: str) -> list[HomeCharger]:
    """Returns what stands at the homes of the vehicles of a user, in the order of the vehicles, the newest first."""
    found: dict[str, HomeCharger] = {}
    for each in _AT_HOMES.all(tx.db, {"world": tx.world.n, "org": org, "owner": owner, "now": tx.now}):
        power_kw = 0.0 if each.power is None or each.power.kw is None else each.power.kw
        found.setdefault(each.home.id, HomeCharger(each.home, power_kw)).vehicles.append(each)
    return [*found.values()]


_STATION_AT_HOME: Final = and_(STATION.c.world == VEHICLE.c.world, STATION.c.id == VEHICLE.c.home)
_IS_THERE: Final = and_(VEHICLE.in_world, VEHICLE.c.created_at <= bindparam("now"), VEHICLE.c.status != models.DELETED)
_HOMES: Final = CompiledStatement(
    select(STATION.c.id, VEHICLE.c.owner, STATION.c.n, STATION.c.created_at)
    .select_from(VEHICLE.table.join(STATION.table, _STATION_AT_HOME))
    .where(_IS_THERE, VEHICLE.c.owner.is_not(None))
    .distinct()
)
_LAST: Final = SESSION.table.alias("last")
_IS_LAST: Final = and_(_LAST.c.world == VEHICLE.c.world, _LAST.c.n == last_session_of_vehicle())
_POWER: Final = (
    select(func.max(CONNECTOR.c.power_kw))
    .where(CONNECTOR.c.world == STATION.c.world, CONNECTOR.c.station == STATION.c.id)
    .correlate(STATION.table)
    .scalar_subquery()
)
_MAPPINGS: Final[dict[str, EntityMapping[Any]]] = {
    "vehicle": VEHICLE.mapping,
    "home": EntityMapping(models.Station, {each.name: STATION.c[each.name] for each in fields(models.Station)}),
    "power": EntityMapping(Power, {"kw": _POWER}),
    "last": EntityMapping(models.Session, dict(_LAST.c)),
}
_AT_HOMES: Final = JoinedQuery(
    HomeVehicle,
    _MAPPINGS,
    select()
    .select_from(VEHICLE.table.join(STATION.table, _STATION_AT_HOME).outerjoin(_LAST, _IS_LAST))
    .where(
        _IS_THERE,
        VEHICLE.c.owner == bindparam("owner"),
        VEHICLE.c.org == bindparam("org"),
    )
    .order_by(VEHICLE.c.created_at.desc(), VEHICLE.c.n.desc()),
)
