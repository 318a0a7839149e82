"""Copies a world inside the database by INSERT … SELECT, a few rows at a time, with instants shifted by whole weeks.

A copy that was changed can be put back, which takes a fraction of the time of another copy.
"""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Connection,
    ScalarSelect,
    Table,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.sql.elements import KeyedColumnElement

from ..domain.clock import NEVER
from .database.compiled_statements import CompiledStatement
from .keysets import Key, Keyset
from .schema.table_of import InstantInteger
from .schema.tables import WORLD_TABLES

_ROWS: Final = 128


@dataclass(frozen=True, slots=True)
class CopyPosition:
    """How far a copy has come: the place of the table in `WORLD_TABLES`, and the last key there, None at its start."""

    table: int = 0
    key: Key | None = None


def copy_some(db: Connection, source: int, target: int, shift: int, position: CopyPosition) -> CopyPosition | None:
    """Copies the next rows of a world to the number `target`; returns the new position, or None at the end.

    Instants are `shift` microseconds later in the copy. The source must not change until the copy is complete.
    """
    copy = _COPIES[position.table]
    given = copy.keys.named("after", position.key or copy.keys.before_all) | {"source": source}
    last = copy.last.first(db, {**given, "offset": _ROWS - 1})
    given |= {"target": target, "shift": shift}
    if last is not None:
        copy.until.run(db, {**given, **copy.keys.named("until", last)})
        return CopyPosition(position.table, last)
    copy.rest.run(db, given)
    return CopyPosition(position.table + 1) if position.table + 1 < len(_COPIES) else None


def put_back(db: Connection, source: int, target: int, shift: int) -> None:
    """Gives a copy the rows that it was made with: removes those that differ, and copies those that are missing.

    It reads all rows at once, so it is for small worlds.
    """
    given = {"source": source, "target": target, "shift": shift}
    for copy in _COPIES:
        copy.remove_changed.run(db, given)
    # What is left in a table are rows of the original, so as many as it has are all of them.
    [counts] = _COUNTS.rows(db, given)
    for copy, original, there in zip(_COPIES, counts[::2], counts[1::2], strict=True):
        if there != original:
            copy.add_missing.run(db, given)


class _Copy:
    """The statements for one table: the last key of a slice, the copy of the slice up to it, and that of the rest.

    Two more put a copy back.
    """

    def __init__(self, table: Table) -> None:
        self.keys: Final = Keyset(table)
        ahead = (table.c.world == bindparam("source"), self.keys.after())
        rows = select(*map(_copied, table.columns)).where(*ahead)
        into, names = insert(table), table.columns.keys()
        key = select(*self.keys.columns).where(*ahead).order_by(*self.keys.columns)
        self.last: Final = CompiledStatement(key.limit(1).offset(bindparam("offset")))
        self.until: Final = CompiledStatement(into.from_select(names, rows.where(self.keys.until())))
        self.rest: Final = CompiledStatement(into.from_select(names, rows))
        in_source, in_target = table.c.world == bindparam("source"), table.c.world == bindparam("target")
        other = table.alias("other")
        its_key = [other.c[key.name] == key for key in self.keys.columns]
        unchanged = [column.is_not_distinct_from(_copied(other.c[column.name])) for column in table.columns[1:]]
        original = exists().where(other.c.world == bindparam("source"), *its_key, *unchanged)
        self.remove_changed: Final = CompiledStatement(delete(table).where(in_target, ~original))
        there = exists().where(other.c.world == bindparam("target"), *its_key)
        missing = select(*map(_copied, table.columns)).where(in_source, ~there)
        self.add_missing: Final = CompiledStatement(into.from_select(names, missing))


def _copied(column: KeyedColumnElement[Any]) -> Any:  # noqa: ANN401 - SQLAlchemy's expression
    if column.key == "world":
        return bindparam("target", type_=BigInteger())
    if isinstance(column.type, InstantInteger):
        later = column + bindparam("shift", type_=BigInteger())
        return case((column < literal(NEVER, BigInteger()), later), else_=column)
    return column


def _count(table: Table, world: str) -> ScalarSelect[int]:
    """The number of rows that a table has of the world of that parameter."""
    return select(func.count()).where(table.c.world == bindparam(world)).scalar_subquery()


_COPIES: Final = [_Copy(table) for table in WORLD_TABLES]
_COUNTS: Final = CompiledStatement(
    select(*(_count(table, world) for table in WORLD_TABLES for world in ("source", "target")))
)
