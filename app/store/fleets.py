"""Fleets with what belongs to them and what they have charged: a page of them, or those with given ids."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, NamedTuple

import orjson
from sqlalchemy import Text, and_, bindparam, cast, func, literal, select

from ..domain import models
from ..domain.models import Outcome
from . import keyset_pages
from .database.id_lists import is_in
from .keyset_pages import PageQuery
from .schema.entity_mapping import EntityMapping, JoinedQuery
from .schema.tables import ATTACHMENT, DRIVER, FLEET, SESSION, VEHICLE
from .wallets import held_by
from .world_transaction import WorldTransaction, one_statement

save_fleet: Final = FLEET.save


class FleetTotals(NamedTuple):
    """What belongs to a fleet now, and what its wallets hold.

    `completed` is the number of its completed sessions, a blank, and their Wh.
    """

    drivers: int
    vehicles: int
    completed: str
    in_wallets: int


@dataclass(frozen=True, slots=True)
class FleetRecord:
    """A fleet with its totals."""

    fleet: models.Fleet
    totals: FleetTotals

    @property
    def created_at(self) -> int:
        return self.fleet.created_at

    @property
    def n(self) -> int:
        return self.fleet.n


@one_statement
def fleets(tx: WorldTransaction, channel: str, query: PageQuery) -> list[FleetRecord]:
    """Returns the fleets of a page, and the one after it if there is one. Wallets are those of the channel.

    The filters are `driver`, who is attached to the fleet, and `vehicle`, which belongs to it.
    """
    statement = _page(tuple(query.filters), query.status is not None, newer=query.newer)
    named = {"channel": channel, "status": query.status}
    return statement.all(tx.db, keyset_pages.parameters(tx, query, None) | named)


@one_statement
def fleets_by_id(tx: WorldTransaction, channel: str, ids: Collection[str]) -> list[FleetRecord]:
    """Returns the fleets with these ids that have been created and not deleted, in no order."""
    named = {"world": tx.world.n, "now": tx.now, "channel": channel, "ids": orjson.dumps(list(ids)).decode()}
    return _BY_IDS.all(tx.db, named)


def fleet(tx: WorldTransaction, fleet_id: str) -> models.Fleet | None:
    """Returns the fleet with that id, be it deleted or not."""
    return _BY_ID.first(tx.db, {"world": tx.world.n, "id": fleet_id})


def insert_fleet(tx: WorldTransaction, new: models.Fleet) -> None:
    """Inserts a fleet."""
    FLEET.insert(tx.db, tx.world.n, [new])


_DRIVERS: Final = (
    select(func.count())
    .select_from(ATTACHMENT.table)
    .join(DRIVER.table, and_(DRIVER.c.world == ATTACHMENT.c.world, DRIVER.c.id == ATTACHMENT.c.driver))
    .where(
        ATTACHMENT.c.world == FLEET.c.world,
        ATTACHMENT.c.target == FLEET.c.id,
        keyset_pages.is_created(DRIVER),
        DRIVER.c.status != models.DELETED,
    )
    .correlate(FLEET.table)
    .scalar_subquery()
)
_VEHICLES: Final = (
    select(func.count())
    .select_from(VEHICLE.table)
    .where(
        VEHICLE.c.world == FLEET.c.world,
        VEHICLE.c.fleet == FLEET.c.id,
        VEHICLE.c.created_at <= bindparam("now"),
        VEHICLE.c.status != models.DELETED,
    )
    .correlate(FLEET.table)
    .scalar_subquery()
)
_COMPLETED: Final = (
    select(cast(func.count(), Text) + literal(" ") + cast(func.coalesce(func.sum(SESSION.c.energy_wh), 0), Text))
    .where(
        SESSION.c.world == FLEET.c.world,
        SESSION.c.fleet == FLEET.c.id,
        SESSION.c.ended_at <= bindparam("now"),
        SESSION.c.outcome == str(Outcome.COMPLETED),
    )
    .correlate(FLEET.table)
    .scalar_subquery()
)
"""Two totals in one column, so that the sessions are read once, and in their index `session_by_end_of_fleet` only."""
_MAPPINGS: Final[dict[str, EntityMapping[Any]]] = {
    "fleet": FLEET.mapping,
    "totals": EntityMapping(
        FleetTotals, {"drivers": _DRIVERS, "vehicles": _VEHICLES, "completed": _COMPLETED, "in_wallets": held_by(FLEET)}
    ),
}
_IS_THERE: Final = FLEET.c.status != models.DELETED


@cache
def _page(filters: tuple[str, ...], has_status: bool, *, newer: bool) -> JoinedQuery[FleetRecord]:  # noqa: FBT001 - a key of the cache
    statement = select().select_from(FLEET.table).where(_IS_THERE)
    if has_status:
        statement = statement.where(FLEET.c.status == bindparam("status"))
    if "driver" in filters:
        statement = statement.join(
            ATTACHMENT.table,
            and_(
                ATTACHMENT.c.world == FLEET.c.world,
                ATTACHMENT.c.target == FLEET.c.id,
                ATTACHMENT.c.driver == bindparam("driver"),
            ),
        )
    if "vehicle" in filters:
        statement = statement.where(FLEET.c.id == _FLEET_OF_VEHICLE)
    return JoinedQuery(
        FleetRecord, _MAPPINGS, keyset_pages.page(statement, FLEET, (), newer=newer, is_few=bool(filters))
    )


_FLEET_OF_VEHICLE: Final = (
    select(VEHICLE.c.fleet)
    .where(
        VEHICLE.in_world,
        VEHICLE.c.id == bindparam("vehicle"),
        VEHICLE.c.created_at <= bindparam("now"),
    )
    .scalar_subquery()
)
_BY_ID: Final = FLEET.query(FLEET.c.id == bindparam("id"))
_BY_IDS: Final = JoinedQuery(
    FleetRecord,
    _MAPPINGS,
    select().where(FLEET.in_world, keyset_pages.is_created(FLEET), _IS_THERE, is_in(FLEET.c.id, "ids")),
)
