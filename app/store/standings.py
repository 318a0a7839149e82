"""How drivers, vehicles and users stand: their status, and the fleet for which they would charge now."""

from collections.abc import Collection
from typing import Final, NamedTuple

import orjson
from sqlalchemy import ColumnElement, and_, select

from ..domain import models
from ..domain.models import ACTIVE
from .attachments import first_fleet
from .database.compiled_statements import CompiledStatement
from .database.id_lists import is_in
from .schema.entity_table import EntityTable
from .schema.tables import DRIVER, END_USER, FLEET, VEHICLE
from .world_transaction import WorldTransaction


class Standing(NamedTuple):
    """The status of a driver, a vehicle or a user, and the fleet with its status, both None if there is no fleet."""

    status: str = ACTIVE
    fleet: str | None = None
    fleet_status: str | None = None


def driver_standings(tx: WorldTransaction, ids: Collection[str]) -> dict[str, Standing]:
    """Returns the standings of drivers; each one's fleet is the first to which the driver was attached."""
    return _standings(tx, _DRIVERS, ids)


def vehicle_standings(tx: WorldTransaction, ids: Collection[str]) -> dict[str, Standing]:
    """Returns the standings of vehicles."""
    return _standings(tx, _VEHICLES, ids)


def user_standings(tx: WorldTransaction, ids: Collection[str]) -> dict[str, Standing]:
    """Returns the standings of users, who are in no fleet."""
    return _standings(tx, _USERS, ids)


def _standings(tx: WorldTransaction, statement: CompiledStatement, ids: Collection[str]) -> dict[str, Standing]:
    rows = statement.rows(tx.db, {"world": tx.world.n, "ids": orjson.dumps(list(ids)).decode()})
    return {thing: Standing(*rest) for thing, *rest in rows}


def _statement(
    of: EntityTable[models.Driver] | EntityTable[models.Vehicle], fleet: ColumnElement[str]
) -> CompiledStatement:
    joined = of.table.outerjoin(FLEET.table, and_(FLEET.c.world == of.c.world, FLEET.c.id == fleet))
    return CompiledStatement(
        select(of.c.id, of.c.status, FLEET.c.id.label("fleet"), FLEET.c.status.label("fleet_status"))
        .select_from(joined)
        .where(of.in_world, is_in(of.c.id, "ids"))
    )


_DRIVERS: Final = _statement(DRIVER, first_fleet(DRIVER.c.id, DRIVER))
_VEHICLES: Final = _statement(VEHICLE, VEHICLE.c.fleet)
_USERS: Final = CompiledStatement(
    select(END_USER.c.id, END_USER.c.status).where(END_USER.in_world, is_in(END_USER.c.id, "ids"))
)
