"""Drivers with their fleets and vehicles: a page of them, or those with given ids."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, NamedTuple

import orjson
from sqlalchemy import ColumnElement, Select, and_, bindparam, select

from ..domain import models
from . import keyset_pages
from .attachments import targets_of_driver
from .database.id_lists import is_in
from .keyset_pages import PageQuery
from .schema.entity_mapping import EntityMapping, JoinedQuery
from .schema.tables import ATTACHMENT, DRIVER
from .wallets import held_by
from .world_transaction import WorldTransaction, one_statement

save_driver: Final = DRIVER.save


class Belongings(NamedTuple):
    """The ids of a driver's fleets and vehicles, separated by blanks, and what the wallets hold."""

    fleets: str
    vehicles: str
    in_wallets: int


@dataclass(frozen=True, slots=True)
class DriverRecord:
    """A driver, and what the driver belongs to."""

    driver: models.Driver
    belongings: Belongings

    @property
    def created_at(self) -> int:
        return self.driver.created_at

    @property
    def n(self) -> int:
        return self.driver.n


@one_statement
def drivers(tx: WorldTransaction, channel: str, query: PageQuery) -> list[DriverRecord]:
    """Returns the drivers of a page, and the one after it if there is one. Wallets are those of the channel.

    The filters `fleet` and `vehicle` find the drivers that are attached to them.
    """
    statement = _page(tuple(query.filters), newer=query.newer)
    return statement.all(tx.db, keyset_pages.parameters(tx, query, None) | {"channel": channel})


@one_statement
def drivers_by_id(tx: WorldTransaction, channel: str, ids: Collection[str]) -> list[DriverRecord]:
    """Returns the drivers with these ids that have been created and not deleted, in no order."""
    named = {"world": tx.world.n, "now": tx.now, "channel": channel, "ids": orjson.dumps(list(ids)).decode()}
    return _BY_IDS.all(tx.db, named)


def insert_driver(tx: WorldTransaction, new: models.Driver) -> None:
    """Inserts a driver."""
    DRIVER.insert(tx.db, tx.world.n, [new])


_MAPPINGS: Final[dict[str, EntityMapping[Any]]] = {
    "driver": DRIVER.mapping,
    "belongings": EntityMapping(
        Belongings,
        {
            "fleets": targets_of_driver(models.TO_FLEET),
            "vehicles": targets_of_driver(models.TO_VEHICLE),
            "in_wallets": held_by(DRIVER),
        },
    ),
}
_IS_THERE: Final = DRIVER.c.status != models.DELETED


@cache
def _page(filters: tuple[str, ...], *, newer: bool) -> JoinedQuery[DriverRecord]:
    statement: Select[Any] = select().select_from(DRIVER.table).where(_IS_THERE)
    for name in filters:
        statement = _attached_to(statement, name)
    return JoinedQuery(
        DriverRecord, _MAPPINGS, keyset_pages.page(statement, DRIVER, (), newer=newer, is_few=bool(filters))
    )


def _attached_to(statement: Select[Any], name: str) -> Select[Any]:
    """Narrows a statement to the drivers that are attached to the fleet or vehicle that the parameter `name` names."""
    attachment = ATTACHMENT.table.alias(f"of_{name}")
    is_attached: ColumnElement[bool] = and_(
        attachment.c.world == DRIVER.c.world,
        attachment.c.driver == DRIVER.c.id,
        attachment.c.target == bindparam(name),
        attachment.c.kind == name,
    )
    return statement.join(attachment, is_attached)


_BY_IDS: Final = JoinedQuery(
    DriverRecord,
    _MAPPINGS,
    select().where(DRIVER.in_world, keyset_pages.is_created(DRIVER), _IS_THERE, is_in(DRIVER.c.id, "ids")),
)
