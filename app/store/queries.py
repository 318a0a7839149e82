"""What can be asked of a moment: each function is one question. Statements are built once and take parameters.

Whatever lies in the future is a plan that nobody has seen: every list also asks `created_at <= now`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from sqlalchemy import BindParameter, ColumnElement, FromClause, Select, bindparam, func, literal, or_, select

from ..world import entities, timeline
from ..world.clock import NEVER
from ..world.reservations import CONFIRMED, LONGEST, PENDING
from . import conditions, rows, tables
from .moment import Moment
from .prepared import Prepared
from .tables import columns, table

_SESSION: Final = table(tables.Session).c
_RESERVATION: Final = table(tables.Reservation).c
_PLAIN_SESSION: Final = columns(tables.Session, "n", "plan")
_NARROWEST_FIRST: Final = ("vehicle", "driver", "station", "fleet")
_OF_ONE: Final = frozenset({"vehicle", "driver"})
"""Filters that leave so little that their indexes do without the channel."""
_MISHAPS: Final = (entities.Outcome.FAILED, entities.Outcome.CANCELLED)
_LONGEST: Final = {timeline.ACTIVE: timeline.LONGEST, PENDING: LONGEST, CONFIRMED: LONGEST}
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


def sessions(moment: Moment, asked: Asked) -> list[entities.Session]:
    """Up to `limit` + 1 sessions sold through Charge, in the order of reading away from `after`."""
    statement = _sessions(tuple(asked.filters), asked.status, newer=asked.newer)
    return [entities.Session(*row) for row in statement.rows(moment.db, _parameters(moment, asked))]


def reservations(moment: Moment, asked: Asked) -> list[entities.Reservation]:
    """Up to `limit` + 1 reservations, in the order of reading away from `after`."""
    statement = _reservations(tuple(asked.filters), asked.status, newer=asked.newer)
    return [entities.Reservation(*row) for row in statement.rows(moment.db, _parameters(moment, asked))]


def session(moment: Moment, session_id: str) -> entities.Session | None:
    """The session sold through Charge under that id, once it has been created."""
    found = _SESSION_BY_ID.first(moment.db, {"world": moment.world.n, "id": session_id, "now": moment.now})
    return rows.whole_session(found) if found else None


def charging_user(moment: Moment) -> str | None:
    """The Cariqa user who plugged in last of those who charge now."""
    where = {"world": moment.world.n, "now": moment.now, "since": moment.now - timeline.LONGEST}
    found = _CHARGING_USER.first(moment.db, where)
    return None if found is None else str(found[0])


def _parameters(moment: Moment, asked: Asked) -> dict[str, Any]:
    """The parameters of a list. The side of `after` that is not asked for is cut off by the span of `created_at`."""
    low, high = asked.created_from, min(asked.created_to, moment.now)
    after = asked.after or Position(NEVER, _LAST)
    if asked.newer:
        low = max(low, after.created_at)
    else:
        high = min(high, after.created_at)
    if asked.status in _LONGEST:
        low = max(low, moment.now - _LONGEST[asked.status])
    return {
        **asked.filters,
        "world": moment.world.n,
        "now": moment.now,
        "low": low,
        "high": high,
        "at": after.created_at,
        "n": after.n,
        "outcome": asked.status,
        "count": asked.limit + 1,
    }


@cache
def _sessions(filters: tuple[str, ...], status: str | None, *, newer: bool) -> Prepared:
    is_sought = status in _MISHAPS or not _OF_ONE.intersection(filters)
    sold = _equals(_SESSION.channel, literal(entities.Channel.CHARGE.value), sought=is_sought)
    statement = select(*_PLAIN_SESSION).where(sold)
    if status == timeline.ACTIVE:
        statement = statement.where(_SESSION.ended_at > bindparam("now"))
    elif status is not None:
        statement = statement.where(_SESSION.outcome == bindparam("outcome"), _SESSION.ended_at <= bindparam("now"))
    if status in _MISHAPS:
        statement = statement.where(conditions.MISHAP)
    return Prepared(_page(statement, table(tables.Session), filters, newer=newer))


@cache
def _reservations(filters: tuple[str, ...], status: str | None, *, newer: bool) -> Prepared:
    now: BindParameter[int] = bindparam("now")
    statement = select(*columns(tables.Reservation, "n"))
    if status in (PENDING, CONFIRMED):
        confirmed = _RESERVATION.confirms_at <= now if status == CONFIRMED else _RESERVATION.confirms_at > now
        statement = statement.where(confirmed, _RESERVATION.resolves_at > now)
    elif status is not None:
        statement = statement.where(_RESERVATION.outcome == bindparam("outcome"), _RESERVATION.resolves_at <= now)
    if "station" in filters:
        statement = statement.where(_RESERVATION.confirmed_at <= now)
    return Prepared(_page(statement, table(tables.Reservation), filters, newer=newer))


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

_SESSION_BY_ID: Final = Prepared(
    select(*columns(tables.Session, "n")).where(
        _SESSION.world == bindparam("world"),
        _SESSION.id == bindparam("id"),
        _SESSION.channel == entities.Channel.CHARGE.value,
        _SESSION.created_at <= bindparam("now"),
    )
)
_CHARGING_USER: Final = Prepared(
    select(_SESSION.user)
    .where(
        _SESSION.world == bindparam("world"),
        _SESSION.channel == entities.Channel.CARIQA.value,
        _SESSION.created_at.between(bindparam("since"), bindparam("now")),
        _SESSION.ended_at > bindparam("now"),
    )
    .order_by(_SESSION.created_at.desc(), _SESSION.n.desc())
    .limit(1)
)
