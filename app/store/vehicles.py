"""Vehicles with their drivers: a page of them, or those with given ids."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, NamedTuple

import orjson
from sqlalchemy import Select, bindparam, select

from ..domain import models
from . import keyset_pages
from .attachments import drivers_of_vehicle
from .database.id_lists import is_in
from .keyset_pages import PageQuery
from .schema.entity_mapping import EntityMapping, JoinedQuery
from .schema.tables import ATTACHMENT, VEHICLE
from .world_transaction import WorldTransaction, one_statement

save_vehicle: Final = VEHICLE.save
_DRIVER: Final = "driver"


class Drivers(NamedTuple):
    """The ids of a vehicle's drivers in the order of attaching, separated by blanks."""

    ids: str


@dataclass(frozen=True, slots=True)
class VehicleRecord:
    """A vehicle, and who drives it."""

    vehicle: models.Vehicle
    drivers: Drivers

    @property
    def created_at(self) -> int:
        return self.vehicle.created_at

    @property
    def n(self) -> int:
        return self.vehicle.n


@one_statement
def vehicles(tx: WorldTransaction, query: PageQuery) -> list[VehicleRecord]:
    """Returns the vehicles of a page, and the one after it if there is one.

    The filters are `fleet`, to which a vehicle belongs, and `driver`, who is attached to it.
    """
    statement = _page(tuple(query.filters), newer=query.newer)
    return statement.all(tx.db, keyset_pages.parameters(tx, query, None))


@one_statement
def vehicles_by_id(tx: WorldTransaction, ids: Collection[str]) -> list[VehicleRecord]:
    """Returns the vehicles with these ids that have been created and not deleted, in no order."""
    return _BY_IDS.all(tx.db, {"world": tx.world.n, "now": tx.now, "ids": orjson.dumps(list(ids)).decode()})


def insert_vehicle(tx: WorldTransaction, new: models.Vehicle) -> None:
    """Inserts a vehicle."""
    VEHICLE.insert(tx.db, tx.world.n, [new])


_MAPPINGS: Final[dict[str, EntityMapping[Any]]] = {
    "vehicle": VEHICLE.mapping,
    "drivers": EntityMapping(Drivers, {"ids": drivers_of_vehicle()}),
}
_IS_THERE: Final = VEHICLE.c.status != models.DELETED
_OF_DRIVER: Final = VEHICLE.c.id.in_(
    select(ATTACHMENT.c.target).where(
        ATTACHMENT.in_world, ATTACHMENT.c.driver == bindparam(_DRIVER), ATTACHMENT.c.kind == models.TO_VEHICLE
    )
)


@cache
def _page(filters: tuple[str, ...], *, newer: bool) -> JoinedQuery[VehicleRecord]:
    statement: Select[Any] = select().select_from(VEHICLE.table).where(_IS_THERE)
    if _DRIVER in filters:
        statement = statement.where(_OF_DRIVER)
    columns = [name for name in filters if name != _DRIVER]
    return JoinedQuery(VehicleRecord, _MAPPINGS, keyset_pages.page(statement, VEHICLE, columns, newer=newer))


_BY_IDS: Final = JoinedQuery(
    VehicleRecord,
    _MAPPINGS,
    select().where(VEHICLE.in_world, keyset_pages.is_created(VEHICLE), _IS_THERE, is_in(VEHICLE.c.id, "ids")),
)
