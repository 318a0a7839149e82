"""The wallboxes of a user: what stands at the homes of the user's cars, and what is written of it (PODERO-046).

A wallbox at a home has a document from the first time on that something is written of it. Its id follows from the
station and the user, unless a document names the station. A document that names none is a wallbox that was never
connected.
"""

from dataclasses import dataclass
from typing import Any

import orjson

from ...domain.devices import WALLBOX, home_wallbox_id
from ...domain.errors import UnknownObjectError
from ...domain.models import Document, User
from ...operations.device_links import lost_at, new_wallbox_document
from ...operations.documents import change_document
from ...operations.members import known_member
from ...store import documents
from ...store.keyset_pages import PageQuery
from ...store.wallboxes import HomeCharger, OwnedHome, home_chargers
from ...store.world_transaction import WorldTransaction
from .members import Member
from .owned_devices import ALL, Written, heard_before
from .price_zones import zone_of
from .vendor import NAME


@dataclass(frozen=True, slots=True)
class InstalledWallbox:
    """A wallbox of a user: what stands at a home, or what a document says, or both."""

    id: str
    owner: User
    charger: HomeCharger | None
    document: Document | None

    @property
    def written(self) -> Written:
        """What is known and written of it."""
        known: Written = {}
        if self.charger is not None:
            known = {"is_authenticated": True, "price_zone": zone_of(self.charger.station.country)}
        return known | (orjson.loads(self.document.body) if self.document is not None else {})

    @property
    def created_at(self) -> int:
        if self.document is not None:
            return self.document.created_at
        return self.charger.station.created_at if self.charger is not None else 0

    def silent_since(self, now: int) -> int | None:
        """Since when nothing is heard of it: its station is silent, or its link is lost; None if it is heard."""
        lost = lost_at(self.document, now)
        if lost is not None or self.charger is None:
            return lost
        station = self.charger.station
        if not station.online:
            return station.created_at
        return station.silent_from if station.silent_from <= now < station.silent_until else None

    def heard_at(self, now: int) -> int | None:
        """When its state was told last; None if it was never connected."""
        if self.charger is None:
            return None
        changes = (self.created_at, self.created_at if self.document is None else self.document.touched_at)
        return heard_before(self.silent_since(now), changes, now)


def wallboxes_of(tx: WorldTransaction, member: Member) -> list[InstalledWallbox]:
    """The wallboxes of a user, those at homes first. Raises UnknownObjectError if there is no such user."""
    owner = known_member(tx, member.org, member.user)
    chargers = home_chargers(tx, member.org, member.user)
    written = documents.documents(tx, NAME, WALLBOX, PageQuery({"owner": owner.id}, None, ALL))
    by_id = {each.id: each for each in written}
    named = {orjson.loads(each.body).get("station"): each.id for each in written}
    found = []
    for charger in chargers:
        wallbox = named.get(charger.station.id) or home_wallbox_id(tx.world.seed, charger.station.id, owner.id)
        found.append(InstalledWallbox(wallbox, owner, charger, by_id.pop(wallbox, None)))
    return [*found, *(InstalledWallbox(each.id, owner, None, each) for each in by_id.values())]


def wallbox_of(tx: WorldTransaction, member: Member, wallbox_id: str) -> InstalledWallbox:
    """The wallbox of that id. Raises UnknownObjectError if the user has no such wallbox."""
    found = next((each for each in wallboxes_of(tx, member) if each.id == wallbox_id), None)
    if found is None:
        raise UnknownObjectError(WALLBOX, wallbox_id)
    return found


def save_wallbox(tx: WorldTransaction, wallbox: InstalledWallbox, body: dict[str, Any]) -> InstalledWallbox:
    """Saves what is written of a wallbox. A document that is made gets the number of the station, which is its own."""
    if wallbox.document is not None or wallbox.charger is None:
        document = wallbox.document and change_document(tx, wallbox.document, body)
        return InstalledWallbox(wallbox.id, wallbox.owner, wallbox.charger, document)
    station = wallbox.charger.station
    home = OwnedHome(station.id, wallbox.owner.id, station.n, wallbox.created_at)
    made = new_wallbox_document(NAME, wallbox.id, home, body, tx.now)
    documents.insert_document(tx, made)
    return InstalledWallbox(wallbox.id, wallbox.owner, wallbox.charger, made)
