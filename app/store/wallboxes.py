"""What stands at the homes of a user's vehicles: charging points, with the vehicles that charge there."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import orjson
from sqlalchemy import bindparam, func, select

from ..domain.models import DELETED, Session, Station
from .database.compiled_statements import CompiledStatement
from .database.id_lists import is_in
from .owned_vehicles import OwnedVehicle
from .schema.tables import CONNECTOR, STATION, VEHICLE
from .world_transaction import WorldTransaction


@dataclass(frozen=True, slots=True)
class HomeCharger:
    """The station at a home, the power of its connector in kW, and the vehicles that charge there, the newest first."""

    station: Station
    power_kw: float
    vehicles: list[OwnedVehicle] = field(default_factory=list)

    def plugged(self, now: int) -> tuple[OwnedVehicle, Session] | None:
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


def home_chargers(tx: WorldTransaction, vehicles: Sequence[OwnedVehicle]) -> list[HomeCharger]:
    """Returns what stands at the homes of some vehicles, in the order of the vehicles."""
    homes = {each.home.id: each.home for each in vehicles if each.home is not None and _is_there(each)}
    if not homes:
        return []
    listed = orjson.dumps(list(homes)).decode()
    powers: dict[str, float] = dict(_POWERS.rows(tx.db, {"world": tx.world.n, "stations": listed}))
    found = {name: HomeCharger(home, powers.get(name, 0.0)) for name, home in homes.items()}
    for each in vehicles:
        if each.home is not None and _is_there(each):
            found[each.home.id].vehicles.append(each)
    return [*found.values()]


def _is_there(owned: OwnedVehicle) -> bool:
    return owned.vehicle.status != DELETED


_HOMES: Final = CompiledStatement(
    select(STATION.c.id, VEHICLE.c.owner, STATION.c.n, STATION.c.created_at)
    .select_from(
        VEHICLE.table.join(STATION.table, (STATION.c.world == VEHICLE.c.world) & (STATION.c.id == VEHICLE.c.home))
    )
    .where(
        VEHICLE.in_world,
        VEHICLE.c.owner.is_not(None),
        VEHICLE.c.status != DELETED,
        VEHICLE.c.created_at <= bindparam("now"),
    )
    .distinct()
)
_POWERS: Final = CompiledStatement(
    select(CONNECTOR.c.station, func.max(CONNECTOR.c.power_kw))
    .where(CONNECTOR.in_world, is_in(CONNECTOR.c.station, "stations"))
    .group_by(CONNECTOR.c.station)
)
