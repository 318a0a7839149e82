"""Pages of a list that is sorted by `created_at`, then `n`, newest first. A page begins next to a given row."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, func, or_

from ..domain.clock import EARLIEST, NEVER
from .schema.entity_table import EntityTable
from .world_transaction import WorldTransaction

_NARROWEST_FIRST: Final = ("vehicle", "driver", "station", "owner", "fleet", "kind")
_LAST: Final = (1 << 63) - 1


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the list."""

    created_at: int
    n: int


@dataclass(frozen=True, slots=True)
class PageQuery:
    """The rows that a page has: `limit` rows next to `after`, on its older or its newer side.

    `filters` are columns and the values that they must have; `created_from` and `created_to` are inclusive.
    """

    filters: Mapping[str, str]
    status: str | None
    limit: int
    after: Position | None = None
    newer: bool = False
    created_from: int = EARLIEST
    created_to: int = NEVER


def parameters(tx: WorldTransaction, query: PageQuery, longest: int | None) -> dict[str, Any]:
    """Returns the parameters of a page, whose rows are created at most `longest` before now.

    Rows on the other side of `after` are excluded by the span of `created_at`.
    """
    low, high = query.created_from, min(query.created_to, tx.now)
    after = query.after or Position(NEVER, _LAST)
    if query.newer:
        low = max(low, after.created_at)
    else:
        high = min(high, after.created_at)
    if longest is not None:
        low = max(low, tx.now - longest)
    return {
        **query.filters,
        "world": tx.world.n,
        "now": tx.now,
        "low": low,
        "high": high,
        "at": after.created_at,
        "n": after.n,
        "outcome": query.status,
        "count": query.limit + 1,
    }


def page(
    statement: Select[Any], of: EntityTable[Any], filters: Collection[str], *, newer: bool, is_few: bool = False
) -> Select[Any]:
    """Narrows a statement to one page; `filters` are the columns that have a parameter of their name.

    Where the statement leaves few rows (`is_few`), they are found by its own conditions and then sorted, and not looked
    for in the order of the list.
    """
    at: BindParameter[int] = bindparam("at")
    n: BindParameter[int] = bindparam("n")
    created_at = func.coalesce(of.c.created_at, 0) if is_few else of.c.created_at
    beyond: ColumnElement[bool]
    order: tuple[ColumnElement[Any], ...]
    if newer:
        beyond = or_(created_at > at, of.c.n > n)
        order = (created_at, of.c.n)
    else:
        beyond = or_(created_at < at, of.c.n < n)
        order = (created_at.desc(), of.c.n.desc())
    narrowest = min(filters, key=_NARROWEST_FIRST.index, default=None)
    return (
        statement.where(
            of.in_world,
            *(equals(of.c[name], bindparam(name), in_index=name == narrowest) for name in filters),
            created_at.between(bindparam("low"), bindparam("high")),
            beyond,
        )
        .order_by(*order)
        .limit(bindparam("count"))
    )


def is_created(of: EntityTable[Any]) -> ColumnElement[bool]:
    """True of rows that have been created by `now`; without an index, because the rows are found by their ids."""
    return func.coalesce(of.c.created_at, 0) <= bindparam("now")


def equals(column: ColumnElement[Any], value: ColumnElement[Any], *, in_index: bool) -> ColumnElement[bool]:
    """Compares a column with a value, with an index or without one.

    Of several filters only the narrowest uses an index: a fleet, for example, has thousands of rows.
    """
    return column == value if in_index else func.coalesce(column, "") == value
