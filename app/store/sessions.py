"""Charging sessions: reads lists or single ones, inserts, saves and removes them.

A session whose `created_at` lies in the future is a plan, which no vendor shows, so every list has the condition
`created_at <= now`.
"""

from collections.abc import Collection
from functools import cache
from typing import Final

import orjson
from sqlalchemy import Connection, bindparam, delete, select, update

from ..domain import models
from ..domain.errors import WorldFullError
from ..domain.sessions import view
from . import keyset_pages
from .database.compiled_statements import CompiledStatement
from .database.id_lists import is_in
from .keyset_pages import PageQuery
from .schema import partial_indexes
from .schema.entity_mapping import EntityMapping, EntityQuery
from .schema.tables import SESSION, WORLD
from .world_transaction import WorldTransaction, one_statement

insert_sessions: Final = SESSION.insert
save_session: Final = SESSION.save
SOLD_SESSION: Final = EntityMapping(models.Session, dict(SESSION.c), without=("smart",))
"""A session without its smart-charging side, which lists of sold sessions do not show."""
_OF_ONE: Final = frozenset({"vehicle", "driver"})
"""Filters that leave only few rows, so that their indexes need no channel."""
_MISHAPS: Final = (models.Outcome.FAILED, models.Outcome.CANCELLED)


@one_statement
def sessions(tx: WorldTransaction, channel: str, query: PageQuery) -> list[models.Session]:
    """Returns the sessions of a page of a channel, and the one after it if there is one."""
    statement = _page(tuple(query.filters), query.status, newer=query.newer)
    longest = view.LONGEST if query.status == view.ACTIVE else None
    parameters = keyset_pages.parameters(tx, query, longest)
    parameters["channel"] = channel
    return statement.all(tx.db, parameters)


@one_statement
def session(tx: WorldTransaction, channel: str, session_id: str) -> models.Session | None:
    """Returns the session of a channel with that id, once it has been created."""
    return _BY_ID.first(tx.db, {"world": tx.world.n, "channel": channel, "id": session_id, "now": tx.now})


@one_statement
def session_of_user(tx: WorldTransaction, user: str, uuid: str) -> models.Session | None:
    """Returns the session of a user with that UUID, once it has been created."""
    return _OF_USER.first(tx.db, {"world": tx.world.n, "user": user, "uuid": uuid, "now": tx.now})


@one_statement
def sessions_by_id(tx: WorldTransaction, channel: str, ids: Collection[str]) -> list[models.Session]:
    """Returns the sessions of a channel with these ids that have been created, in no order."""
    if len(ids) == 1:
        # A retrieve takes a third more time by a list of one id.
        [one] = ids
        return _BY_ID.all(tx.db, {"world": tx.world.n, "channel": channel, "id": one, "now": tx.now})
    listed = orjson.dumps(list(ids)).decode()
    return _BY_IDS.all(tx.db, {"world": tx.world.n, "channel": channel, "ids": listed, "now": tx.now})


def session_shown_as(tx: WorldTransaction, shown_id: str) -> models.Session | None:
    """Returns the session that a vendor shows under that id, be it created or planned."""
    named = {"world": tx.world.n, "id": shown_id}
    found = _ANY_BY_ID.first(tx.db, named)
    shows_id = found is not None and tx.channels[found.channel].shows == "id"
    return found if shows_id else _ANY_BY_UUID.first(tx.db, named)


def has_session(db: Connection, number: int, session_id: str) -> bool:
    """Whether the world of that number has the session with that id, be it created or planned."""
    return _HAS.first(db, {"world": number, "id": session_id}) is not None


def active_user(tx: WorldTransaction, channel: str) -> str | None:
    """Returns the user with the newest active session of a channel, if any session is active."""
    where = {"world": tx.world.n, "channel": channel, "now": tx.now, "since": tx.now - view.LONGEST}
    found = _ACTIVE_USER.first(tx.db, where)
    return None if found is None else str(found[0])


def remove_session(tx: WorldTransaction, n: int) -> None:
    """Removes the session of that number."""
    _REMOVE.run(tx.db, {"world": tx.world.n, "n": n})


def take_number(tx: WorldTransaction) -> int:
    """Takes the number of what a caller creates next, which is never given twice in a world.

    Raises WorldFullError if callers have created as many objects as a world may have.
    """
    n = int(_TAKE_NUMBER.rows(tx.db, {"world": tx.world.n})[0][0]) - 1
    check_room(tx, n)
    return n


def check_room(tx: WorldTransaction, n: int | None = None) -> None:
    """Raises WorldFullError if callers may not create an object with the number, by default the next one."""
    if (tx.world.next_n if n is None else n) - tx.world.first_n >= tx.most_rows:
        raise WorldFullError(tx.most_rows)


@cache
def _page(filters: tuple[str, ...], status: str | None, *, newer: bool) -> EntityQuery[models.Session]:
    in_index = status in _MISHAPS or not _OF_ONE.intersection(filters)
    statement = select().where(keyset_pages.equals(SESSION.c.channel, bindparam("channel"), in_index=in_index))
    if status == view.ACTIVE:
        statement = statement.where(SESSION.c.ended_at > bindparam("now"))
    elif status is not None:
        statement = statement.where(SESSION.c.outcome == bindparam("outcome"), SESSION.c.ended_at <= bindparam("now"))
    if status in _MISHAPS:
        statement = statement.where(partial_indexes.MISHAP)
    return EntityQuery(SOLD_SESSION, keyset_pages.page(statement, SESSION, filters, newer=newer))


_BY_ID: Final = SESSION.query(
    SESSION.c.id == bindparam("id"),
    SESSION.c.channel == bindparam("channel"),
    SESSION.c.created_at <= bindparam("now"),
)
_OF_USER: Final = SESSION.query(
    SESSION.c.uuid == bindparam("uuid"),
    partial_indexes.SHOWN_BY_UUID,
    SESSION.c.user == bindparam("user"),
    SESSION.c.created_at <= bindparam("now"),
)
_BY_IDS: Final = EntityQuery(
    SOLD_SESSION,
    select().where(
        SESSION.in_world,
        is_in(SESSION.c.id, "ids"),
        keyset_pages.equals(SESSION.c.channel, bindparam("channel"), in_index=False),
        keyset_pages.is_created(SESSION),
    ),
)
_HAS: Final = CompiledStatement(select(SESSION.c.n).where(SESSION.in_world, SESSION.c.id == bindparam("id")))
_ANY_BY_ID: Final = SESSION.query(SESSION.c.id == bindparam("id"))
_ANY_BY_UUID: Final = SESSION.query(SESSION.c.uuid == bindparam("id"), partial_indexes.SHOWN_BY_UUID)
_ACTIVE_USER: Final = CompiledStatement(
    select(SESSION.c.user)
    .where(
        SESSION.in_world,
        SESSION.c.channel == bindparam("channel"),
        SESSION.c.created_at.between(bindparam("since"), bindparam("now")),
        SESSION.c.ended_at > bindparam("now"),
    )
    .order_by(SESSION.c.created_at.desc(), SESSION.c.n.desc())
    .limit(1)
)
_REMOVE: Final = CompiledStatement(delete(SESSION.table).where(SESSION.in_world, SESSION.c.n == bindparam("n")))
_TAKE_NUMBER: Final = CompiledStatement(
    update(WORLD).where(WORLD.c.n == bindparam("world")).values(next_n=WORLD.c.next_n + 1).returning(WORLD.c.next_n)
)
