"""What can be changed in a world. Nothing here commits; `engine.Database.change` does, once, when all of it is done."""

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import ColumnElement, Connection, Table, bindparam, delete, select, update

from ..domain import models
from . import rows
from .database.bulk_insert import BulkInsert
from .database.compiled_statements import CompiledStatement
from .schema import tables
from .schema.tables import Base, table
from .world_transaction import WorldTransaction

_TABLES: Final[dict[type, type[Base]]] = {
    models.Fleet: tables.Fleet,
    models.Driver: tables.Driver,
    models.User: tables.User,
    models.PaymentMethod: tables.PaymentMethod,
    models.Vehicle: tables.Vehicle,
    models.Station: tables.Station,
    models.Connector: tables.Connector,
    models.Reservation: tables.Reservation,
}
_SESSION: Final = table(tables.Session)
_WORLD: Final = table(tables.World)
WORLD_TABLES: Final = [_SESSION, *map(table, _TABLES.values())]
"""The tables whose rows belong to a world; the longest first, where a sweep looks first."""


def take_number(tx: WorldTransaction) -> int:
    """The next session's number; never given twice in a world."""
    return int(_TAKE_NUMBER.rows(tx.db, {"world": tx.world.n})[0][0]) - 1


def add(db: Connection, number: int, things: Sequence[models.Placed]) -> None:
    """Adds entities of one kind to the world of that number."""
    if things:
        _ADD[type(things[0])].run(db, [rows.row(number, thing) for thing in things])


def add_sessions(db: Connection, number: int, sessions: Iterable[models.Session]) -> None:
    """Adds sessions to the world of that number."""
    _ADD_SESSION.run(db, [rows.session(number, session) for session in sessions])


def save_session(tx: WorldTransaction, session: models.Session) -> None:
    """Writes a session that is there already."""
    values = zip(_SESSION_NAMES, rows.session(tx.world.n, session), strict=True)
    _SAVE_SESSION.run(tx.db, {**dict(values), "at_world": tx.world.n, "at_n": session.n})


def drop_planned(tx: WorldTransaction, session: models.Session) -> None:
    """Removes a session that nobody has seen yet."""
    _DROP_SESSION.run(tx.db, {"at_world": tx.world.n, "at_n": session.n})


def save(tx: WorldTransaction, thing: models.Placed) -> None:
    """Writes a thing that is there already."""
    into = table(_TABLES[type(thing)])
    values = dict(zip(into.columns.keys(), rows.row(tx.world.n, thing), strict=True))
    keys = {f"at_{key.name}": values[key.name] for key in into.primary_key.columns}
    _SAVE[type(thing)].run(tx.db, {**values, **keys})


def sweep(db: Connection, number: int, rows_at_most: int) -> bool:
    """Removes some rows of a world that is gone; whether there may be more."""
    for each in WORLD_TABLES:
        keys = _KEYS[each.name].rows(db, {"world": number, "most": rows_at_most})
        if keys:
            names = [f"at_{key.name}" for key in each.primary_key.columns]
            _REMOVE[each.name].run_all(db, [dict(zip(names, key, strict=True)) for key in keys])
            return True
    return False


_SESSION_NAMES: Final = _SESSION.columns.keys()
_ADD: Final = {kind: BulkInsert(table(model)) for kind, model in _TABLES.items()}
_ADD_SESSION: Final = BulkInsert(_SESSION)
_TAKE_NUMBER: Final = CompiledStatement(
    update(_WORLD).where(_WORLD.c.n == bindparam("world")).values(next_n=_WORLD.c.next_n + 1).returning(_WORLD.c.next_n)
)


def _at(what: Table) -> list[ColumnElement[bool]]:
    return [key == bindparam(f"at_{key.name}") for key in what.primary_key.columns]


_KEYS: Final = {
    each.name: CompiledStatement(
        select(*each.primary_key.columns).where(each.c.world == bindparam("world")).limit(bindparam("most"))
    )
    for each in WORLD_TABLES
}
_REMOVE: Final = {each.name: CompiledStatement(delete(each).where(*_at(each))) for each in WORLD_TABLES}
_SAVE_SESSION: Final = CompiledStatement(update(_SESSION).where(*_at(_SESSION)))
_DROP_SESSION: Final = CompiledStatement(delete(_SESSION).where(*_at(_SESSION)))
_SAVE: Final = {
    kind: CompiledStatement(update(table(model)).where(*_at(table(model)))) for kind, model in _TABLES.items()
}
