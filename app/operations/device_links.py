"""The link of a device to its manufacturer's cloud: lost by an event, and made again by the device's user.

It is the status of the device's document. A vehicle, and a wallbox at a home, get their documents when there is
something to keep in them.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import orjson

from ..domain.clock import NEVER
from ..domain.devices import ELECTRIC_VEHICLE, LINKED, LOST, WALLBOX, home_wallbox_id
from ..domain.models import Document, Vehicle
from ..store import documents
from ..store.keyset_pages import PageQuery
from ..store.wallboxes import OwnedHome, owned_homes
from ..store.world_transaction import WorldTransaction

_ALL: Final = 1_000_000
"""More wallboxes than a user has."""


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


def wallbox_document(tx: WorldTransaction, vendor: str, named: str) -> Document | None:
    """The document of a wallbox at a home, which is made where there was none; None if no wallbox has that id."""
    homes = (each for each in owned_homes(tx) if home_wallbox_id(tx.world.seed, each.station, each.owner) == named)
    home = next(homes, None)
    if home is None:
        return None
    written = documents.documents(tx, vendor, WALLBOX, PageQuery({"owner": home.owner}, None, _ALL))
    if any(orjson.loads(each.body).get("station") == home.station for each in written):
        return None
    made = new_wallbox_document(vendor, named, home, {}, home.created_at)
    documents.insert_document(tx, made)
    return made


def new_wallbox_document(
    vendor: str, device_id: str, home: OwnedHome, body: Mapping[str, Any], touched_at: int
) -> Document:
    """The document of a wallbox at a home, with the number of the station, which is its own."""
    return Document(
        vendor=vendor,
        kind=WALLBOX,
        id=device_id,
        n=home.n,
        created_at=home.created_at,
        body=orjson.dumps({**body, "station": home.station}).decode(),
        touched_at=touched_at,
        owner=home.owner,
        first=LINKED,
    )


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
