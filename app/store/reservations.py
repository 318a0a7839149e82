"""Reservations: reads lists or single ones, inserts and saves them."""

from collections.abc import Collection
from functools import cache
from typing import Final

import orjson
from sqlalchemy import BindParameter, Connection, bindparam, delete, func, select

from ..domain import models
from ..domain.reservations import CONFIRMED, LONGEST, PENDING
from . import keyset_pages
from .database.compiled_statements import CompiledStatement
from .database.id_lists import is_in
from .keyset_pages import PageQuery
from .schema.entity_mapping import EntityQuery
from .schema.partial_indexes import HAS_CONNECTOR, WAITS
from .schema.tables import RESERVATION
from .world_transaction import WorldTransaction, one_statement

insert_reservations: Final = RESERVATION.insert
save_reservation: Final = RESERVATION.save


@one_statement
def reservations(tx: WorldTransaction, query: PageQuery) -> list[models.Reservation]:
    """Returns the reservations of a page, and the one after it if there is one."""
    statement = _page(tuple(query.filters), query.status, newer=query.newer)
    longest = LONGEST if query.status in {PENDING, CONFIRMED} else None
    return statement.all(tx.db, keyset_pages.parameters(tx, query, longest))


@one_statement
def reservations_by_id(tx: WorldTransaction, ids: Collection[str]) -> list[models.Reservation]:
    """Returns the reservations with these ids that have been created, in no order."""
    listed = orjson.dumps(list(ids)).decode()
    return _BY_IDS.all(tx.db, {"world": tx.world.n, "ids": listed, "now": tx.now})


def reservation(tx: WorldTransaction, reservation_id: str) -> models.Reservation | None:
    """Returns the reservation with that id, be it created or planned."""
    return _BY_ID.first(tx.db, {"world": tx.world.n, "id": reservation_id})


def has_reservation(db: Connection, number: int, reservation_id: str) -> bool:
    """Whether the world of that number has the reservation with that id, be it created or planned."""
    return _HAS.first(db, {"world": number, "id": reservation_id}) is not None


def reservations_for(tx: WorldTransaction, session_n: int) -> list[models.Reservation]:
    """Returns the reservations that the session of that number fulfils."""
    return _FOR_SESSION.all(tx.db, {"world": tx.world.n, "session": session_n})


def reservations_at(tx: WorldTransaction, station: str) -> list[models.Reservation]:
    """Returns the reservations of connectors of a station that are not resolved, planned ones included."""
    return _AT_STATION.all(tx.db, {"world": tx.world.n, "station": station, "now": tx.now})


def waiting(tx: WorldTransaction) -> list[models.Reservation]:
    """Returns the pending reservations of callers that will fail because there is no connector, in the order of age."""
    found = _WAITING.all(tx.db, {"world": tx.world.n, "now": tx.now})
    return sorted(found, key=lambda each: (each.created_at, each.n))


def unresolved(tx: WorldTransaction, kind: str, named: str) -> list[models.Reservation]:
    """Returns the unresolved reservations of a driver, a vehicle or a payment method, in the order of their creation.

    `kind` is the name of the column.
    """
    where = {"world": tx.world.n, "named": named, "now": tx.now, "since": tx.now - LONGEST}
    return _UNRESOLVED_OF[kind].all(tx.db, where)


def remove_planned(tx: WorldTransaction, driver: str) -> None:
    """Removes the reservations of a driver that are still to be made."""
    _REMOVE_PLANNED.run(tx.db, {"world": tx.world.n, "driver": driver, "now": tx.now})


@cache
def _page(filters: tuple[str, ...], status: str | None, *, newer: bool) -> EntityQuery[models.Reservation]:
    now: BindParameter[int] = bindparam("now")
    # As a part of an expression, the column does not tempt a database to read an index of it and to sort what it finds.
    resolves_at = func.coalesce(RESERVATION.c.resolves_at, now)
    statement = select()
    if status in (PENDING, CONFIRMED):
        confirmed = RESERVATION.c.confirms_at <= now if status == CONFIRMED else RESERVATION.c.confirms_at > now
        statement = statement.where(confirmed, resolves_at > now)
    elif status is not None:
        statement = statement.where(RESERVATION.c.outcome == bindparam("outcome"), resolves_at <= now)
    if "station" in filters:
        statement = statement.where(RESERVATION.c.confirmed_at <= now)
    return EntityQuery(RESERVATION.mapping, keyset_pages.page(statement, RESERVATION, filters, newer=newer))


_HAS: Final = CompiledStatement(
    select(RESERVATION.c.n).where(RESERVATION.in_world, RESERVATION.c.id == bindparam("id"))
)
_BY_ID: Final = RESERVATION.query(RESERVATION.c.id == bindparam("id"))
_CREATED: Final = RESERVATION.c.created_at <= bindparam("now")
_UNRESOLVED: Final = RESERVATION.c.resolves_at > bindparam("now")
_BY_IDS: Final = RESERVATION.query(is_in(RESERVATION.c.id, "ids"), keyset_pages.is_created(RESERVATION))
_AT_STATION: Final = RESERVATION.query(RESERVATION.c.station == bindparam("station"), HAS_CONNECTOR, _UNRESOLVED)
_WAITING: Final = EntityQuery(
    RESERVATION.mapping,
    select().where(RESERVATION.in_world, WAITS, _UNRESOLVED, keyset_pages.is_created(RESERVATION)),
)
"""It has no order of its own, by which SQLite would look at all reservations that were ever created."""
_UNRESOLVED_OF: Final = {
    column.name: EntityQuery(
        RESERVATION.mapping,
        select()
        .where(
            RESERVATION.in_world,
            column == bindparam("named"),
            RESERVATION.c.created_at > bindparam("since"),
            _CREATED,
            _UNRESOLVED,
        )
        .order_by(RESERVATION.c.created_at, RESERVATION.c.n),
    )
    for column in (RESERVATION.c.driver, RESERVATION.c.vehicle, RESERVATION.c.payment_method)
}
_FOR_SESSION: Final = RESERVATION.query(RESERVATION.c.session == bindparam("session"))
_REMOVE_PLANNED: Final = CompiledStatement(
    delete(RESERVATION.table).where(
        RESERVATION.in_world,
        RESERVATION.c.driver == bindparam("driver"),
        RESERVATION.c.created_at > bindparam("now"),
    )
)
