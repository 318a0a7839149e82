"""The link of a device to its manufacturer's cloud: lost by an event, and made again by the device's user.

It is the status of the device's document, LINKED until LOST, and then LINKED again.
"""

from dataclasses import replace
from typing import Final

from ..domain.clock import NEVER
from ..domain.models import Document
from ..store import documents
from ..store.world_transaction import WorldTransaction

LINKED: Final = "linked"
LOST: Final = "lost"


def save_lost(tx: WorldTransaction, device: Document, at: int) -> None:
    """Saves that a device loses its link at an instant. Earlier losses are no longer told."""
    lost = replace(device, first=LINKED, second=LOST, second_at=at, third=None, third_at=NEVER)
    documents.save_document(tx, lost)


def save_linked(tx: WorldTransaction, device: Document) -> None:
    """Saves that a device which has lost its link has it again."""
    documents.save_document(tx, replace(device, third=LINKED, third_at=tx.now, touched_at=tx.now))
