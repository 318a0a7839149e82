"""What can be asked of a moment: each function is one question. Statements are built once and take parameters.

Whatever lies in the future is a plan that nobody has seen: every list also asks `created_at <= now`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Protocol, TypeVar

from sqlalchemy import BindParameter, ColumnElement, FromClause, Row, Select, and_, bindparam, func, or_, select

from ..world import entities, timeline
from ..world.clock import NEVER
from ..world.reservations import CONFIRMED, PENDING
from . import tables
from .moment import Moment
from .prepared import Prepared
from .tables import columns, table

_SESSION: Final = table(tables.Session).c
_RESERVATION: Final = table(tables.Reservation).c
_PLAIN_SESSION: Final = columns(tables.Session, "n", "plan")
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
    found = moment.db.execute(_SESSION_BY_ID, {"world": moment.world.n, "id": session_id, "now": moment.now}).first()
    return _whole_session(found) if found else None


class Numbered(Protocol):
    """A page of a list that is counted out."""

    @property
    def offset(self) -> int: ...
    @property
    def size(self) -> int: ...


Chosen = TypeVar("Chosen", bound=Numbered)


@dataclass(frozen=True, slots=True)
class UserSession:
    """A Cariqa user's session with the place where it happened."""

    session: entities.Session
    station: entities.Station
    connector: entities.Connector


def user_sessions(
    moment: Moment, user: str, choose: Callable[[int], Chosen]
) -> tuple[Chosen, list[UserSession]] | None:
    """The page of a Cariqa user's sessions that `choose` picks when it is told how many there are; newest first.

    None if there is no such user.
    """
    of_user = {"world": moment.world.n, "user": user, "now": moment.now}
    if moment.db.execute(_USER, {"world": moment.world.n, "id": user}).first() is None:
        return None
    page = choose(int(moment.db.execute(_USER_SESSION_COUNT, of_user).scalar_one()))
    found = moment.db.execute(_USER_SESSIONS, {**of_user, "offset": page.offset, "limit": page.size}).all()
    split, end = len(_PLAIN_SESSION), len(_PLAIN_SESSION) + len(_PLACE)
    return page, [
        UserSession(entities.Session(*row[:split]), entities.Station(*row[split:end]), entities.Connector(*row[end:]))
        for row in found
    ]


@dataclass(frozen=True, slots=True)
class Car:
    """A car as Podero knows it: by organisation, user and its own UUID."""

    org: str
    owner: str
    uuid: str


def unplugged_sessions(
    moment: Moment, car: Car, *, plugged_from: int, plugged_before: int, offset: int, limit: int
) -> tuple[int, list[entities.Session]] | None:
    """How many sessions of a car are over and began in that span, and a page of them, newest first.

    None if there is no such car.
    """
    known = {"world": moment.world.n, "org": car.org, "owner": car.owner, "uuid": car.uuid}
    vehicle = moment.db.execute(_VEHICLE_BY_UUID, known).scalar()
    if vehicle is None:
        return None
    span = {"world": moment.world.n, "vehicle": vehicle, "now": moment.now, "from": plugged_from, "to": plugged_before}
    total = int(moment.db.execute(_UNPLUGGED_COUNT, span).scalar_one())
    found = moment.db.execute(_UNPLUGGED, {**span, "offset": offset, "limit": limit}).all()
    return total, [_whole_session(row) for row in found]


def _parameters(moment: Moment, asked: Asked) -> dict[str, Any]:
    """The parameters of a list. The side of `after` that is not asked for is cut off by the span of `created_at`."""
    low, high = asked.created_from, min(asked.created_to, moment.now)
    after = asked.after or Position(NEVER, _LAST)
    if asked.newer:
        low = max(low, after.created_at)
    else:
        high = min(high, after.created_at)
    if asked.status == timeline.ACTIVE:
        low = max(low, moment.now - timeline.LONGEST)
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
    statement = select(*_PLAIN_SESSION).where(_SESSION.channel == entities.Channel.CHARGE.value)
    if status == timeline.ACTIVE:
        statement = statement.where(_SESSION.ended_at > bindparam("now"))
    elif status is not None:
        statement = statement.where(_SESSION.outcome == bindparam("outcome"), _SESSION.ended_at <= bindparam("now"))
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
    return (
        statement.where(
            column.world == bindparam("world"),
            *(column[name] == bindparam(name) for name in filters),
            column.created_at.between(bindparam("low"), bindparam("high")),
            beyond,
        )
        .order_by(*order)
        .limit(bindparam("count"))
    )


def _whole_session(row: Row[*tuple[Any, ...]]) -> entities.Session:
    split = len(_PLAIN_SESSION)
    smart = None if row.at_home is None else entities.Smart(*row[split:])
    return entities.Session(*(*row[:split], smart))


_USER: Final = select(table(tables.User).c.id).where(
    table(tables.User).c.world == bindparam("world"), table(tables.User).c.id == bindparam("id")
)

_HERE: Final = _SESSION.world == bindparam("world")
_SEEN: Final = _SESSION.created_at <= bindparam("now")
_SESSION_BY_ID: Final = select(*columns(tables.Session, "n")).where(
    _HERE, _SESSION.id == bindparam("id"), _SESSION.channel == entities.Channel.CHARGE.value, _SEEN
)

_OF_USER: Final = and_(_HERE, _SESSION.user == bindparam("user"), _SEEN)
_PLACE: Final = columns(tables.Station, "id")
_USER_SESSION_COUNT: Final = select(func.count()).select_from(table(tables.Session)).where(_OF_USER)
_USER_SESSIONS: Final = (
    select(*_PLAIN_SESSION, *_PLACE, *columns(tables.Connector, "station"))
    .join_from(
        table(tables.Session),
        table(tables.Station),
        and_(table(tables.Station).c.world == _SESSION.world, table(tables.Station).c.id == _SESSION.station),
    )
    .join(
        table(tables.Connector),
        and_(
            table(tables.Connector).c.world == _SESSION.world,
            table(tables.Connector).c.station == _SESSION.station,
            table(tables.Connector).c.id == _SESSION.connector,
        ),
    )
    .where(_OF_USER)
    .order_by(_SESSION.created_at.desc(), _SESSION.n.desc())
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)

_VEHICLE_COLUMN: Final = table(tables.Vehicle).c
_VEHICLE_BY_UUID: Final = select(_VEHICLE_COLUMN.id).where(
    *(_VEHICLE_COLUMN[name] == bindparam(name) for name in ("world", "uuid", "org", "owner"))
)
_UNPLUGGED_SPAN: Final = and_(
    _HERE,
    _SESSION.vehicle == bindparam("vehicle"),
    _SESSION.created_at >= bindparam("from"),
    _SESSION.created_at < bindparam("to"),
    _SESSION.unplugged_at <= bindparam("now"),
    _SESSION.at_home.is_not(None),
)
_UNPLUGGED_COUNT: Final = select(func.count()).select_from(table(tables.Session)).where(_UNPLUGGED_SPAN)
_UNPLUGGED: Final = (
    select(*columns(tables.Session, "n"))
    .where(_UNPLUGGED_SPAN)
    .order_by(_SESSION.created_at.desc(), _SESSION.n.desc())
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
