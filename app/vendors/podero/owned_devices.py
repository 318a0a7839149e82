"""The devices of a user that are documents: listed, retrieved, registered and updated."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import orjson
from starlette.requests import Request

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
from .cues import resolution_url
from .details import number
from .devices import Device, DeviceInput
from .inputs import IncludeDeleted
from .members import Member
from .vendor import NAME

ALL: Final = 1_000_000
"""More devices than a user has: their lists have no pages."""
_HEARD_EVERY: Final = 5 * MINUTE
"""How often the state of a device is told by its manufacturer's cloud."""
_USUAL_PLACE: Final = Place(50.1, 8.7)
"""Where a device stands of whose owner no place is known."""
Shown = dict[str, Any]
Written = dict[str, Any]
Resolve = Callable[[Device], str | None]
"""From a device to the link where its pending action is resolved."""


@dataclass(frozen=True, slots=True)
class DeviceKind:
    """The devices of a kind, as its four operations answer them. Each raises UnknownObjectError for an unknown user.

    `show` makes an answer of a device, with its pending actions if it gets a `Resolve`. `written` says what is written
    of a device at an instant, given what was before, which is None for a new one, and a body.
    """

    kind: str
    show: Callable[[WorldTransaction, Document, User, Resolve | None], Shown]
    written: Callable[[Written | None, DeviceInput, int], Written]

    def listed(self, tx: WorldTransaction, member: Member, query: IncludeDeleted) -> list[Shown]:
        """The devices of a user, the newest first."""
        owner = known_member(tx, member.org, member.user)
        found = documents.documents(tx, NAME, self.kind, PageQuery({"owner": owner.id}, None, ALL))
        return [self.show(tx, each, owner, None) for each in found if query.include_deleted or not is_deleted(each)]

    def retrieved(
        self, tx: WorldTransaction, request: Request, member: Member, device_id: str, query: IncludeDeleted
    ) -> Shown:
        """One device. Raises UnknownObjectError if there is none, or if it was deleted."""
        owner, found = device_of(tx, self.kind, member, device_id, include_deleted=query.include_deleted)
        return self.show(tx, found, owner, self._resolve(request))

    def register(self, tx: WorldTransaction, request: Request, member: Member, body: DeviceInput) -> Shown:
        """Saves a new device of a user as a body says it."""
        owner = known_member(tx, member.org, member.user)
        made = register_device(tx, NAME, self.kind, owner.id, self.written(None, body, tx.now))
        return self.show(tx, made, owner, self._resolve(request))

    def update(
        self, tx: WorldTransaction, request: Request, member: Member, device_id: str, body: DeviceInput
    ) -> Shown:
        """Saves a device as a body changes it. One that was deleted can be restored so."""
        owner, found = device_of(tx, self.kind, member, device_id)
        changed = change_document(tx, found, self.written(orjson.loads(found.body), body, tx.now))
        return self.show(tx, changed, owner, self._resolve(request))

    def _resolve(self, request: Request) -> Resolve:
        return partial(resolution_url, request, self.kind)


def device_of(
    tx: WorldTransaction, kind: str, member: Member, device_id: str, *, include_deleted: bool = True
) -> tuple[User, Document]:
    """The user and the device of that id. Raises UnknownObjectError if there is none, or if it was deleted."""
    owner = known_member(tx, member.org, member.user)
    found = known_device(tx, NAME, kind, owner.id, device_id)
    if is_deleted(found) and not include_deleted:
        raise UnknownObjectError(kind, device_id)
    return owner, found


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
