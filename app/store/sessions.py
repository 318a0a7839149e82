"""What can be asked of a moment: each function is one question. Statements are built once and take parameters.

Whatever lies in the future is a plan that nobody has seen: every list also asks `created_at <= now`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    FromClause,
    Select,
    bindparam,
    func,
    literal,
    or_,
    select,
)

from ..domain import models
from ..domain.clock import NEVER
from ..domain.reservations import CONFIRMED, LONGEST, PENDING
from ..domain.sessions import view
from . import rows
from .database.compiled_statements import CompiledStatement
from .schema import partial_indexes, tables
from .schema.tables import columns, table
from .world_transaction import WorldTransaction

_SESSION: Final = table(tables.Session).c
_RESERVATION: Final = table(tables.Reservation).c
_PLAIN_SESSION: Final = columns(tables.Session, "n", "plan")
_NARROWEST_FIRST: Final = ("vehicle", "driver", "station", "fleet")
_OF_ONE: Final = frozenset({"vehicle", "driver"})
"""Filters that leave so little that their indexes do without the channel."""
_MISHAPS: Final = (models.Outcome.FAILED, models.Outcome.CANCELLED)
_LONGEST: Final = {view.ACTIVE: view.LONGEST, PENDING: LONGEST, CONFIRMED: LONGEST}
"""How long what has that status can have had it, so that nobody looks further back."""
_LAST: Final = (1 << 63) - 1


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a list that is sorted by `created_at`, then `n`, newest first."""

    created_at: int
    n: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What part of a list is asked for: `limit` rows next to `after`, on its older or its newer side.

    `filters` are columns and the values they must have; `created_from` and `created_to` are inclusive.
    """

    filters: Mapping[str, str]
    status: str | None
    limit: int
    after: Position | None = None
    newer: bool = False
    created_from: int = 0
    created_to: int = NEVER


def sessions(tx: WorldTransaction, asked: Asked) -> list[models.Session]:
    """Up to `limit` + 1 sessions sold through Charge, in the order of reading away from `after`."""
    statement = _sessions(tuple(asked.filters), asked.status, newer=asked.newer)
    return [models.Session(*row) for row in statement.rows(tx.db, _parameters(tx, asked))]


def reservations(tx: WorldTransaction, asked: Asked) -> list[models.Reservation]:
    """Up to `limit` + 1 reservations, in the order of reading away from `after`."""
    statement = _reservations(tuple(asked.filters), asked.status, newer=asked.newer)
    return [models.Reservation(*row) for row in statement.rows(tx.db, _parameters(tx, asked))]


def session(tx: WorldTransaction, session_id: str) -> models.Session | None:
    """The session sold through Charge under that id, once it has been created."""
    found = _SESSION_BY_ID.first(tx.db, {"world": tx.world.n, "id": session_id, "now": tx.now})
    return rows.whole_session(found) if found else None


def charging_user(db: Connection, number: int, now: int) -> str | None:
    """The Cariqa user who plugged in last of those who charge now."""
    where = {"world": number, "now": now, "since": now - view.LONGEST}
    found = _CHARGING_USER.first(db, where)
    return None if found is None else str(found[0])


def _parameters(tx: WorldTransaction, asked: Asked) -> dict[str, Any]:
    """The parameters of a list. The side of `after` that is not asked for is cut off by the span of `created_at`."""
    low, high = asked.created_from, min(asked.created_to, tx.now)
    after = asked.after or Position(NEVER, _LAST)
    if asked.newer:
        low = max(low, after.created_at)
    else:
        high = min(high, after.created_at)
    if asked.status in _LONGEST:
        low = max(low, tx.now - _LONGEST[asked.status])
    return {
        **asked.filters,
        "world": tx.world.n,
        "now": tx.now,
        "low": low,
        "high": high,
        "at": after.created_at,
        "n": after.n,
        "outcome": asked.status,
        "count": asked.limit + 1,
    }


@cache
def _sessions(filters: tuple[str, ...], status: str | None, *, newer: bool) -> CompiledStatement:
    is_sought = status in _MISHAPS or not _OF_ONE.intersection(filters)
    sold = _equals(_SESSION.channel, literal("charge"), sought=is_sought)
    statement = select(*_PLAIN_SESSION).where(sold)
    if status == view.ACTIVE:
        statement = statement.where(_SESSION.ended_at > bindparam("now"))
    elif status is not None:
        statement = statement.where(_SESSION.outcome == bindparam("outcome"), _SESSION.ended_at <= bindparam("now"))
    if status in _MISHAPS:
        statement = statement.where(partial_indexes.MISHAP)
    return CompiledStatement(_page(statement, table(tables.Session), filters, newer=newer))


@cache
def _reservations(filters: tuple[str, ...], status: str | None, *, newer: bool) -> CompiledStatement:
    now: BindParameter[int] = bindparam("now")
    statement = select(*columns(tables.Reservation, "n"))
    if status in (PENDING, CONFIRMED):
        confirmed = _RESERVATION.confirms_at <= now if status == CONFIRMED else _RESERVATION.confirms_at > now
        statement = statement.where(confirmed, _RESERVATION.resolves_at > now)
    elif status is not None:
        statement = statement.where(_RESERVATION.outcome == bindparam("outcome"), _RESERVATION.resolves_at <= now)
    if "station" in filters:
        statement = statement.where(_RESERVATION.confirmed_at <= now)
    return CompiledStatement(_page(statement, table(tables.Reservation), filters, newer=newer))


def _page(
    statement: Select[*tuple[Any, ...]], columns_of: FromClause, filters: tuple[str, ...], *, newer: bool
) -> Select[*tuple[Any, ...]]:
    column = columns_of.c
    at: BindParameter[int] = bindparam("at")
    n: BindParameter[int] = bindparam("n")
    beyond: ColumnElement[bool]
    order: tuple[ColumnElement[Any], ...]
    if newer:
        beyond = or_(column.created_at > at, column.n > n)
        order = (column.created_at, column.n)
    else:
        beyond = or_(column.created_at < at, column.n < n)
        order = (column.created_at.desc(), column.n.desc())
    narrowest = min(filters, key=_NARROWEST_FIRST.index, default=None)
    return (
        statement.where(
            column.world == bindparam("world"),
            *(_equals(column[name], bindparam(name), sought=name == narrowest) for name in filters),
            column.created_at.between(bindparam("low"), bindparam("high")),
            beyond,
        )
        .order_by(*order)
        .limit(bindparam("count"))
    )


def _equals(column: ColumnElement[Any], value: ColumnElement[Any], *, sought: bool) -> ColumnElement[bool]:
    """Of several filters only one is sought in an index, the one that leaves least; a fleet has thousands of rows."""
    return column == value if sought else func.coalesce(column, "") == value


SINGLE: Final[frozenset[Callable[..., Any]]] = frozenset({sessions, reservations, session})
"""The questions that take one statement."""

_SESSION_BY_ID: Final = CompiledStatement(
    select(*columns(tables.Session, "n")).where(
        _SESSION.world == bindparam("world"),
        _SESSION.id == bindparam("id"),
        _SESSION.channel == "charge",
        _SESSION.created_at <= bindparam("now"),
    )
)
_CHARGING_USER: Final = CompiledStatement(
    select(_SESSION.user)
    .where(
        _SESSION.world == bindparam("world"),
        _SESSION.channel == "cariqa",
        _SESSION.created_at.between(bindparam("since"), bindparam("now")),
        _SESSION.ended_at > bindparam("now"),
    )
    .order_by(_SESSION.created_at.desc(), _SESSION.n.desc())
    .limit(1)
)
