"""What happens to devices at home: the link to a manufacturer's cloud is lost."""

from typing import Final

from ...domain.channels import HOME
from ...domain.clock import millis
from ...domain.devices import LOST
from ...domain.errors import ImpossibleError, UnknownThingError
from ...domain.ids import canonical
from ...domain.models import DELETED, Document
from ...store import devices
from ...store.world_transaction import WorldTransaction
from .. import device_links
from .event import Changes, Event, EventRequest


def _connection_lost(tx: WorldTransaction, request: EventRequest) -> Changes:
    device = _device(tx, canonical(request.id))
    is_lost = device.status(request.at) == LOST
    if is_lost or device.status(tx.now) == LOST or (device.second == LOST and device.second_at > tx.now):
        raise ImpossibleError(f"{device.id} has lost its connection at {millis(device.second_at)} already.")
    device_links.save_lost(tx, device, request.at)
    return Changes()


def _device(tx: WorldTransaction, named: str) -> Document:
    vendor = tx.channels[HOME.name].shown_by
    if vendor is None:
        raise UnknownThingError(named)
    vehicle = devices.smart_vehicle(tx, named)
    if vehicle is not None and vehicle.status != DELETED and vehicle.created_at <= tx.now:
        return device_links.vehicle_document(tx, vendor, vehicle)
    found = devices.device_document(tx, vendor, named) or device_links.wallbox_document(tx, vendor, named)
    if found is None or found.created_at > tx.now:
        raise UnknownThingError(named)
    return found


EVENTS: Final = {
    "connection_lost": Event(
        of="a vehicle with smart charging, or another device at home",
        does="The link to the manufacturer's cloud lapses, so that the device's user has to sign in there again.",
        refused="It has lapsed already.",
        happen=_connection_lost,
    ),
}
"""The events of devices, by name."""
