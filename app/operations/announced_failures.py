"""Failures that an event has announced: each lets one start of a user, or one stop of a session, fail."""

from typing import Final

from ..domain.channels import Channel
from ..domain.ids import uuid_text
from ..domain.models import Document
from ..domain.start_refusals import UnexpectedFailureError
from ..store import documents
from ..store.sessions import take_number
from ..store.world_transaction import WorldTransaction

KIND: Final = "announced_failure"


def announce_failure(tx: WorldTransaction, channel: str, thing_id: str, at: int) -> None:
    """Makes the first start of the user, or the first stop of the session, from an instant on fail.

    An earlier announcement for the same user or session is replaced.
    """
    documents.remove_document(tx, channel, KIND, thing_id)
    made = Document(vendor=channel, kind=KIND, id=thing_id, n=take_number(tx), created_at=at, body="{}")
    documents.insert_document(tx, made)


def refuse_as_announced(tx: WorldTransaction, channel: Channel, thing_id: str) -> None:
    """Raises UnexpectedFailureError if a failure is announced for the user or the session.

    It stays announced until `forget_failure` is called, because what a refusal writes is undone.
    """
    announced = documents.document(tx, channel.name, KIND, thing_id)
    if announced is not None:
        raise UnexpectedFailureError(uuid_text(tx.world.seed, KIND, announced.n))


def forget_failure(tx: WorldTransaction, channel: Channel, thing_id: str) -> None:
    """Removes the failure that has happened."""
    documents.remove_document(tx, channel.name, KIND, thing_id)
