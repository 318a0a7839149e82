"""Finds, creates and changes documents: objects of a vendor that the simulation never asks about."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import orjson

from ..domain.clock import NEVER
from ..domain.errors import UnknownObjectError
from ..domain.ids import prefixed_id, uuid_text
from ..domain.models import Document
from ..store import documents
from ..store.world_transaction import WorldTransaction

_NO_STAGES: Final = ((None, NEVER), (None, NEVER))


def known_document(tx: WorldTransaction, vendor: str, kind: str, document_id: str) -> Document:
    """The document with that id. Raises UnknownObjectError if there is none."""
    found = documents.document(tx, vendor, kind, document_id)
    if found is None:
        raise UnknownObjectError(kind, document_id)
    return found


def create_document(  # noqa: PLR0917 - what names a document, and what it says
    tx: WorldTransaction,
    vendor: str,
    kind: str,
    prefix: str | None,
    n: int,
    body: Mapping[str, Any],
    *,
    owner: str | None = None,
    status: str | None = None,
    stages: Sequence[tuple[str, int]] = (),
) -> Document:
    """Creates the document of the number `n`, whose id begins with the prefix, or is a UUID where there is none.

    `stages` are up to two statuses that follow the first one, each with its instant.
    """
    (second, second_at), (third, third_at) = [*stages, *_NO_STAGES][:2]
    made = Document(
        vendor=vendor,
        kind=kind,
        id=prefixed_id(prefix, tx.world.seed, kind, n) if prefix else uuid_text(tx.world.seed, kind, n),
        n=n,
        created_at=tx.now,
        body=orjson.dumps(body).decode(),
        touched_at=tx.now,
        owner=owner,
        first=status,
        second=second,
        second_at=second_at,
        third=third,
        third_at=third_at,
    )
    documents.insert_document(tx, made)
    return made


def change_document(tx: WorldTransaction, changed: Document, body: Mapping[str, Any]) -> Document:
    """Saves a document that has been changed, with that body."""
    saved = replace(changed, body=orjson.dumps(body).decode(), touched_at=tx.now)
    documents.save_document(tx, saved)
    return saved
