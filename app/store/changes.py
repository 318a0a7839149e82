"""What can be changed in a world. Nothing here commits; `engine.Database.change` does, once, when all of it is done."""

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import ColumnElement, Connection, Table, bindparam, delete, insert, select, update

from ..world import entities
from . import rows, tables
from .moment import Moment
from .tables import Base, table

_TABLES: Final[dict[type, type[Base]]] = {
    entities.Fleet: tables.Fleet,
    entities.Driver: tables.Driver,
    entities.User: tables.User,
    entities.PaymentMethod: tables.PaymentMethod,
    entities.Vehicle: tables.Vehicle,
    entities.Station: tables.Station,
    entities.Connector: tables.Connector,
    entities.Reservation: tables.Reservation,
}
_SESSION: Final = table(tables.Session)
_RESERVATION: Final = table(tables.Reservation)
_WORLD: Final = table(tables.World)
OF_A_WORLD: Final = [*map(table, _TABLES.values()), _SESSION]
"""The tables whose rows belong to a world."""


def take_number(moment: Moment) -> int:
    """The next session's number; never given twice in a world."""
    taken = moment.db.execute(_TAKE_NUMBER, {"world": moment.world.n}).scalar_one()
    return int(taken) - 1


def add(db: Connection, number: int, things: Sequence[entities.Placed]) -> None:
    """Adds entities of one kind to the world of that number."""
    if things:
        into = table(_TABLES[type(things[0])])
        db.execute(insert(into), [rows.values(number, thing) for thing in things])


def add_sessions(db: Connection, number: int, sessions: Iterable[entities.Session]) -> None:
    """Adds sessions to the world of that number."""
    values = [rows.session_values(number, session) for session in sessions]
    if values:
        db.execute(_ADD_SESSION, values)


def save_session(moment: Moment, session: entities.Session) -> None:
    """Writes a session that is there already."""
    values = rows.session_values(moment.world.n, session)
    where = {"at_world": moment.world.n, "at_n": session.n}
    moment.db.execute(_SAVE_SESSION, {**values, **where})


def drop_planned(moment: Moment, session: entities.Session) -> None:
    """Removes a session that nobody has seen yet."""
    moment.db.execute(_DROP_SESSION, {"at_world": moment.world.n, "at_n": session.n})


def save_reservation(moment: Moment, reservation: entities.Reservation) -> None:
    """Writes a reservation that is there already."""
    values = rows.values(moment.world.n, reservation)
    moment.db.execute(_SAVE_RESERVATION, {**values, "at_world": moment.world.n, "at_n": reservation.n})


def sweep(db: Connection, number: int, rows_at_most: int) -> bool:
    """Removes some rows of a world that is gone; whether there may be more."""
    for each in OF_A_WORLD:
        keys = list(each.primary_key.columns)
        some = db.execute(select(*keys).where(each.c.world == number).limit(rows_at_most)).all()
        if some:
            where = [key == bindparam(f"at_{key.name}") for key in keys]
            names = [f"at_{key.name}" for key in keys]
            db.execute(delete(each).where(*where), [dict(zip(names, row, strict=True)) for row in some])
            return True
    return False


_ADD_SESSION: Final = insert(_SESSION)
_TAKE_NUMBER: Final = (
    update(_WORLD).where(_WORLD.c.n == bindparam("world")).values(next_n=_WORLD.c.next_n + 1).returning(_WORLD.c.next_n)
)


def _at(what: Table) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return what.c.world == bindparam("at_world"), what.c.n == bindparam("at_n")


_SAVE_SESSION: Final = update(_SESSION).where(*_at(_SESSION))
_DROP_SESSION: Final = delete(_SESSION).where(*_at(_SESSION))
_SAVE_RESERVATION: Final = update(_RESERVATION).where(*_at(_RESERVATION))
