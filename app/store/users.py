"""Users of a vendor without organisations: numbered pages of them, newest first; inserted and saved."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select

from ..domain import models
from .database.compiled_statements import CompiledStatement
from .database.json_values import member
from .schema.entity_mapping import EntityQuery
from .schema.tables import END_USER
from .user_sessions import Page
from .world_transaction import WorldTransaction

save_user: Final = END_USER.save
IS_THERE: Final = and_(
    END_USER.in_world,
    END_USER.c.org.is_(None),
    END_USER.c.status != models.DELETED,
    END_USER.c.created_at <= bindparam("now"),
)
"""True of the users of a world that are there now, in the parameters `world` and `now`."""
_OUTER_ID: Final = "custom_properties.external_id"
_ESCAPED: Final = str.maketrans({"%": "/%", "_": "/_", "/": "//"})


def insert_user(tx: WorldTransaction, new: models.User) -> None:
    """Inserts a user."""
    END_USER.insert(tx.db, tx.world.n, [new])


def user_page(
    tx: WorldTransaction, choose: Callable[[int], Page], *, words: Sequence[str] = ()
) -> tuple[Page, list[models.User]]:
    """Returns a page of users. Each of the words is in their id or in the id that the caller has given them.

    `choose` returns the page for a given number of users.
    """
    looked_for = {f"word_{n}": f"%{word.translate(_ESCAPED)}%" for n, word in enumerate(words)}
    named = {"world": tx.world.n, "now": tx.now, **looked_for}
    count, listed = _statements(len(words))
    page = choose(count.rows(tx.db, named)[0][0])
    return page, listed.all(tx.db, {**named, "offset": page.offset, "limit": page.size})


@cache
def _statements(words: int) -> tuple[CompiledStatement, EntityQuery[models.User]]:
    is_found = and_(IS_THERE, *(_has(f"word_{n}") for n in range(words)))
    listed = (
        select()
        .where(is_found)
        .order_by(END_USER.c.created_at.desc(), END_USER.c.n.desc())
        .limit(bindparam("limit"))
        .offset(bindparam("offset"))
    )
    count = select(func.count()).select_from(END_USER.table).where(is_found)
    return CompiledStatement(count), EntityQuery(END_USER.mapping, listed)


def _has(parameter: str) -> ColumnElement[bool]:
    """True of users with that part in one of their ids; capitals do not matter."""
    word: Any = func.lower(bindparam(parameter))
    outer_id = func.coalesce(member(END_USER.c.details, _OUTER_ID), "")
    return or_(*(func.lower(text).like(word, escape="/") for text in (END_USER.c.id, outer_id)))
