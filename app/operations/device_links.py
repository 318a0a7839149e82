"""The link of a device to its manufacturer's cloud: lost by an event, and made again by the device's user.

It is the status of the device's document. A vehicle gets its document when there is something to keep in it.
"""

from dataclasses import replace

from ..domain.clock import NEVER
from ..domain.devices import ELECTRIC_VEHICLE, LINKED, LOST
from ..domain.models import Document, Vehicle
from ..store import documents
from ..store.world_transaction import WorldTransaction


def vehicle_document(tx: WorldTransaction, vendor: str, vehicle: Vehicle) -> Document:
    """The document of a vehicle with smart charging, which is made if there is none."""
    known = documents.document(tx, vendor, ELECTRIC_VEHICLE, vehicle.uuid)
    if known is not None:
        return known
    made = Document(
        vendor=vendor,
        kind=ELECTRIC_VEHICLE,
        id=vehicle.uuid,
        n=vehicle.n,
        created_at=vehicle.created_at,
        body="{}",
        touched_at=vehicle.created_at,
        owner=vehicle.owner,
        first=LINKED,
    )
    documents.insert_document(tx, made)
    return made


def lost_at(device: Document | None, now: int) -> int | None:
    """When a device lost its link; None while it has one."""
    return device.second_at if device is not None and device.status(now) == LOST else None


def save_lost(tx: WorldTransaction, device: Document, at: int) -> None:
    """Saves that a device loses its link at an instant. Earlier losses are no longer told."""
    lost = replace(device, first=LINKED, second=LOST, second_at=at, third=None, third_at=NEVER)
    documents.save_document(tx, lost)


def save_linked(tx: WorldTransaction, device: Document) -> None:
    """Saves that a device which has lost its link has it again."""
    documents.save_document(tx, replace(device, third=LINKED, third_at=tx.now, touched_at=tx.now))
