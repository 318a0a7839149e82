"""Documents that say from when until when a session was a debt."""

from typing import Final

from sqlalchemy import BigInteger, ColumnElement, and_, bindparam, case, delete, exists, literal_column

from ..domain import models
from ..domain.clock import NEVER
from ..domain.debts import DOCUMENT as KIND
from ..domain.debts import PAID, UNPAID
from .database.compiled_statements import CompiledStatement
from .schema.tables import DOCUMENT, SESSION
from .world_transaction import WorldTransaction


def note_debt(tx: WorldTransaction, session: models.Session, *, since: int | None, until: int) -> None:
    """Saves from when until when a session is a debt; the beginning stays as it is known if `since` is None.

    A debt does not begin before the session's end.
    """
    named = {"world": tx.world.n, "vendor": session.channel, "id": session.uuid}
    known = _NOTE.first(tx.db, named)
    if since is None:
        since = session.ended_at if known is None else known.created_at
    _REMOVE_NOTE.run(tx.db, named)
    note = models.Document(
        vendor=session.channel,
        kind=KIND,
        id=session.uuid,
        n=session.n,
        created_at=since,
        body="{}",
        owner=session.user,
        first=UNPAID,
        second=None if until == NEVER else PAID,
        second_at=until,
    )
    DOCUMENT.insert(tx.db, tx.world.n, [note])


def was_debt() -> ColumnElement[int]:
    """1 for a session that a document calls a debt, else 0."""
    is_noted = exists().where(notes_on_session())
    return case((is_noted, literal_column("1", BigInteger)), else_=literal_column("0", BigInteger))


def notes_on_session() -> ColumnElement[bool]:
    """True of the document about a session."""
    c = DOCUMENT.c
    return and_(c.world == SESSION.c.world, c.vendor == SESSION.c.channel, IS_NOTE, c.id == SESSION.c.uuid)


IS_NOTE: Final = DOCUMENT.c.kind == literal_column(f"'{KIND}'")
_NOTE: Final = DOCUMENT.query(DOCUMENT.c.vendor == bindparam("vendor"), IS_NOTE, DOCUMENT.c.id == bindparam("id"))
_REMOVE_NOTE: Final = CompiledStatement(
    delete(DOCUMENT.table).where(
        DOCUMENT.in_world, DOCUMENT.c.vendor == bindparam("vendor"), IS_NOTE, DOCUMENT.c.id == bindparam("id")
    )
)
