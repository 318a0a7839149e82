"""Finds and registers the devices of a user that are documents, because they do not charge a vehicle."""

from collections.abc import Mapping
from typing import Any

import orjson

from ..domain.devices import LINKED
from ..domain.errors import UnknownObjectError
from ..domain.ids import uuid_text
from ..domain.models import Document
from ..store import documents, sessions
from ..store.world_transaction import WorldTransaction


def known_device(tx: WorldTransaction, vendor: str, kind: str, owner: str, device_id: str) -> Document:
    """The device of a user. Raises UnknownObjectError if the user has no such device."""
    found = documents.document(tx, vendor, kind, device_id)
    if found is None or found.owner != owner:
        raise UnknownObjectError(kind, device_id)
    return found


def register_device(tx: WorldTransaction, vendor: str, kind: str, owner: str, body: Mapping[str, Any]) -> Document:
    """Saves a new device of a user. Raises WorldFullError."""
    n = sessions.take_number(tx)
    made = Document(
        vendor=vendor,
        kind=kind,
        id=uuid_text(tx.world.seed, f"created_{kind}", n),
        n=n,
        created_at=tx.now,
        body=orjson.dumps(body).decode(),
        touched_at=tx.now,
        owner=owner,
        first=LINKED,
    )
    documents.insert_document(tx, made)
    return made
