"""The devices of a user that are documents: found for a path, listed, registered and changed."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import orjson

from ...domain.clock import MINUTE
from ...domain.errors import UnknownObjectError
from ...domain.models import Document, User
from ...domain.weather import Place
from ...operations.device_links import lost_at
from ...operations.devices import known_device, register_device
from ...operations.documents import change_document
from ...operations.members import known_member
from ...store import documents
from ...store.keyset_pages import PageQuery
from ...store.world_transaction import WorldTransaction
from .details import number
from .devices import Device, DeviceInput, stored
from .members import Member
from .vendor import NAME

ALL: Final = 1_000_000
"""More devices than a user has: their lists have no pages."""
_HEARD_EVERY: Final = 5 * MINUTE
"""How often the state of a device is told by its manufacturer's cloud."""
_USUAL_PLACE: Final = Place(50.1, 8.7)
"""Where a device stands of whose owner no place is known."""
Written = dict[str, Any]
Resolve = Callable[[Device], str | None]
"""From a device to the link where its pending action is resolved."""


def devices_of(
    tx: WorldTransaction, kind: str, member: Member, *, include_deleted: bool
) -> tuple[User, list[Document]]:
    """The user and the devices of that kind, the newest first. Raises UnknownObjectError if there is no such user."""
    owner = known_member(tx, member.org, member.user)
    found = documents.documents(tx, NAME, kind, PageQuery({"owner": owner.id}, None, ALL))
    return owner, [each for each in found if include_deleted or not is_deleted(each)]


def device_of(
    tx: WorldTransaction, kind: str, member: Member, device_id: str, *, include_deleted: bool = True
) -> tuple[User, Document]:
    """The user and the device of that id. Raises UnknownObjectError if there is none, or if it was deleted."""
    owner = known_member(tx, member.org, member.user)
    found = known_device(tx, NAME, kind, owner.id, device_id)
    if is_deleted(found) and not include_deleted:
        raise UnknownObjectError(kind, device_id)
    return owner, found


def register(tx: WorldTransaction, kind: str, member: Member, body: DeviceInput) -> tuple[User, Document]:
    """Saves a new device of a user as a body says it."""
    owner = known_member(tx, member.org, member.user)
    return owner, register_device(tx, NAME, kind, owner.id, stored(body, {}))


def change(
    tx: WorldTransaction,
    kind: str,
    member: Member,
    device_id: str,
    changed: Callable[[Written], Written],
) -> tuple[User, Document]:
    """Saves a device as `changed` makes it from what was written before. One that was deleted can be restored so."""
    owner, found = device_of(tx, kind, member, device_id)
    return owner, change_document(tx, found, changed(orjson.loads(found.body)))


def is_deleted(document: Document) -> bool:
    return orjson.loads(document.body).get("deleted_at") is not None


def heard_at(document: Document, now: int) -> int | None:
    """When the state of a device was told last; None if its manufacturer's cloud has never been linked."""
    if orjson.loads(document.body).get("is_authenticated") is not True:
        return None
    return heard_before(lost_at(document, now), (document.created_at, document.touched_at), now)


def heard_before(silent_since: int | None, changes: Iterable[int], now: int) -> int:
    """When the state of a device was told last, of which nothing is heard since an instant, if so.

    It is told every few minutes, and after each of the changes of the device.
    """
    at = now if silent_since is None else silent_since
    return max((at - at % _HEARD_EVERY, *(change for change in changes if change <= at)))


def heard_device(document: Document, now: int) -> Device:
    """A device with the instant of its state."""
    return Device.of(document, now, heard_at(document, now))


def place_of(written: Mapping[str, Any], owner: User) -> Place:
    """Where a device stands: where it says, or else its owner."""
    for said in (written, orjson.loads(owner.details)):
        latitude, longitude = number(said, "latitude"), number(said, "longitude")
        if latitude is not None and longitude is not None:
            return Place(latitude, longitude)
    return _USUAL_PLACE
