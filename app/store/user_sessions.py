"""The sessions of a user: numbered pages, newest first, with the number of all sessions."""

from collections.abc import Callable
from typing import Any, Final, NamedTuple, Protocol, TypeVar

from sqlalchemy import ColumnElement, FromClause, TextClause, and_, bindparam, case, func, literal_column, select

from ..domain import models
from .database.compiled_statements import CompiledStatement
from .debt_notes import was_debt
from .schema.entity_mapping import EntityMapping, JoinedQuery
from .schema.partial_indexes import SHOWN_BY_UUID
from .schema.tables import CONNECTOR, END_USER, SESSION, STATION
from .sessions import SOLD_SESSION
from .world_transaction import WorldTransaction


class NumberedPage(Protocol):
    """A page of a list: how many rows come before it, and how many it has at most."""

    @property
    def offset(self) -> int: ...
    @property
    def size(self) -> int: ...


Page = TypeVar("Page", bound=NumberedPage)


class SessionSite(NamedTuple):
    """The connector of a session and its station, as far as they are shown with the session."""

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


class Reporting(NamedTuple):
    """How many messages of progress the operator of a session sends, and whether the session was a debt once.

    `was_debt` is told of sessions without progress only.
    """

    progress: int
    was_debt: int | None


class UserSession(NamedTuple):
    """A session of a user, and where it took place; `reporting` is None where the operator sends live values."""

    session: models.Session
    site: SessionSite
    reporting: Reporting | None


def user_sessions(
    tx: WorldTransaction, user: str, choose: Callable[[int], Page]
) -> tuple[Page, list[UserSession]] | None:
    """Returns a page of a user's sessions, newest first, or None if there is no such user, or if it was deleted.

    `choose` returns the page for a given number of sessions.
    """
    of_user = {"world": tx.world.n, "user": user, "now": tx.now}
    counted = _COUNT.first(tx.db, of_user)
    if counted is None:
        return None
    page = choose(counted[0])
    found = _USER_SESSIONS.all(tx.db, {**of_user, "offset": page.offset, "limit": page.size})
    found.sort(key=_age, reverse=True)
    return page, found


def user_session(tx: WorldTransaction, user: str, uuid: str) -> UserSession | None:
    """Returns the session of a user with that UUID, once it has been created."""
    found = _USER_SESSION.all(tx.db, {"world": tx.world.n, "user": user, "now": tx.now, "uuid": uuid})
    return found[0] if found else None


def _age(shown: UserSession) -> tuple[int, int]:
    return shown.session.created_at, shown.session.n


_OF_USER: Final = and_(SESSION.in_world, SESSION.c.user == bindparam("user"), SESSION.c.created_at <= bindparam("now"))
_COUNT: Final = CompiledStatement(
    select(select(func.count()).select_from(SESSION.table).where(_OF_USER).scalar_subquery())
    .select_from(END_USER.table)
    .where(
        END_USER.in_world,
        END_USER.c.id == bindparam("user"),
        END_USER.c.org.is_(None),
        END_USER.c.status != models.DELETED,
    )
)
_PAGE: Final = (
    select(SESSION.c.n)
    .where(_OF_USER)
    .order_by(SESSION.c.created_at.desc(), SESSION.c.n.desc())
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
    .subquery("page")
)
"""The page is found in an index before any row is read, so that skipped rows take almost no time."""
_SITE: Final = EntityMapping(
    SessionSite, {name: STATION.c[name] if name in STATION.c else CONNECTOR.c[name] for name in SessionSite._fields}
)
_REPORTING: Final = EntityMapping(
    Reporting,
    {"progress": CONNECTOR.c.progress, "was_debt": case((CONNECTOR.c.progress == literal_column("0"), was_debt()))},
)


def _joined(found: FromClause, *conditions: ColumnElement[bool] | TextClause) -> JoinedQuery[UserSession]:
    """Compiles a statement for sessions that are found, with their stations and connectors."""
    at_station = and_(STATION.c.world == SESSION.c.world, STATION.c.id == SESSION.c.station)
    at_connector = and_(
        CONNECTOR.c.world == SESSION.c.world,
        CONNECTOR.c.station == SESSION.c.station,
        CONNECTOR.c.id == SESSION.c.connector,
    )
    joined = found.join(STATION.table, at_station).join(CONNECTOR.table, at_connector)
    mappings: dict[str, EntityMapping[Any]] = {"session": SOLD_SESSION, "site": _SITE, "reporting": _REPORTING}
    return JoinedQuery(UserSession, mappings, select().select_from(joined).where(*conditions))


_USER_SESSIONS: Final = _joined(_PAGE.join(SESSION.table, and_(SESSION.in_world, SESSION.c.n == _PAGE.c.n)))
_USER_SESSION: Final = _joined(SESSION.table, _OF_USER, SHOWN_BY_UUID, SESSION.c.uuid == bindparam("uuid"))
