"""Objects of a vendor that the simulation never asks about: lists or single ones, inserted, saved and removed."""

from collections.abc import Collection
from functools import cache
from typing import Final

import orjson
from sqlalchemy import BindParameter, ColumnElement, Connection, and_, bindparam, delete, or_, select

from ..domain.models import Document
from . import keyset_pages
from .database.compiled_statements import CompiledStatement
from .database.id_lists import is_in
from .keyset_pages import PageQuery
from .schema.entity_mapping import EntityQuery
from .schema.tables import DOCUMENT
from .world_transaction import WorldTransaction, one_statement

insert_documents: Final = DOCUMENT.insert
save_document: Final = DOCUMENT.save


@one_statement
def documents(tx: WorldTransaction, vendor: str, kind: str, query: PageQuery) -> list[Document]:
    """Returns the documents of a page of that kind, and the one after it if there is one.

    A filter is on `owner`; a status is the one that a document has now.
    """
    statement = _page(tuple(query.filters), query.status is not None, newer=query.newer)
    named = {"vendor": vendor, "kind": kind, "status": query.status}
    return statement.all(tx.db, keyset_pages.parameters(tx, query, None) | named)


@one_statement
def document(tx: WorldTransaction, vendor: str, kind: str, document_id: str) -> Document | None:
    """Returns the document with that id, once it has been created."""
    named = {"world": tx.world.n, "vendor": vendor, "kind": kind, "id": document_id, "now": tx.now}
    return _BY_ID.first(tx.db, named)


@one_statement
def documents_by_id(tx: WorldTransaction, vendor: str, kind: str, ids: Collection[str]) -> list[Document]:
    """Returns the documents with these ids that have been created, in no order."""
    listed = orjson.dumps(list(ids)).decode()
    return _BY_IDS.all(tx.db, {"world": tx.world.n, "vendor": vendor, "kind": kind, "ids": listed, "now": tx.now})


def kinds_of(db: Connection, number: int) -> set[tuple[str, str]]:
    """Returns the vendors and kinds of the documents of the world of that number."""
    return {(str(vendor), str(kind)) for vendor, kind in _KINDS.rows(db, {"world": number})}


def first_document(tx: WorldTransaction, vendor: str, kind: str) -> Document | None:
    """Returns the document of that kind with the lowest number of those that have been created."""
    return _FIRST.first(tx.db, {"world": tx.world.n, "vendor": vendor, "kind": kind, "now": tx.now})


def insert_document(tx: WorldTransaction, new: Document) -> None:
    """Inserts a document."""
    DOCUMENT.insert(tx.db, tx.world.n, [new])


def remove_document(tx: WorldTransaction, vendor: str, kind: str, document_id: str) -> None:
    """Removes the document with that id."""
    _REMOVE.run(tx.db, {"world": tx.world.n, "vendor": vendor, "kind": kind, "id": document_id})


def remove_oldest_documents(tx: WorldTransaction, vendor: str, kind: str, *, before: int, most: int) -> None:
    """Removes up to `most` documents that were created before an instant, the oldest first."""
    named = {"world": tx.world.n, "vendor": vendor, "kind": kind, "before": before, "most": most}
    _REMOVE_OLDEST.run(tx.db, named)


@cache
def _page(filters: tuple[str, ...], has_status: bool, *, newer: bool) -> EntityQuery[Document]:  # noqa: FBT001 - a key of the cache
    statement = select().where(_OF_KIND)
    if has_status:
        statement = statement.where(_has_status())
    return EntityQuery(DOCUMENT.mapping, keyset_pages.page(statement, DOCUMENT, filters, newer=newer))


def _has_status() -> ColumnElement[bool]:
    """True of documents whose status now is the parameter `status`."""
    now: BindParameter[int] = bindparam("now")
    status: BindParameter[str] = bindparam("status")
    c = DOCUMENT.c
    return or_(
        and_(c.first == status, c.second_at > now, c.third_at > now),
        and_(c.second == status, c.second_at <= now, c.third_at > now),
        and_(c.third == status, c.third_at <= now),
    )


_OF_KIND: Final = and_(DOCUMENT.c.vendor == bindparam("vendor"), DOCUMENT.c.kind == bindparam("kind"))
_IS_THERE: Final = and_(_OF_KIND, DOCUMENT.c.created_at <= bindparam("now"))
_BY_ID: Final = DOCUMENT.query(_IS_THERE, DOCUMENT.c.id == bindparam("id"))
_BY_IDS: Final = DOCUMENT.query(_OF_KIND, keyset_pages.is_created(DOCUMENT), is_in(DOCUMENT.c.id, "ids"))
_FIRST: Final = EntityQuery(
    DOCUMENT.mapping, select().where(DOCUMENT.in_world, _IS_THERE).order_by(DOCUMENT.c.n).limit(1)
)
_KINDS: Final = CompiledStatement(select(DOCUMENT.c.vendor, DOCUMENT.c.kind).where(DOCUMENT.in_world).distinct())
_REMOVE: Final = CompiledStatement(
    delete(DOCUMENT.table).where(DOCUMENT.in_world, _OF_KIND, DOCUMENT.c.id == bindparam("id"))
)
_OLDEST: Final = (
    select(DOCUMENT.c.id)
    .where(DOCUMENT.in_world, _OF_KIND, DOCUMENT.c.created_at < bindparam("before"))
    .order_by(DOCUMENT.c.created_at, DOCUMENT.c.n)
    .limit(bindparam("most"))
)
_REMOVE_OLDEST: Final = CompiledStatement(
    delete(DOCUMENT.table).where(DOCUMENT.in_world, _OF_KIND, DOCUMENT.c.id.in_(_OLDEST))
)
