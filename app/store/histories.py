"""The history of a Cariqa user and of a Podero car: numbered pages, newest first, and how many sessions there are."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol, TypeVar

from sqlalchemy import and_, bindparam, func, select

from ..domain import models
from . import rows
from .database.compiled_statements import CompiledStatement
from .schema import tables
from .schema.tables import columns, table
from .world_transaction import WorldTransaction

_SESSION: Final = table(tables.Session).c
_PLAIN_SESSION: Final = columns(tables.Session, "n", "plan")


class Numbered(Protocol):
    """A page of a list that is counted out."""

    @property
    def offset(self) -> int: ...
    @property
    def size(self) -> int: ...


Chosen = TypeVar("Chosen", bound=Numbered)


class Place(NamedTuple):
    """A connector and its station, as far as they are shown with a session."""

    name: str
    address: str
    country: str
    operator: str
    phone: str | None
    latitude: str
    longitude: str
    is_partner: bool
    evse_id: str
    standard: str
    power_kw: float


class UserSession(NamedTuple):
    """A Cariqa user's session with the place where it happened."""

    session: models.Session
    place: Place


def user_sessions(
    tx: WorldTransaction, user: str, choose: Callable[[int], Chosen]
) -> tuple[Chosen, list[UserSession]] | None:
    """The page of a Cariqa user's sessions that `choose` picks when it is told how many there are; newest first.

    None if there is no such user.
    """
    of_user = {"world": tx.world.n, "user": user, "now": tx.now}
    counted = _USER_SESSION_COUNT.first(tx.db, of_user)
    if counted is None:
        return None
    page = choose(counted[0])
    found = _USER_SESSIONS.rows(tx.db, {**of_user, "offset": page.offset, "limit": page.size})
    split = len(_PLAIN_SESSION)
    shown = [UserSession(models.Session(*row[:split]), Place(*row[split:])) for row in found]
    shown.sort(key=_newness, reverse=True)
    return page, shown


def _newness(shown: UserSession) -> tuple[int, int]:
    return shown.session.created_at, shown.session.n


@dataclass(frozen=True, slots=True)
class Car:
    """A car as Podero knows it: by organisation, user and its own UUID."""

    org: str
    owner: str
    uuid: str


def unplugged_sessions(
    tx: WorldTransaction, car: Car, *, plugged_from: int, plugged_before: int, offset: int, limit: int
) -> tuple[int, list[models.Session]] | None:
    """How many sessions of a car are over and began in that span, and a page of them, newest first.

    None if there is no such car.
    """
    vehicle = _VEHICLE_BY_UUID.first(tx.db, {"world": tx.world.n, "org": car.org, "owner": car.owner, "uuid": car.uuid})
    if vehicle is None:
        return None
    span = {
        "world": tx.world.n,
        "vehicle": vehicle[0],
        "now": tx.now,
        "from": plugged_from,
        "to": plugged_before,
    }
    total = _UNPLUGGED_COUNT.rows(tx.db, span)[0][0]
    found = _UNPLUGGED.rows(tx.db, {**span, "offset": offset, "limit": limit})
    return total, [rows.whole_session(row) for row in found]


_OF_USER: Final = and_(
    _SESSION.world == bindparam("world"), _SESSION.user == bindparam("user"), _SESSION.created_at <= bindparam("now")
)
_USER_SESSION_COUNT: Final = CompiledStatement(
    select(select(func.count()).select_from(table(tables.Session)).where(_OF_USER).scalar_subquery())
    .select_from(table(tables.User))
    .where(table(tables.User).c.world == bindparam("world"), table(tables.User).c.id == bindparam("user"))
)
_PAGE: Final = (
    select(_SESSION.n)
    .where(_OF_USER)
    .order_by(_SESSION.created_at.desc(), _SESSION.n.desc())
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
    .subquery("page")
)
"""Found in an index before anything is looked up, so that the rows that are passed over cost next to nothing."""
_STATION: Final = table(tables.Station).c
_CONNECTOR: Final = table(tables.Connector).c
_PLACE: Final = [(_STATION if field in _STATION else _CONNECTOR)[field] for field in Place._fields]
_USER_SESSIONS: Final = CompiledStatement(
    select(*_PLAIN_SESSION, *_PLACE)
    .join_from(_PAGE, table(tables.Session), and_(_SESSION.world == bindparam("world"), _SESSION.n == _PAGE.c.n))
    .join(table(tables.Station), and_(_STATION.world == _SESSION.world, _STATION.id == _SESSION.station))
    .join(
        table(tables.Connector),
        and_(
            _CONNECTOR.world == _SESSION.world,
            _CONNECTOR.station == _SESSION.station,
            _CONNECTOR.id == _SESSION.connector,
        ),
    )
)

_VEHICLE: Final = table(tables.Vehicle).c
_VEHICLE_BY_UUID: Final = CompiledStatement(
    select(_VEHICLE.id).where(*(_VEHICLE[name] == bindparam(name) for name in ("world", "uuid", "org", "owner")))
)
_UNPLUGGED_SPAN: Final = and_(
    _SESSION.world == bindparam("world"),
    _SESSION.vehicle == bindparam("vehicle"),
    _SESSION.created_at >= bindparam("from"),
    _SESSION.created_at < bindparam("to"),
    _SESSION.unplugged_at <= bindparam("now"),
)
"""Whatever a car of Podero's does is Podero's to see, so its side of a session is always there."""
_UNPLUGGED_COUNT: Final = CompiledStatement(
    select(func.count()).select_from(table(tables.Session)).where(_UNPLUGGED_SPAN)
)
_UNPLUGGED: Final = CompiledStatement(
    select(*columns(tables.Session, "n"))
    .where(_UNPLUGGED_SPAN)
    .order_by(_SESSION.created_at.desc(), _SESSION.n.desc())
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
