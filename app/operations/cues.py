"""Actions that a device needs from its user: started, and completed or not.

An action is kept as a document from its start on, whose status is ACTIVE, then COMPLETED, or PENDING once more.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import orjson

from ..domain.clock import NEVER
from ..domain.errors import UnknownObjectError
from ..domain.models import Document
from ..store import documents, sessions
from ..store.world_transaction import WorldTransaction
from .device_links import lost_at, save_linked

CUE: Final = "cue"
ACTIVE: Final = "active"
PENDING: Final = "pending"
COMPLETED: Final = "completed"


def start_cue(tx: WorldTransaction, cue_id: str, device: Document, body: Mapping[str, Any]) -> Document:
    """Starts the action that a device needs, or starts it anew with another body."""
    known = documents.document(tx, device.vendor, CUE, cue_id)
    started = Document(
        vendor=device.vendor,
        kind=CUE,
        id=cue_id,
        n=sessions.take_number(tx) if known is None else known.n,
        created_at=tx.now if known is None else known.created_at,
        body=orjson.dumps(body).decode(),
        touched_at=tx.now,
        owner=device.owner,
        first=ACTIVE,
    )
    if known is None:
        documents.insert_document(tx, started)
    else:
        documents.save_document(tx, started)
    return started


def report_cue(tx: WorldTransaction, cue_id: str, device: Document, *, is_success: bool) -> Document:
    """Completes an active action, so that the device has its link again, or leaves it pending.

    Raises UnknownObjectError if the action is not active.
    """
    known = documents.document(tx, device.vendor, CUE, cue_id)
    if known is None or known.status(tx.now) != ACTIVE or lost_at(device, tx.now) is None:
        raise UnknownObjectError(CUE, cue_id)
    reported = replace(
        known, first=COMPLETED if is_success else PENDING, second=None, second_at=NEVER, touched_at=tx.now
    )
    documents.save_document(tx, reported)
    if is_success:
        save_linked(tx, device)
    return reported
