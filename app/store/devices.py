"""Devices by their ids alone: vehicles with smart charging, and the documents of all other devices."""

from typing import Final

from sqlalchemy import bindparam, or_

from ..domain.devices import DEVICES
from ..domain.models import Document, Vehicle
from .schema.tables import DOCUMENT, VEHICLE
from .world_transaction import WorldTransaction


def smart_vehicle(tx: WorldTransaction, named: str) -> Vehicle | None:
    """Returns the vehicle with smart charging that has that id or that UUID."""
    return _VEHICLE.first(tx.db, {"world": tx.world.n, "named": named})


def device_document(tx: WorldTransaction, vendor: str, device_id: str) -> Document | None:
    """Returns the document of the device with that id."""
    return _DOCUMENT.first(tx.db, {"world": tx.world.n, "vendor": vendor, "id": device_id})


_VEHICLE: Final = VEHICLE.query(
    or_(VEHICLE.c.id == bindparam("named"), VEHICLE.c.uuid == bindparam("named")), VEHICLE.c.org.is_not(None)
)
_DOCUMENT: Final = DOCUMENT.query(
    DOCUMENT.c.vendor == bindparam("vendor"),
    or_(*(DOCUMENT.c.kind == kind for kind in DEVICES)),
    DOCUMENT.c.id == bindparam("id"),
)
